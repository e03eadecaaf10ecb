"""Names in an environment that are nearly those of a schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from settings_lib.sources import FILE_SUFFIX, injected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from settings_lib.variables import Var

SHORTEST = 5
"""Characters, without underscores, from which on a name can be told from any other."""

_NEIGHBOUR = re.compile(r"_PORT_[0-9]+_(TCP|UDP|SCTP)|_SERVICE_(HOST|PORT)|_ENV_")
"""What is in a name that Docker's links or Kubernetes make of a neighbour's."""

_OTHERS = frozenset({"BUILDS", "LOGLEVEL", "MAIL_HOST", "MAIL_PORT", "MAIL_URL", "REDIS_URI"})
"""Near names that other programs really read, so that nobody need have meant ours."""


def meant(schema: Iterable[Var], environ: Mapping[str, str]) -> Mapping[str, str]:
    """The unknown names that differ from a known one by one slip, or in case or underscores alone.

    A slip is a character too many, too few, another one, or two that changed places. Two names are
    one slip apart if they are equal once each has lost at most one character; comparing what is
    left of them takes 2 ms where comparing every pair would take 100.

    Args:
        schema: The variables.
        environ: What is set. Of the values, only those that Docker or Kubernetes inject matter.

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
    left: dict[str, str] = {}
    for name in reversed(names):
        for rest in _shorter(_bare(name)):
            left[rest] = name
    result = {}
    for stranger in strangers:
        suffix = FILE_SUFFIX if stranger.upper().endswith(FILE_SUFFIX) else ""
        bare = _bare(stranger[: len(stranger) - len(suffix)])
        found = next((left[rest] for rest in _shorter(bare) if rest in left), "")
        if found and len(_bare(found)) >= SHORTEST:
            result[stranger] = found + suffix
    return result


def _by_hand(name: str, value: str) -> bool:
    """Whether a person may have set it, and meant one of ours."""
    return (
        len(_bare(name)) >= SHORTEST
        and name not in _OTHERS
        and not _NEIGHBOUR.search(name)
        and not injected(name, value)
    )


def _bare(name: str) -> str:
    return name.upper().replace("_", "").replace("-", "")


def _shorter(text: str) -> Iterator[str]:
    """A text, and what is left of it without one of its characters."""
    yield text
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]
