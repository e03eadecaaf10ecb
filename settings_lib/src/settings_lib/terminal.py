"""Fits text into a terminal's width. What is no terminal gets lines as they are, to be searched."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

_NARROWEST = 40


def tell(text: str) -> None:
    """Write a text to standard error, if that is open.

    Args:
        text: Lines, as for `fitted`.
    """
    if sys.stderr is None:  # it was closed when Python began
        return
    with suppress(OSError, ValueError):
        sys.stderr.write(fitted(text, sys.stderr))
        sys.stderr.flush()


def fitted(text: str, stream: TextIO) -> str:
    """A text for a stream: where that is a terminal, no line is longer, and none ends in a word.

    Args:
        text: Lines, of which some are indented, or items of a list ("- …").
        stream: Where it goes.
    """
    if not stream.isatty():
        return text
    try:
        width = os.get_terminal_size(stream.fileno()).columns
    except OSError:
        return text
    if width < _NARROWEST:
        return text
    import textwrap  # noqa: PLC0415 - hardly ever needed

    lines = []
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" -"))
        lines += textwrap.wrap(
            line,
            width,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)
