"""Strict parsers: text in, a value out, or a refusal that does not quote the text."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from settings_lib.records import record
from settings_lib.types.addresses import is_host
from settings_lib.types.urls import BadUrl, Url, each, split

if TYPE_CHECKING:
    from collections.abc import Callable

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_INT = r"[+-]?[0-9]{1,18}"
_FLOAT = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DURATION = r"([0-9]{1,10})([smhdw]?)"
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_LONGEST = 2**31 - 1
_SIZE = r"([0-9]{1,15})([kKmMgGtT]?)(i?[bB])?"
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_HEADER = r"(HTTP_[A-Z0-9_]+)(,([!-+\--~]+))?"
_USUAL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_YES = "[tT][rR][uU][eE]|[yY][eE][sS]|[oO][nN]|1"
_HOST = (
    r"\*|\.?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?"
    r"|\[[0-9A-Fa-f:.]+\]"
)
_ZONES = Path("/usr/share/zoneinfo")
_ZONE = r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*"
_PATH = r"/[^\x00-\x1f\x7f]{0,4094}"
_DOTTED = r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+"
_QUOTES = ('"', "'")
_MAX_PORT = 65_535


@record(frozen=True, kw_only=True)
class Type:
    """A type of variable.

    Attributes:
        name: What the reference table calls it.
        expected: What a right value looks like; ends the sentence "Expected …".
        example: A right value.
        pattern: A regular expression of ECMA 262, for JSON Schema, that every right value matches;
            empty where none can say it.
        choices: Every right value, where they can be counted.
        parse: Takes the text, stripped and not empty; raises ValueError if it is not of this type.
    """

    name: str
    expected: str
    example: str = ""
    pattern: str = ""
    choices: tuple[str, ...] = ()
    parse: Callable[[str], Any]


def _bool(text: str) -> bool:
    word = text.lower()
    if word not in _TRUE | _FALSE:
        raise ValueError
    return word in _TRUE


def _matched(pattern: str, text: str) -> re.Match[str]:
    match = re.fullmatch(pattern, text, re.ASCII)
    if not match:
        raise ValueError
    return match


def _int(text: str) -> int:
    return int(_matched(_INT, text)[0])


def _float(text: str) -> float:
    number = float(_matched(_FLOAT, text)[0])
    if not math.isfinite(number):
        raise ValueError
    return number


def _rate(text: str) -> float:
    number = _float(text)
    if not 0 <= number <= 1:
        raise ValueError
    return number


def _duration(text: str) -> int:
    match = _matched(_DURATION, text)
    seconds = int(match[1]) * _SECONDS[match[2]]
    if seconds > _LONGEST:
        raise ValueError
    return seconds


def _size(text: str) -> int:
    match = _matched(_SIZE, text)
    unit = (match[3] or "").lower()
    if unit == "ib" and not match[2]:
        raise ValueError
    factor: int = (1024 if unit == "ib" else 1000) ** _POWERS[match[2].lower()]
    return int(match[1]) * factor


def _port(text: str) -> int:
    port = _int(text)
    if not 0 < port <= _MAX_PORT:
        raise ValueError
    return port


def _str(text: str) -> str:
    if not text.strip() or "\0" in text:
        raise ValueError
    return text


def _line(text: str) -> str:
    if not text or not text.isprintable() or (text[0] in _QUOTES and text[0] == text[-1]):
        raise ValueError
    return text


def _list(text: str) -> tuple[str, ...]:
    items = tuple(item.strip() for item in text.split(","))
    if len(items) > 1 and not items[-1]:  # a comma at the end is a habit, and no item
        items = items[:-1]
    if not all(items) or not text.isprintable():
        raise ValueError
    return items


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(_matched(_HOST, host)[0] for host in _list(text))


def _origins(text: str) -> tuple[str, ...]:
    origins = _list(text)
    for origin in origins:
        parts = urlsplit(origin)
        _ = parts.port
        wanted = f"{parts.scheme}://{parts.netloc}"
        if parts.scheme not in {"http", "https"} or origin != wanted or "@" in origin:
            raise ValueError
        if not is_host((parts.hostname or "").removeprefix("*.")):  # Django takes * and trusts none
            raise ValueError
    return origins


def _header(text: str) -> tuple[str, str]:
    if text.lower() in _TRUE:
        return _USUAL_HEADER
    match = _matched(_HEADER, text)
    return match[1], match[3] or "https"


def _time_zone(text: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - few set it

    try:
        ZoneInfo(_matched(_ZONE, text)[0])
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError from None
    # Django looks there alone (django/conf/__init__.py), even where the package tzdata has more.
    if _ZONES.is_dir() and not (_ZONES / text).is_file():
        raise ValueError
    return text


def _path(text: str) -> Path:
    return Path(_matched(_PATH, text)[0])


def _json(text: str) -> Any:  # noqa: ANN401 - JSON holds anything
    import json  # noqa: PLC0415 - few need it

    try:
        return json.loads(text, parse_constant=_refused, parse_float=_finite)
    except RecursionError:
        raise ValueError from None


def _refused(constant: str) -> None:  # noqa: ARG001 - json names it
    """NaN and the infinities, which Python's reader takes and JSON does not have."""
    raise ValueError


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _dotted(text: str) -> str:
    return _matched(_DOTTED, text)[0]


def _literal(text: str) -> str:
    """A pattern for exactly this; `re.escape` escapes what ECMA 262 does not let one escape."""
    return re.sub(r"[.+*?()\[\]{}|^$\\]", r"\\\g<0>", text)


def _whole(pattern: str) -> str:
    """A pattern that JSON Schema, which searches, matches against all of a text."""
    return f"^({pattern})$"


