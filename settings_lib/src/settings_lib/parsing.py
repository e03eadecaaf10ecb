"""Strict parsers: text in, a value out, or a refusal that does not quote the text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_INT = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DURATION = re.compile(r"([0-9]+)([smhdw]?)", re.ASCII)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_HEADER = re.compile(r"(HTTP_[A-Z0-9_]+),([^,\s]+)", re.ASCII)
_MAX_PORT = 65_535


@dataclass(frozen=True, kw_only=True)
class Type:
    """A type of variable.

    Attributes:
        name: What the reference table calls it.
        expected: What a right value looks like; ends the sentence "Expected …".
        parse: Takes the text, stripped and not empty; raises ValueError if it is not of this type.
    """

    name: str
    expected: str
    parse: Callable[[str], Any]


def _bool(text: str) -> bool:
    word = text.lower()
    if word not in _TRUE | _FALSE:
        raise ValueError
    return word in _TRUE


def _int(text: str) -> int:
    if not _INT.fullmatch(text):
        raise ValueError
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _rate(text: str) -> float:
    number = _float(text)
    if not 0 <= number <= 1:
        raise ValueError
    return number


def _duration(text: str) -> int:
    match = _DURATION.fullmatch(text)
    if not match:
        raise ValueError
    return int(match[1]) * _SECONDS[match[2]]


def _port(text: str) -> int:
    port = _int(text)
    if not 0 < port <= _MAX_PORT:
        raise ValueError
    return port


def _list(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _origins(text: str) -> tuple[str, ...]:
    origins = _list(text)
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
            raise ValueError
    return origins


def _header(text: str) -> tuple[str, str]:
    match = _HEADER.fullmatch(text)
    if not match:
        raise ValueError
    return match[1], match[2]


BOOL = Type(name="bool", expected="true or false (also 1/0, yes/no, on/off)", parse=_bool)
INT = Type(name="int", expected="a whole number", parse=_int)
FLOAT = Type(name="float", expected="a number", parse=_float)
RATE = Type(name="rate", expected="a number from 0 to 1", parse=_rate)
DURATION = Type(
    name="duration",
    expected="a whole number of seconds, or one with a unit: 30s, 5m, 12h, 7d, 2w",
    parse=_duration,
)
PORT = Type(name="port", expected="a port number from 1 to 65535", parse=_port)
STR = Type(name="str", expected="text", parse=str)
LIST = Type(name="list", expected="items with commas between them", parse=_list)
ORIGINS = Type(
    name="origins",
    expected="origins with their scheme and commas between them: https://a.example.org",
    parse=_origins,
)
HEADER = Type(
    name="header",
    expected="a WSGI header name, a comma and its secure value: HTTP_X_FORWARDED_PROTO,https",
    parse=_header,
)


def choice(*allowed: str) -> Type:
    """A type whose values are exactly these words.

    Args:
        allowed: The words, lower case; a value is compared without regard to case.
    """

    def parse(text: str) -> str:
        word = text.lower()
        if word not in allowed:
            raise ValueError
        return word

    return Type(name="choice", expected=f"one of {', '.join(allowed)}", parse=parse)


def url(*schemes: str) -> Type:
    """A type for URLs of these schemes; several may stand with semicolons between them.

    A ``#`` is refused: what follows it would silently be cut off, and it is there because a
    password holds one that is not percent-encoded.

    Args:
        schemes: The allowed schemes, lower case.
    """

    def parse(text: str) -> str:
        for part in text.split(";"):
            scheme = part.partition("://")[0].lower()
            if scheme not in schemes or "://" not in part or "#" in part:
                raise ValueError
            if not part.startswith("sqlite://:memory:"):
                _ = urlsplit(part).port
        return text

    return Type(
        name="url",
        expected=(
            f"a URL whose scheme is one of {', '.join(schemes)}; reserved characters in its user "
            "or password must be percent-encoded"
        ),
        parse=parse,
    )
