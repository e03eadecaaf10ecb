"""The mail server that the environment and the project describe together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from settings_lib.fragments.mail.url import FILES, SERVERLESS, SMTP, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settings_lib.app import App
    from settings_lib.values import Values

MAILERS_SINCE = (6, 1)
"""The first Django release with the setting ``MAILERS``; with it, ``EMAIL_`` ones are an error."""

_OPTIONS = {
    "host": "EMAIL_HOST",
    "port": "EMAIL_PORT",
    "username": "EMAIL_HOST_USER",
    "password": "EMAIL_HOST_PASSWORD",
    "use_tls": "EMAIL_USE_TLS",
    "use_ssl": "EMAIL_USE_SSL",
    "ssl_certfile": "EMAIL_SSL_CERTFILE",
    "ssl_keyfile": "EMAIL_SSL_KEYFILE",
    "timeout": "EMAIL_TIMEOUT",
    "file_path": "EMAIL_FILE_PATH",
}
"""The setting by the option of ``MAILERS`` that takes its place."""

PARTS = ("EMAIL_BACKEND", *_OPTIONS.values())
"""Both the variables that describe a server and the settings that ``MAILERS`` takes the place of
(``DEPRECATED_EMAIL_SETTINGS`` in django/conf)."""

NO_SERVER = {"EMAIL_BACKEND", "EMAIL_FILE_PATH", "EMAIL_TIMEOUT"}
_LEFT_OPEN = ("EMAIL_TIMEOUT", "EMAIL_SSL_CERTFILE", "EMAIL_SSL_KEYFILE")
"""The project's settings that stand beside a URL, which says the rest."""

_NEVER_EMPTY = ("EMAIL_BACKEND", "EMAIL_PORT")
"""A module that reads the environment by itself has an empty text where that says nothing."""

_HERE = ("", "localhost", "127.0.0.1")
"""Hosts that stand in shared modules where nobody has named a server."""

_CLEARED = {
    "EMAIL_HOST_USER": "",
    "EMAIL_HOST_PASSWORD": "",
    "EMAIL_USE_TLS": False,
    "EMAIL_USE_SSL": False,
}


def server_of(values: Values, app: App) -> dict[str, Any]:
    """The server, as ``EMAIL_`` settings: the environment's, and the project's where it is silent.

    Args:
        values: The parsed values by name.
        app: The app.

    Returns:
        What was said, without a default; always with ``EMAIL_BACKEND``.
    """
    words = said(values, app)
    own = _own(app)
    if values["EMAIL_URL"]:
        words = read(values["EMAIL_URL"]) | words
        own = {
            name: _CLEARED.get(name, value)
            for name, value in own.items()
            if name in _LEFT_OPEN or name in _CLEARED
        }
    elif own.get("EMAIL_BACKEND") in SERVERLESS and words.keys() - NO_SERVER:
        del own["EMAIL_BACKEND"]  # or nobody would talk to the server that is named
    backend = words.get("EMAIL_BACKEND", own.get("EMAIL_BACKEND", SMTP))
    if backend not in (SMTP, *SERVERLESS, own.get("EMAIL_BACKEND")):
        own = {}  # they are another backend's
    for one, other in (("EMAIL_USE_TLS", "EMAIL_USE_SSL"), ("EMAIL_USE_SSL", "EMAIL_USE_TLS")):
        if words.get(one) and other in own:
            own[other] = False
    return own | words | {"EMAIL_BACKEND": backend}


def said(values: Values, app: App) -> dict[str, Any]:
    """The parts that the environment has. What a link injects is one server, or nothing.

    It is nothing where the project names a server of its own, whose password is not the link's.
    """
    linked = (
        not values.given("EMAIL_URL")
        and not values.named("EMAIL_HOST")
        and _own(app).get("EMAIL_HOST", "") in _HERE
    )
    return {
        name: str(values[name]) if isinstance(values[name], Path) else values[name]
        for name in PARTS
        if values.named(name) or (linked and values.given(name))
    }


def _own(app: App) -> dict[str, Any]:
    """The project's server, as ``EMAIL_`` settings, whichever form it has."""
    if app.since(*MAILERS_SINCE) and "MAILERS" in app.project:
        mailer = app.project["MAILERS"].get("default", {})
        options = mailer.get("OPTIONS", {})
        own = {name: options[option] for option, name in _OPTIONS.items() if option in options}
        return {"EMAIL_BACKEND": mailer["BACKEND"], **own} if "BACKEND" in mailer else own
    own = {name: app.project[name] for name in PARTS if name in app.project}
    return {name: own[name] for name in own if own[name] or name not in _NEVER_EMPTY}


def defaults(server: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """What stands for host, port and timeout where nobody says them; as Django 6.1 does."""
    if server["EMAIL_BACKEND"] in SERVERLESS:
        return {}
    port = 465 if server.get("EMAIL_USE_SSL") else 587 if server.get("EMAIL_USE_TLS") else 25
    timeout = values["EMAIL_TIMEOUT"]
    return {"EMAIL_HOST": "localhost", "EMAIL_PORT": port, "EMAIL_TIMEOUT": timeout}


def mailer(server: dict[str, Any], values: Values, app: App) -> dict[str, Any]:
    """An entry of ``MAILERS``. A backend refuses options that it does not know.

    So Django's own get theirs, and somebody else's what was said, and no default.
    """
    backend = server["EMAIL_BACKEND"]
    mine = app.project.get("MAILERS", {}).get("default", {})
    options = dict(mine.get("OPTIONS", {})) if mine.get("BACKEND", SMTP) == backend else {}
    if backend == SMTP:
        server = defaults(server, values) | server
    known = {FILES: {"file_path"}, SMTP: _OPTIONS.keys() - {"file_path"}}
    allowed = known.get(backend, set() if backend in SERVERLESS else _OPTIONS.keys())
    for option, name in _OPTIONS.items():
        if option in allowed and server.get(name) not in (None, ""):
            options[option] = server[name]
        else:
            options.pop(option, None)
    return {"BACKEND": backend, "OPTIONS": options}


def with_parts(mailer: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of ``MAILERS`` with what ``EMAIL_`` settings say."""
    options = {option: parts[name] for option, name in _OPTIONS.items() if name in parts}
    backend = parts.get("EMAIL_BACKEND", mailer["BACKEND"])
    known = mailer["OPTIONS"] if backend == mailer["BACKEND"] else {}
    return {**mailer, "BACKEND": backend, "OPTIONS": {**known, **options}}
