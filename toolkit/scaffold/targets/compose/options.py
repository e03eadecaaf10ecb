"""The options of `docker run` that a manifest gives a role, in compose's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Lists of the same form on both sides.
_LISTS = {
    "--add-host": "extra_hosts",
    "--cap-add": "cap_add",
    "--device": "devices",
    "--dns": "dns",
    "--group-add": "group_add",
    "--label": "labels",
    "-l": "labels",
    "--publish": "ports",
    "-p": "ports",
    "--security-opt": "security_opt",
    "--tmpfs": "tmpfs",
    "--volume": "volumes",
    "-v": "volumes",
}
_ENVIRONMENT = ("--env", "-e")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options, translated.

    Attributes:
        lists: What is added to the lists of a service, by their keys.
        environment: Variables; None for one that is passed on from the caller's environment.
        others: The options that compose has no list for, each with its value.
    """

    lists: dict[str, list[str]] = field(default_factory=dict)
    environment: dict[str, str | None] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def translated(words: Sequence[str]) -> Options:
    """Translate options.

    Args:
        words: A word each: ``--volume /a:/b`` or ``--volume=/a:/b``.
    """
    made = Options()
    for name, value in _pairs(words):
        if name in _LISTS and value is not None:
            made.lists.setdefault(_LISTS[name], []).append(value)
        elif name in _ENVIRONMENT and value is not None:
            variable, equals, text = value.partition("=")
            made.environment[variable] = text if equals else None
        else:
            made.others.append(name if value is None else f"{name} {value}")
    return made


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Each option and its value, or None where it has none."""
    at = 0
    while at < len(words):
        name, equals, value = words[at].partition("=")
        at += 1
        if equals:
            yield name, value
        elif at < len(words) and not words[at].startswith("-"):
            yield name, words[at]
            at += 1
        else:
            yield name, None