BOOL = Type(
    name="bool",
    expected="true or false (also 1/0, yes/no, on/off)",
    example="true",
    pattern="^([tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|[yY][eE][sS]|[nN][oO]|[oO][nN]|[oO][fF][fF]|[01])$",
    parse=_bool,
)
INT = Type(name="int", expected="a whole number", example="4", pattern=_whole(_INT), parse=_int)
FLOAT = Type(name="float", expected="a number", example="0.5", pattern=_whole(_FLOAT), parse=_float)
RATE = Type(
    name="rate", expected="a number from 0 to 1", example="0.1", pattern=_whole(_FLOAT), parse=_rate
)
DURATION = Type(
    name="duration",
    expected="a whole number of seconds, or one with a unit: 30s, 5m, 12h, 7d, 2w",
    example="30s",
    pattern=_whole(_DURATION),
    parse=_duration,
)
SIZE = Type(
    name="size",
    expected="a number of bytes, or one with a unit: 512k, 10MB (of 1000), 10MiB (of 1024)",
    example="10MiB",
    pattern=_whole(_SIZE),
    parse=_size,
)
PORT = Type(
    name="port",
    expected="a port number from 1 to 65535",
    example="5432",
    pattern=_whole("[+]?[0-9]{1,18}"),
    parse=_port,
)
STR = Type(name="str", expected="text that is not blank", example="text", parse=_str)
LINE = Type(
    name="line",
    expected="one line of text, without quotes around it",
    example="text",
    pattern="^[^\\x00-\\x1f\\x7f]+$",
    parse=_line,
)
LIST = Type(name="list", expected="items with commas between them", example="one,two", parse=_list)
HOSTS = Type(
    name="hosts",
    expected="host names with commas between them, without scheme, port or path; *.x is .x",
    example="example.org,.example.com",
    parse=_hosts,
)
ORIGINS = Type(
    name="origins",
    expected="origins with their scheme and commas between them, without a path",
    example="https://a.example.org,https://*.example.com",
    parse=_origins,
)
HEADER = Type(
    name="header",
    expected="a WSGI header name, perhaps with a comma and its secure value, or true for the usual",
    example="HTTP_X_FORWARDED_PROTO,https",
    pattern=_whole(f"{_HEADER}|{_YES}"),
    parse=_header,
)
TIME_ZONE = Type(
    name="time zone",
    expected="a time zone's IANA name",
    example="Europe/Berlin",
    pattern=_whole(_ZONE),
    parse=_time_zone,
)
PATH = Type(
    name="path",
    expected="an absolute path",
    example="/data/uploads",
    pattern=_whole(_PATH),
    parse=_path,
)
JSON = Type(name="json", expected="JSON", example='{"key": "value"}', parse=_json)
DOTTED = Type(
    name="dotted path",
    expected="the dotted path of a Python object",
    example="package.module.Class",
    pattern=_whole(_DOTTED),
    parse=_dotted,
)


def choice(*allowed: str) -> Type:
    """A type whose values are exactly these words.

    Args:
        allowed: The words; a value is compared without regard to case, and spelled like this.
    """
    words = {word.lower(): word for word in allowed}

    def parse(text: str) -> str:
        word = words.get(text.lower()) if text.isascii() else None
        if word is None:
            raise ValueError
        return word

    return Type(
        name="choice",
        expected=f"one of {', '.join(allowed)}",
        example=allowed[0],
        pattern=_whole("|".join(map(_any_case, allowed))),
        choices=allowed,
        parse=parse,
    )


def _any_case(word: str) -> str:
    """A pattern for a word in upper and lower case; ECMA 262 has no flag for that in a pattern."""
    return "".join(
        f"[{letter.lower()}{letter.upper()}]" if letter.isalpha() else _literal(letter)
        for letter in word
    )


def at_least(least: int) -> Type:
    """A type for whole numbers from this one on."""

    def parse(text: str) -> int:
        number = _int(text)
        if number < least:
            raise ValueError
        return number

    return Type(
        name="int",
        expected=f"a whole number from {least}",
        example=str(max(least, 4)),
        pattern=_whole(_INT),
        parse=parse,
    )


def list_of(item: Type) -> Type:
    """A type for several values of another one, with commas between them.

    Args:
        item: The type of each.
    """

    def parse(text: str) -> tuple[Any, ...]:
        return tuple(item.parse(each) for each in _list(text))

    return Type(
        name=f"list of {item.name}",
        expected=f"items with commas between them, each {item.expected}",
        example=item.example,
        parse=parse,
    )


def url(
    *schemes: str,
    several: bool = False,
    check: Callable[[Url], object] | None = None,
    example: str = "",
) -> Type:
    """A type for URLs of these schemes. Its values are texts.

    Everything in a URL must be sayable in one way only (`settings_lib.types.urls.split`). Most
    refusals say what is wrong, since a URL has many parts.

    Args:
        schemes: The allowed schemes, lower case.
        several: Several URLs may stand with semicolons between them.
        check: Raises `BadUrl` for a URL that its reader would choke on, or not read as meant.
        example: A right value, where a scheme and a host are not enough.
    """

    def parse(text: str) -> str:
        for part in each(text) if several else (text,):
            found = split(part)
            if found.scheme not in schemes:
                raise BadUrl("has a scheme that is not among those expected")
            if check:
                check(found)
        return text

    also = "; several stand with semicolons between them" if several else ""
    return Type(
        name="url",
        expected=(
            f"a URL whose scheme is one of {', '.join(schemes)}; reserved characters in its user "
            f"or password must be percent-encoded{also}"
        ),
        example=example or f"{schemes[0]}://host.example.org",
        pattern=f"^({'|'.join(map(_literal, schemes))})://[^\\x00-\\x20\\x7f#]*$",
        parse=parse,
    )
