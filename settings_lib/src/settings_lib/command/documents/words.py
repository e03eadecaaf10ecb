"""What the documents say about one variable."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from settings_lib.variables import When

if TYPE_CHECKING:
    from settings_lib.variables import Var


def required(var: Var) -> str:
    """When it is required, in words; empty where it never is."""
    if isinstance(var.required, When):
        return f"required when {var.required.text}"
    return "required" if var.required else ""


def default(var: Var) -> str:
    """The text that means its default; empty where there is none, or none that can be written."""
    value = var.default
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return ",".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value)


def expected(var: Var) -> str:
    """What a right value looks like; empty where that goes without saying."""
    return "" if var.type.name == "str" else var.type.expected


def sentence(text: str) -> str:
    """A text as a sentence; `text` may be empty."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith(".") else f"{text}."
