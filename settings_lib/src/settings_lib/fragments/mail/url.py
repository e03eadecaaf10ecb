"""What a URL of a mail server says, in django-environ's reading, with its options read strictly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from settings_lib.types.parsing import BOOL, DURATION
from settings_lib.types.urls import BadUrl, Url, split, without_options

SCHEMES = (
    "smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail", "dummymail",
)  # fmt: skip

_BACKENDS = "django.core.mail.backends."
SMTP = _BACKENDS + "smtp.EmailBackend"
FILES = _BACKENDS + "filebased.EmailBackend"
SERVERLESS = (
    FILES,
    _BACKENDS + "console.EmailBackend",
    _BACKENDS + "locmem.EmailBackend",
    _BACKENDS + "dummy.EmailBackend",
)
"""Django's backends that talk to no server."""

_IMPLICIT_TLS = 465


def _timeout(text: str) -> int:
    seconds: int = DURATION.parse(text)
    if not seconds:
        raise ValueError
    return seconds


TIMEOUT = replace(
    DURATION,
    expected=f"{DURATION.expected}; not 0, in which time no server answers",
    pattern="^(0*[1-9][0-9]{0,9}[smhdw]?)$",
    parse=_timeout,
)

_OPTIONS = {
    "TLS": ("EMAIL_USE_TLS", BOOL),
    "SSL": ("EMAIL_USE_SSL", BOOL),
    "TIMEOUT": ("EMAIL_TIMEOUT", TIMEOUT),
}
"""The options that such URLs have elsewhere; each also as USE_… and EMAIL_…."""


def check(url: Url) -> None:
    """Refuse a URL that says what nobody would look at, or says it twice.

    Args:
        url: The URL, of one of the schemes.

    Raises:
        BadUrl: It has such a part.
    """
    path = url.path.removeprefix("/")
    if not url.scheme.startswith("smtp"):
        if url.scheme == "filemail" and not path.startswith("/"):
            raise BadUrl(
                "has a path that is not absolute: filemail:////data/mails has four slashes"
            )
        return
    if len(url.hosts) > 1:
        raise BadUrl("has several hosts")
    if url.hosts[0][0].startswith("/"):
        raise BadUrl("has a socket for a host, and mail goes over the network")
    if path:
        raise BadUrl("has a path, which says nothing about a mail server")
    if not (url.user + url.password).isascii():
        raise BadUrl(
            "has a user or password that is not ASCII; Python's SMTP client sends no other"
        )
    seen = dict(_encryption(url.scheme, url.hosts[0][1]))
    for option, text in url.options.items():
        name, value = _option(option, text)
        if seen.setdefault(name, value) != value:
            raise BadUrl("has an option that disagrees with its scheme or another option")
    if seen.get("EMAIL_USE_TLS") and seen.get("EMAIL_USE_SSL"):
        raise BadUrl("has both tls (STARTTLS) and ssl (TLS from the start)")


def read(text: str) -> dict[str, Any]:
    """Django's ``EMAIL_`` settings for a URL that was checked; none of them is empty."""
    from environ import Env  # type: ignore[import-untyped] # noqa: PLC0415 - costs time

    url = split(text)
    parsed = Env.email_url_config(without_options(text))
    server = {
        name: value
        for name, value in parsed.items()
        if value not in (None, "") and not name.startswith("EMAIL_USE_")
    }
    if not url.scheme.startswith("smtp"):
        return server
    server.pop("EMAIL_FILE_PATH", None)
    host, port = url.hosts[0]
    return (
        server
        | {"EMAIL_HOST": host}  # it would stay percent-encoded
        | _encryption(url.scheme, port)
        | dict(_option(*option) for option in url.options.items())
    )


def _encryption(scheme: str, port: int | None) -> dict[str, bool]:
    """What a scheme says. ``smtps`` is STARTTLS, as django-environ has it, but on port 465."""
    if scheme == "smtp":
        return {}
    direct = scheme == "smtp+ssl" or (scheme == "smtps" and port == _IMPLICIT_TLS)
    return {"EMAIL_USE_SSL" if direct else "EMAIL_USE_TLS": True}


def _option(name: str, text: str) -> tuple[str, Any]:
    short = name.upper().removeprefix("EMAIL_").removeprefix("USE_")
    if short not in _OPTIONS:
        raise BadUrl("has an option that is none of tls, ssl and timeout")
    setting, kind = _OPTIONS[short]
    try:
        return setting, kind.parse(text)
    except ValueError:
        raise BadUrl(f"has an option {short.lower()} that is not a valid {kind.name}") from None
