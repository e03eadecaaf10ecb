"""A file of variables, in the form that `docker run --env-file` reads, and how it stands on hosts.

Values are bytes that go to hosts and nowhere else: what is said of them here is names and lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError, HostError
from toolkit.manifest.describing import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Docker's reader takes no longer line: bufio.MaxScanTokenSize.
LONGEST = 65_535

#: What Docker's reader takes off before a name.
_BLANKS = b" \t\v\f"

_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")


class Standing(StrEnum):
    """How a variable here stands to the one on a host."""

    SAME = "same"
    DIFFERS = "differs"
    HERE = "only here"
    THERE = "only there"
    EMPTY = "empty here"


_WORDS = {
    "same": Standing.SAME,
    "differs": Standing.DIFFERS,
    "here": Standing.HERE,
    "there": Standing.THERE,
    "empty": Standing.EMPTY,
}


@dataclass(frozen=True, kw_only=True)
class Standings:
    """How a host has a file's variables.

    Attributes:
        of: How each stands, by name.
        unclear: Numbers of the host's lines whose name cannot be shown, or that have none.
    """

    of: Mapping[str, Standing]
    unclear: tuple[int, ...] = ()

    def names(self, *standings: Standing) -> list[str]:
        """The variables that stand so, in order."""
        return sorted(name for name, each in self.of.items() if each in standings)

    def differ(self, *, whole: bool) -> bool:
        """Whether a push changes anything.

        Args:
            whole: What is on the host alone goes, and what is empty here is emptied.
        """
        more = (Standing.THERE, Standing.EMPTY) if whole else ()
        return bool(self.names(Standing.HERE, Standing.DIFFERS, *more)) or (
            whole and bool(self.unclear)
        )


def check(data: bytes, path: str) -> None:
    """See that Docker reads a file as it is meant.

    Args:
        data: What is in it.
        path: Where it is, for people.

    Raises:
        ConfigurationError: It does not; with every problem, its line, and no value.
    """
    found = [*problems(data)]
    if found:
        lines = "".join(f"\n  - line {number}: {text}" for number, text in found)
        raise ConfigurationError(
            f"{path} is not as Docker reads variables:{lines}",
            "One NAME=value a line; no value has a newline: put such a one into a file, and its "
            "path into NAME_FILE.",
        )


def problems(data: bytes) -> Iterator[tuple[int, str]]:
    """What is wrong with a file, with the number of its line, from 1. No value is told."""
    seen: dict[bytes, int] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        wrong = _wrong(line, number)
        name, equals, _ = line.lstrip(_BLANKS).partition(b"=")
        if wrong:
            yield number, wrong
        elif equals and not name.startswith(b"#"):
            if name in seen:
                yield number, f"{name.decode()} is there already, in line {seen[name]}"
            seen.setdefault(name, number)


def _wrong(line: bytes, number: int) -> str:
    """What is wrong with a line by itself; an empty text for nothing."""
    name, equals, _ = line.lstrip(_BLANKS).partition(b"=")
    used = bool(name or equals) and not name.startswith(b"#")
    kinds = {
        "it begins with a byte order mark": number == 1 and line.startswith(b"\xef\xbb\xbf"),
        "it ends as on Windows, with a carriage return": line.endswith(b"\r"),
        f"it is longer than {LONGEST:,} bytes": len(line) > LONGEST,
        "it has a zero byte": b"\0" in line,
        "it is not UTF-8": not _is_text(line),
        "it has no `=`": used and not equals,
        "`export` is a shell's; leave it out": used and name.startswith(b"export "),
        "what stands before its `=` is no name": used and not _NAME.fullmatch(name),
    }
    return next((text for text, wrong in kinds.items() if wrong), "")


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def quoted(data: bytes) -> list[str]:
    """The variables whose value is in quotes, which Docker takes as part of it."""
    found = []
    for line in data.split(b"\n"):
        name, _, value = line.strip().partition(b"=")
        if _NAME.fullmatch(name) and len(value) > 1 and value[:1] == value[-1:] in {b'"', b"'"}:
            found.append(name.decode())
    return found


def read(text: str, host: str) -> Standings:
    """What the script `variables` answers.

    Raises:
        HostError: The answer is not whole.
    """
    lines = text.splitlines()
    if lines[-1:] != ["end"]:
        raise HostError(
            f"{host} has not told of all its variables.",
            "Is its disk full, or has its shell ended early?",
        )
    pairs = [line.split(" ", 1) for line in lines if " " in line]
    return Standings(
        of={name: _WORDS[word] for word, name in pairs if word in _WORDS},
        unclear=tuple(sorted(int(name) for word, name in pairs if word == "unclear")),
    )


def compared(found: Mapping[str, Standings]) -> str:
    """How variables stand on hosts: a row each, a column a host.

    Args:
        found: The standings, by the host's name.
    """
    names = sorted({name for each in found.values() for name in each.of})
    rows = [(name, *(str(each.of.get(name, "-")) for each in found.values())) for name in names]
    return table(("variable", *found), rows)
