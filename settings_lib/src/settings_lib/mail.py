"""Mail: ``EMAIL_URL``, or the server by its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def from_url(url: str) -> dict[str, Any]:
    """Django's ``EMAIL_`` settings for a URL, in django-environ's reading, without empty ones."""
    from environ import Env  # type: ignore[import-untyped] # noqa: PLC0415 - costs time

    parsed = dict(Env.email_url_config(url))
    parsed.update(parsed.pop("OPTIONS", {}))
    return {key: value for key, value in parsed.items() if value not in (None, "")}


def settings(values: Mapping[str, Any], django_version: tuple[int, ...]) -> dict[str, Any]:
    """The mail settings; none about the server where the environment names none.

    Args:
        values: The parsed values by name.
        django_version: ``django.VERSION``; it decides between ``MAILERS`` and ``EMAIL_`` settings.

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
    if django_version[:2] < MAILERS_SINCE:
        return result | server
    return result | {"MAILERS": {"default": _mailer(server)}}


def _mailer(server: Mapping[str, Any]) -> dict[str, Any]:
    backend = server["EMAIL_BACKEND"]
    if backend == SMTP:
        options = {option: server[name] for option, name in _OPTIONS.items() if name in server}
    elif backend == FILES:
        options = {"file_path": server["EMAIL_FILE_PATH"]}
    else:
        options = {}
    return {"BACKEND": backend, "OPTIONS": options}
