"""How a text is written in a compose file and in the `.env` beside it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What YAML 1.1 reads as something else than text: https://yaml.org/type/bool.html, null.html.
_NO_TEXT = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")


def key(text: str) -> str:
    """A key of YAML, in quotation marks only where it needs them."""
    plain = _PLAIN_KEY.fullmatch(text) and text.lower() not in _NO_TEXT
    return text if plain else json.dumps(text, ensure_ascii=False)


def literal(text: str) -> str:
    """A text that compose does not expand."""
    return text.replace("$", "$$")


def flow(texts: Iterable[str]) -> str:
    """A list of texts on one line."""
    return json.dumps([*texts], ensure_ascii=False)


def dotenv(text: str) -> str:
    """A value in compose's `.env`.

    Single quotes keep everything as it is, and other readers of such files agree. A text with a
    single quote or a backslash is in double quotes, with backslashes before what is special there.
    """
    if _PLAIN_VALUE.fullmatch(text):
        return text
    if not set(text) & set("'\\"):
        return f"'{text}'"
    return '"' + re.sub(r'([\\"$])', r"\\\1", text) + '"'
