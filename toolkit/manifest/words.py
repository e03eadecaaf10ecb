"""The kinds of text that a manifest has, each with the form that is right."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
_LONGEST = 24 * 3600

#: Bytes of a value, or of a word: Docker reads no longer line of an env-file than 64 KiB.
_LONG = 32_768

#: Bytes of a parameter: nginx reads none of 4,096, quoted, and quoting may double it.
_NGINX = 2_000

#: Units, job names, file names, container names and Consul's services are made of them.
_APP = r"[a-z0-9]([a-z0-9_-]{0,48}[a-z0-9])?"
_ROLE = r"[a-z]([a-z0-9_-]{0,30}[a-z0-9])?"
_PACKAGE = r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*"
_PART = r"[a-z0-9]+([._-]+[a-z0-9]+)*"
_IMAGE = rf"([A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{{1,5}})?/)?{_PART}(/{_PART})*"
_TAGGED = rf"{_IMAGE}(:[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?(@sha256:[0-9a-f]{{64}})?"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"(\*\.)?{_LABEL}(\.{_LABEL})*"
_HOST = rf"([A-Za-z_][A-Za-z0-9_.-]*@)?{_LABEL}(\.{_LABEL})*"
_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
_ABSOLUTE = r"/[A-Za-z0-9._/-]*[A-Za-z0-9._-]"
_MEMORY = r"[1-9][0-9]{0,12}[bkmg]"
_SIZE = r"[1-9][0-9]{0,6}[kmg]"
_ADDRESS = r"[A-Za-z0-9.-]+:[0-9]{1,5}"
_USER = r"[a-z_][a-z0-9_-]{0,31}"
_BRANCH = r"[A-Za-z0-9][A-Za-z0-9._@#+-]*(/[A-Za-z0-9][A-Za-z0-9._@#+-]*)*"
_HEADER = r"[A-Za-z][A-Za-z0-9-]*"
_MAIL = rf"[A-Za-z0-9_][A-Za-z0-9._%+-]*@{_LABEL}(\.{_LABEL})*"
_PERCENT = r"[1-9][0-9]?%|100%"
#: Printable ASCII but the dollar sign, which nginx has no way to say.
_HEADER_VALUE = r"[ -#%-~]*"


def dotted(keys: Iterable[object]) -> str:
    """A path in a file of TOML, as its own dotted keys are written: ``env.clear."a b"``."""
    words = map(str, keys)
    return ".".join(
        word if re.fullmatch(r"[A-Za-z0-9_-]+", word) else json.dumps(word) for word in words
    )


def _matching(pattern: str, expected: str, example: str, longest: int = 255) -> Any:  # noqa: ANN401 - a type's metadata
    def check(text: str) -> str:
        if len(text) > longest or not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(f"expected {expected}, such as {example}")
        return text

    return (
        AfterValidator(check),
        Field(
            json_schema_extra={
                "pattern": f"^({pattern})$",
                "maxLength": longest,
                "examples": [example],
            }
        ),
    )


def _seconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"([0-9]{1,6})([smh]?)", value, re.ASCII)
    if not match:
        raise ValueError("expected seconds, or a number with a unit, such as 40s or 2m")
    return int(match[1]) * _SECONDS[match[2]]


def _part(value: object) -> object:
    """A whole number of 1 or more, or a percentage."""
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if not whole and not (isinstance(value, str) and re.fullmatch(_PERCENT, value, re.ASCII)):
        raise ValueError('expected 1 or more, or a percentage, such as "25%"')
    return value


def _line(text: str) -> str:
    if not text.isprintable() or len(text.encode()) > _LONG:
        raise ValueError(
            "expected one line of text, of 32 KiB at most: an env-file has no way to say more. "
            "Put it into a file, and name that by NAME_FILE"
        )
    return text


def _word(text: str) -> str:
    if not text.isprintable() or not text:
        raise ValueError("expected text on one line")
    return text


AppName = Annotated[str, *_matching(_APP, "lower-case letters, digits, - and _", "antisocial")]
RoleName = Annotated[str, *_matching(_ROLE, "a lower-case word", "worker")]
Package = Annotated[str, *_matching(_PACKAGE, "the name of a Python package", "antisocial")]
Image = Annotated[
    str,
    *_matching(
        _IMAGE, "an image's name without its tag", "registry.example.org/thraxil/antisocial"
    ),
]
TaggedImage = Annotated[str, *_matching(_TAGGED, "an image with its tag", "postgres:17")]
Domain = Annotated[str, *_matching(_DOMAIN, "a domain in lower case", "antisocial.example.org")]
Host = Annotated[str, *_matching(_HOST, "a host's name, perhaps with a user", "app1.example.org")]
Variable = Annotated[str, *_matching(_VARIABLE, "the name of a variable", "SECRET_KEY")]
AbsolutePath = Annotated[str, *_matching(_ABSOLUTE, "an absolute path", "/etc/ssl/antisocial.pem")]
Memory = Annotated[str, *_matching(_MEMORY, "a number with Docker's unit b, k, m or g", "512m")]
BodySize = Annotated[str, *_matching(_SIZE, "a number with nginx's unit k, m or g", "10m")]
OptionWord = Annotated[
    str, *_matching(r"[!-~]+", "one word of a command line, without blanks", "--volume", _LONG)
]
Address = Annotated[str, *_matching(_ADDRESS, "a host and a port", "127.0.0.1:8500")]
UserName = Annotated[str, *_matching(_USER, "the name of a user", "deploy")]
MailAddress = Annotated[str, *_matching(_MAIL, "a mail address", "ops@example.org")]
Branch = Annotated[str, *_matching(_BRANCH, "the name of a branch", "main")]
HeaderName = Annotated[str, *_matching(_HEADER, "the name of a header", "X-Robots-Tag")]
HeaderValue = Annotated[
    str, *_matching(_HEADER_VALUE, "short ASCII without $ on one line", "noindex", _NGINX)
]
Line = Annotated[str, AfterValidator(_line)]
Word = Annotated[str, AfterValidator(_word)]
IpAddress = Annotated[
    str,
    *_matching(
        r"[0-9.]{7,15}|\[[0-9A-Fa-f:.]{2,45}\]", "an IP address, IPv6 in brackets", "10.0.0.5"
    ),
]
Port = Annotated[int, Field(ge=1, le=65_535, examples=[8000])]
Parallel = Annotated[
    int | str,
    BeforeValidator(_part),
    Field(json_schema_extra={"pattern": f"^({_PERCENT})$", "minimum": 1}),
]
Seconds = Annotated[
    int,
    BeforeValidator(_seconds),
    Field(
        ge=0,
        le=_LONGEST,
        examples=["40s"],
        json_schema_extra={
            "type": ["integer", "string"],
            "pattern": "^[0-9]{1,6}[smh]?$",
            "minimum": 0,
            "maximum": _LONGEST,
        },
    ),
]
