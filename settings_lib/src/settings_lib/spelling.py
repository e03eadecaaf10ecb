"""Names in an environment that are nearly those of a schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from settings_lib.sources import FILE_SUFFIX, injected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from settings_lib.variables import Var

SHORTEST = 5
"""Characters, without underscores, from which on a name can be told from any other."""

_NEIGHBOUR = re.compile(r"_PORT_[0-9]+_(TCP|UDP|SCTP)|_SERVICE_(HOST|PORT)|_ENV_")
"""What is in a name that Docker's links or Kubernetes make of a neighbour's."""

_OTHERS = frozenset({"BUILDS", "LOGLEVEL", "MAIL_HOST", "MAIL_PORT", "MAIL_URL", "REDIS_URI"})
"""Near names that other programs really read, so that nobody need have meant ours."""


def meant(schema: Iterable[Var], environ: Mapping[str, str]) -> Mapping[str, str]:
    """The unknown names that differ from a known one by one slip, or in case or underscores alone.

    A slip is a character too many, too few, another one, or two that changed places. It leaves
    either the first part of a name as it is or the last: names are compared that share one.

    Args:
        schema: The variables.
        environ: What is set. Of a value it matters whether it is empty, which is as good as none,
            and whether Docker or Kubernetes inject it.

    Returns:
        The known name by the unknown one.
    """
    names = [name for var in schema for name in var.names]
    known = {name for each in names for name in (each, each + FILE_SUFFIX)}
    strangers = [
        name for name, value in environ.items() if name not in known and _by_hand(name, value)
    ]
    if not strangers:
        return {}
    sharing: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        bare = _bare(name)
        if len(bare) >= SHORTEST:
            for length in (len(bare) - 1, len(bare), len(bare) + 1):
                for part in _parts(bare, length):
                    sharing.setdefault(part, []).append((bare, name))
    result = {}
    for stranger in strangers:
        found = _nearest(_bare(stranger), sharing)
        if not found and stranger.upper().endswith(FILE_SUFFIX):
            found = _nearest(_bare(stranger[: -len(FILE_SUFFIX)]), sharing)
            found = found and found + FILE_SUFFIX
        if found:
            result[stranger] = found
    return result


def _nearest(bare: str, sharing: Mapping[str, list[tuple[str, str]]]) -> str:
    for part in _parts(bare, len(bare)):
        for each, name in sharing.get(part, ()):
            if _one_slip(bare, each):
                return name
    return ""


def _by_hand(name: str, value: str) -> bool:
    """Whether a person may have set it, and meant one of ours."""
    return (
        bool(value)
        and len(name) >= SHORTEST
        and name not in _OTHERS
        and not _NEIGHBOUR.search(name)
        and not injected(name, value)
    )


def _bare(name: str) -> str:
    return name.upper().replace("_", "").replace("-", "")


def _parts(text: str, length: int) -> tuple[str, ...]:
    """The first and the last part of a text, one of which a slip leaves as it is.

    A slip touches two places at most, and makes a name of this length from one of a character less.
    """
    half = (length - 3) // 2
    return (f"<{text[:half]}", f">{text[-half:]}") if half > 0 else ()


def _one_slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    for mine, its in zip(one, other):  # noqa: B905 - the longer one's end is what is left
        if mine != its:
            break
        start += 1
    end = 0
    for mine, its in zip(reversed(one[start:]), reversed(other[start:])):  # noqa: B905
        if mine != its:
            break
        end += 1
    mine, its = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(mine), len(its)) <= 1 or (len(mine) == len(its) == 2 and mine == its[::-1])  # noqa: PLR2004
