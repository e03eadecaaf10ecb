"""Finds out what a failing build misses, from what the compiler said."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = Path(__file__).with_name("debian.toml")

_PATTERNS = {
    "headers": (
        r"fatal error: ['\"]?([\w+./-]+\.h(?:pp)?)['\"]?(?::| file not found)",
        r"error: ([\w+./-]+\.h): No such file or directory",
        r"Cannot find (?:header )?['\"]?([\w+./-]+\.h)\b",
    ),
    "libraries": (r"cannot find -l([\w+.-]+)", r"unable to find library -l([\w+.-]+)"),
    "pkg_config": (
        r"Package '?([\w+.-]+)'?,? required by",
        r"No package '([\w+.-]+)' found",
        r"Package ([\w+.-]+) was not found in the pkg-config search path",
        r"Dependency [\"']([\w+.-]+)[\"'] not found",
    ),
    "tools": (
        r"(?:^|[\s:'\"/])([\w+.-]+): (?:command )?not found",
        r"\[Errno 2\] No such file or directory: '(?:[\w/.-]*/)?([\w+.-]+)'",
        r"error: command '(?:[\w/.-]*/)?([\w+.-]+)' failed: No such file or directory",
        r"(?:unable to execute|error trying to exec|cannot execute) '(?:[\w/.-]*/)?([\w+.-]+)'",
        r"Program '?([\w+.-]+)'? (?:not found|found: NO)",
        r"Unknown compiler\(s\): \[+'([\w+.-]+)'",
    ),
}

_RELEVANT = re.compile(
    r"\berror\b|\bfatal\b|not found|No such file|cannot find|could not|Error:|Exception:|"
    r"not installed|Do you have",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"^error: (Failed to build|Command '\[)|^\s*cause: |^hint: |returned non-zero exit status|"
    r"^\s*[~^]+$|^During handling|^The above exception|[Ee]rror:$|Traceback \(most recent|"
    r"^\s+File \"|^A full log|compilation terminated|^note: |error: subprocess-exited-with-error"
)


@dataclass(frozen=True)
class Diagnosis:
    """What a build misses."""

    missing: str  # the header, library or program; empty if unknown
    packages: tuple[str, ...]  # Debian packages that have it; empty if unknown
    excerpt: str  # the lines of the output that matter


def diagnose(output: str, *, lines: int = 12) -> Diagnosis:
    """Read a build's output.

    Args:
        output: all of it.
        lines: how long the excerpt may be.
    """
    missing, packages = _lookup(output)
    return Diagnosis(missing=missing, packages=packages, excerpt=_excerpt(output, lines))


@lru_cache(maxsize=1)
def table() -> Mapping[str, Mapping[str, str]]:
    """The data file: kind of thing, then thing, then Debian packages separated by spaces."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def _lookup(output: str) -> tuple[str, tuple[str, ...]]:
    unknown = ""
    for kind in ("headers", "pkg_config", "libraries", "tools"):
        for pattern in _PATTERNS[kind]:
            for match in re.finditer(pattern, output, re.MULTILINE):
                thing = match.group(1)
                packages = _package(table()[kind], thing)
                if packages:
                    return thing, packages
                if kind == "headers":
                    unknown = unknown or thing
    for pattern, packages_text in table()["messages"].items():
        if re.search(pattern, output):
            return "", tuple(packages_text.split())
    return unknown, ()


def _package(known: Mapping[str, str], thing: str) -> tuple[str, ...]:
    if thing in known:
        return tuple(known[thing].split())
    # "python3.13/ffi.h" is where one system has what another has as "ffi.h".
    tail = thing.rpartition("/")[2]
    return tuple(known[tail].split()) if tail in known and "/" in thing else ()


def _excerpt(output: str, limit: int) -> str:
    every = [line.rstrip() for line in output.splitlines() if line.strip()]
    chosen: list[int] = []
    for number, line in enumerate(every):
        if _RELEVANT.search(line) and not _NOISE.search(line):
            chosen += range(number, min(number + 1 + _context(line), len(every)))
    kept = list(dict.fromkeys(every[n] for n in chosen if not _NOISE.search(every[n])))
    if not kept:
        kept = [line for line in every if not _NOISE.search(line)]
    return "\n".join(kept[-limit:])


def _context(line: str) -> int:
    # A compiler shows the line of source and a caret after the error.
    return 2 if re.search(r":\d+: (fatal )?error:", line) else 1
