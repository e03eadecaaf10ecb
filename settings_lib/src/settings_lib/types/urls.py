"""Strict URLs: what Django, a driver or a client would choke on later is refused here."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from settings_lib.records import record
from settings_lib.types.addresses import is_host, is_ipv6

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Scheme, authority, path and query, as `urllib.parse.urlsplit` cuts them.
_SHAPE = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?]*)([^?]*)(?:\?(.*))?")
_HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]*))?")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: RFC 3986 allows none of them; they are quotes that an env-file kept, or slips.
_UNSAFE = re.compile(r'["<>\\^`{|}]')
_MAX_PORT = 65_535
#: Their clients fail without a host.
_HOSTED = frozenset({"http", "https", "smtp", "smtps", "smtp+tls", "smtp+ssl"})
_REDIS = frozenset({"redis", "rediss"})
IN_MEMORY = ":memory:"


class BadUrl(ValueError):  # noqa: N818 - as WrongSettings
    """What is wrong with a URL, without any part of it.

    Attributes:
        wrong: To be read after the variable's name: "has no host".
    """

    def __init__(self, wrong: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong


@record(frozen=True, kw_only=True)
class Url:
    """The parts of a URL, decoded. Its representation shows none that may be secret.

    Attributes:
        scheme: In lower case.
        user: Empty where there is none.
        password: Empty where there is none.
        hosts: Name and port of each server; IPv6 without brackets, None for no port. Empty where
            the URL names none.
        path: With its slash.
        options: The query's.
    """

    scheme: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    hosts: tuple[tuple[str, int | None], ...] = ()
    path: str = field(default="", repr=False)
    options: dict[str, str] = field(default_factory=dict, repr=False)


def split(text: str) -> Url:
    """Take a URL apart.

    As `urllib.parse.urlsplit` and django-environ do, but nothing in it is dropped, guessed or
    replaced: a ``#`` would cut off the rest, ``%fg`` would stay, bytes that are no UTF-8 would
    become question marks, an option without a value would vanish.

    Args:
        text: The URL; several hosts stand with commas between them.

    Returns:
        Its parts.

    Raises:
        BadUrl: It is none, or an ambiguous one.
    """
    if " " in text or not text.isprintable():
        raise BadUrl("has a blank or a control character")
    if "#" in text:
        raise BadUrl("has a # that is not percent-encoded: %23")
    match = _SHAPE.fullmatch(text)
    if not match:
        raise BadUrl("is not a valid url")
    scheme, authority, path, query = match.groups()
    userinfo, _, servers = authority.rpartition("@")
    user, _, password = userinfo.partition(":")
    if "[" in userinfo or "]" in userinfo:
        raise BadUrl("has a bracket in its user or password that is not percent-encoded")
    if not authority.isascii():
        raise BadUrl("has a user, password or host with a character that is not ASCII")
    if any(_UNSAFE.search(part) for part in (servers, path, query or "")):
        raise BadUrl("has a character that belongs into no URL")
    hosts = ((servers, None),) if servers == IN_MEMORY else tuple(_hosts(servers))
    if scheme in _HOSTED and not hosts:
        raise BadUrl("has no host")
    if scheme in _REDIS and hosts and not re.fullmatch("/?|/[0-9]{1,9}", path):
        raise BadUrl("has a path that is not the number of a database")
    return Url(
        scheme=scheme,
        user=_decoded(user),
        password=_decoded(password),
        hosts=hosts,
        path=_decoded(path),
        options=_options(query),
    )


def each(text: str) -> list[str]:
    """The URLs of a text with semicolons between them; a password may have one."""
    return re.split(r";(?=[a-z0-9+.-]+://)", text)


def without_options(text: str) -> str:
    """The URL up to its query."""
    return text.partition("?")[0]


def _decoded(text: str) -> str:
    if _BAD_ESCAPE.search(text):
        raise BadUrl("has a % that is not percent-encoded: %25")
    try:
        decoded = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise BadUrl("has percent-encoded bytes that are not UTF-8") from None
    if "\0" in decoded:
        raise BadUrl("has a NUL character")
    return decoded


def _hosts(servers: str) -> Iterator[tuple[str, int | None]]:
    for server in servers.split(",") if servers else ():
        match = _HOST.fullmatch(server)
        if not match:
            raise BadUrl("has a host or port that is none")
        port = int(match[2][:6]) if match[2] else None
        if port is not None and not 0 < port <= _MAX_PORT:
            raise BadUrl("has a port that is not from 1 to 65535")
        name = _decoded(match[1]).removeprefix("[").removesuffix("]")
        if not name and match[2] is not None:
            raise BadUrl("has a port and no host")
        if not (is_host(name) or (name.startswith("/") and name.isprintable())):
            raise BadUrl("has a host that is none")
        if match[1].startswith("[") and not is_ipv6(name):
            raise BadUrl("has a host that is none")
        yield name, port


def _options(query: str | None) -> dict[str, str]:
    options: dict[str, str] = {}
    for option in query.split("&") if query else ():
        name, equals, value = option.partition("=")
        if not name or not equals or not value:
            raise BadUrl("has an option without a name or a value")
        name = _decoded(name)
        if name.lower() in map(str.lower, options):
            raise BadUrl("has an option twice")
        options[name] = _decoded(value.replace("+", " "))
    return options
