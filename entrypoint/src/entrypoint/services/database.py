"""The databases of the app's settings: each is there when it answers a query."""

from __future__ import annotations

from entrypoint.services import Nothing, Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

#: The option of each driver for how long it may take to connect, in whole seconds.
TIMEOUTS = {"postgresql": "connect_timeout", "mysql": "connect_timeout"}

#: libpq takes 1 for 2 anyway: https://www.postgresql.org/docs/current/libpq-connect.html
SHORTEST = 2


def services() -> Iterator[Service | Nothing]:
    """Give the databases, by their aliases."""
    from django.db import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        connections,
    )

    for alias in connections:
        name = f"database {alias}"
        entry = connections[alias].settings_dict
        if entry["ENGINE"].endswith(".dummy"):
            yield Nothing(name, "the settings name none", configured=False)
        else:
            yield Service(name, _where(entry), lambda timeout, alias=alias: ask(alias, timeout))  # type: ignore[misc]


def _where(entry: Mapping[str, Any]) -> str:
    """Return where a database is, for people."""
    place = f"{entry['HOST']}:{entry['PORT']}".rstrip(":")
    user = f", user {entry['USER']}" if entry["USER"] else ""
    return f"{entry['NAME']}{' at ' * bool(place)}{place}{user}"


def ask(alias: str, timeout: float) -> None:
    """Ask a database something, through a connection of its own.

    Raises:
        Exception: the driver's.
    """
    connection = connect(alias, timeout)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1{connection.features.bare_select_suffix}")
            cursor.fetchone()
    finally:
        connection.close()


def connect(alias: str, timeout: float) -> Any:  # noqa: ANN401 - Django has no types
    """Return a connection as the app's, but without a pool, which retries in the background."""
    from django.db import connections  # a thread gets one of its own

    connection = connections[alias]
    settings = connection.settings_dict
    options = {key: value for key, value in settings.get("OPTIONS", {}).items() if key != "pool"}
    option = TIMEOUTS.get(connection.vendor)
    if option:
        options[option] = max(SHORTEST, int(min(timeout, float(options.get(option) or timeout))))
    connection.settings_dict = {**settings, "OPTIONS": options}
    return connection
