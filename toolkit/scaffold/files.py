"""A file as data: where it goes, what is in it, and the line by which an edit by hand is seen."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

#: What stands before and after a comment, by how a file's name ends. Others have `#`.
_COMMENTS = {".html": ("<!-- ", " -->"), "Jenkinsfile": ("// ", "")}

_HEADER = re.compile(
    r"Made by `toolkit scaffold(?: (?P<app>[^` ]+))?`.* sha256:(?P<digest>[0-9a-f]{16})"
)

EXECUTABLE, READABLE, PRIVATE = 0o755, 0o644, 0o600


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that a target makes.

    Attributes:
        path: Where it goes, from the root of a host or of the repository; without a slash before.
        text: What is in it, without the header. Empty for a link.
        mode: Its permissions.
        link: What a symbolic link points to; empty for a file.
        filled: People fill it in: it is made once, and never again.
        shared: Every app has the same.
    """

    path: str
    text: str = ""
    mode: int = READABLE
    link: str = ""
    filled: bool = False
    shared: bool = False


def with_header(file: File, app: str) -> str:
    """A file's text with the line that says who made it, and a digest of the rest.

    Args:
        file: The file.
        app: The app that it is of.
    """
    if file.filled:
        return file.text
    before, after = next(
        (marks for end, marks in _COMMENTS.items() if file.path.endswith(end)), ("# ", "")
    )
    who = "toolkit scaffold`." if file.shared else f"toolkit scaffold {app}`; edit its manifest."
    line = f"{before}Made by `{who} sha256:{digest(file.text)}{after}\n"
    first, newline, rest = file.text.partition("\n")
    if first.startswith(("#!", "<!doctype")):
        return f"{first}{newline}{line}{rest}"
    return line + file.text


def digest(text: str) -> str:
    """The digest that a header has of the rest of its file."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a file's header says.

    Attributes:
        app: The app that it was made for; an empty text for any.
        edited: Somebody has changed it since.
    """

    app: str
    edited: bool


def made(text: str) -> Made | None:
    """Who made a file and whether it is as it was made, or None where it has no header."""
    for at, line in enumerate(lines := text.splitlines(keepends=True)):
        if at > 1:
            break
        found = _HEADER.search(line)
        if found:
            rest = "".join(lines[:at] + lines[at + 1 :])
            return Made(app=found["app"] or "", edited=digest(rest) != found["digest"])
    return None
