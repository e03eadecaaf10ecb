"""Fits text into a terminal's width. What is no terminal gets lines as they are, to be searched."""

from __future__ import annotations

import os
import textwrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

#: Columns below which nothing is fitted.
NARROWEST = 40


def fitted(text: str, stream: TextIO) -> str:
    """Return a text for a stream: where that is a terminal, no line is longer, or ends in a word.

    Args:
        text: lines, of which some are indented, or items of a list ("- …").
        stream: where it goes.
    """
    if not stream.isatty():
        return text
    try:
        width = os.get_terminal_size(stream.fileno()).columns
    except OSError:
        return text
    if width < NARROWEST:
        return text
    lines: list[str] = []
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
