"""Mail: ``EMAIL_URL``, or the server by its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.parsing import BOOL, DURATION, PORT, url
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settings_lib.app import App
    from settings_lib.values import Values

_SCHEMES = (
    "smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail", "dummymail",
)  # fmt: skip

GROUP = Group(
    title="Mail",
    variables=(
        Var(
            name="EMAIL_URL",
            type=url(*_SCHEMES),
            secret=True,
            help="The mail server: smtp, smtp+tls (STARTTLS) or smtp+ssl.",
            example="smtp+tls://user:password@smtp.example.org:587",
        ),
        Var(
            name="EMAIL_HOST",
            fallbacks=("POSTFIX_PORT_25_TCP_ADDR",),
            help="The mail server's host, where EMAIL_URL is not set.",
        ),
        Var(name="EMAIL_PORT", type=PORT, default=25, help="Its port."),
        Var(name="EMAIL_HOST_USER", default="", help="Its user."),
        Var(name="EMAIL_HOST_PASSWORD", default="", secret=True, help="The user's password."),
        Var(name="EMAIL_USE_TLS", type=BOOL, default=False, help="Use STARTTLS."),
        Var(
            name="EMAIL_TIMEOUT",
            type=DURATION,
            default=10,
            help="How long to wait for the mail server, in seconds.",
        ),
        Var(name="DEFAULT_FROM_EMAIL", help="The sender of the app's mails."),
        Var(name="SERVER_EMAIL", help="The sender of error mails."),
    ),
)

MAILERS_SINCE = (6, 1)
"""The first Django release with the setting ``MAILERS``; with it, ``EMAIL_`` ones are an error."""

SUPERSEDED = (
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_SSL_CERTFILE",
    "EMAIL_SSL_KEYFILE",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
)
"""What ``MAILERS`` takes the place of (``DEPRECATED_EMAIL_SETTINGS`` in django/conf)."""

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "django.core.mail.backends.filebased.EmailBackend"

_OPTIONS = {
    "host": "EMAIL_HOST",
    "port": "EMAIL_PORT",
    "username": "EMAIL_HOST_USER",
    "password": "EMAIL_HOST_PASSWORD",
    "use_tls": "EMAIL_USE_TLS",
    "use_ssl": "EMAIL_USE_SSL",
    "timeout": "EMAIL_TIMEOUT",
}


def superseded(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The settings that have to go from a module which gets these."""
    return SUPERSEDED if "MAILERS" in settings else ()


def from_url(url: str) -> dict[str, Any]:
    """Django's ``EMAIL_`` settings for a URL, in django-environ's reading, without empty ones."""
    from environ import Env  # type: ignore[import-untyped] # noqa: PLC0415 - costs time

    parsed = dict(Env.email_url_config(url))
    parsed.update(parsed.pop("OPTIONS", {}))
    return {key: value for key, value in parsed.items() if value not in (None, "")}


def settings(values: Values, app: App) -> dict[str, Any]:
    """The mail settings; none about the server where the environment names none.

    Args:
        values: The parsed values by name.
        app: The app; its Django decides between ``MAILERS`` and ``EMAIL_`` settings.

    Returns:
        Django settings.
    """
    result = {name: values[name] for name in ("DEFAULT_FROM_EMAIL", "SERVER_EMAIL") if values[name]}
    if values["EMAIL_URL"]:
        server = from_url(values["EMAIL_URL"])
    elif values["EMAIL_HOST"]:
        server = {"EMAIL_BACKEND": SMTP} | {
            name: values[name]
            for name in (
                "EMAIL_HOST",
                "EMAIL_PORT",
                "EMAIL_HOST_USER",
                "EMAIL_HOST_PASSWORD",
                "EMAIL_USE_TLS",
            )
            if values[name] not in (None, "")
        }
    else:
        return result
    server.setdefault("EMAIL_TIMEOUT", values["EMAIL_TIMEOUT"])
    if not app.since(*MAILERS_SINCE):
        return result | server
    return result | {"MAILERS": {"default": _mailer(server)}}


def _mailer(server: dict[str, Any]) -> dict[str, Any]:
    backend = server["EMAIL_BACKEND"]
    if backend == SMTP:
        options = {option: server[name] for option, name in _OPTIONS.items() if name in server}
    elif backend == FILES:
        options = {"file_path": server["EMAIL_FILE_PATH"]}
    else:
        options = {}
    return {"BACKEND": backend, "OPTIONS": options}


def _mail_agrees(values: Values, app: App) -> Iterator[Problem]:
    if values["EMAIL_URL"] and values["EMAIL_HOST"]:
        host = from_url(values["EMAIL_URL"]).get("EMAIL_HOST")
        if host != values["EMAIL_HOST"]:
            yield Problem(
                name="EMAIL_URL",
                wrong="disagrees with EMAIL_HOST",
                right="Set EMAIL_URL alone, or the other EMAIL_ variables alone.",
            )


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(Check(names=("EMAIL_URL", "EMAIL_HOST"), find=_mail_agrees),),
    stand_ins={"EMAIL_URL": "memorymail://", "EMAIL_HOST": None},
)
