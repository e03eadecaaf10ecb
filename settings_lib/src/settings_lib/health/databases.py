"""A database is there when it answers a query."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connections  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator

#: libpq takes 1 for 2 anyway: https://www.postgresql.org/docs/current/libpq-connect.html
SHORTEST = 2


def database(alias: str) -> None:
    """Ask a database something.

    Args:
        alias: The database's.

    Raises:
        django.db.Error: It does not answer.
    """
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1{connection.features.bare_select_suffix}")
        cursor.fetchone()


def limits(driver: str, seconds: float) -> dict[str, int]:
    """The options by which a driver gives up on a server that says nothing.

    Args:
        driver: Its module, as ``DatabaseWrapper.Database`` has it.
        seconds: When to give up.
    """
    whole = max(SHORTEST, int(seconds))
    if driver in {"psycopg", "psycopg2"}:
        return {"connect_timeout": whole, "tcp_user_timeout": whole * 1000}
    if driver in {"MySQLdb", "pymysql"}:
        return {"connect_timeout": whole, "read_timeout": whole, "write_timeout": whole}
    return {}


@contextmanager
def own_connections(seconds: float) -> Iterator[None]:
    """Give the current thread's connections a limit, and close them in the end.

    They do not come from a pool: it would wait for half a minute, and try again in the background.

    Args:
        seconds: When a driver gives up, as far as it can be told.
    """
    for alias in connections:
        connection = connections[alias]  # each thread has its own
        entry = connection.settings_dict
        driver = getattr(getattr(connection, "Database", None), "__name__", "")
        options = {name: value for name, value in entry["OPTIONS"].items() if name != "pool"}
        connection.settings_dict = {**entry, "OPTIONS": options | limits(driver, seconds)}
    try:
        yield
    finally:
        for connection in connections.all(initialized_only=True):
            connection.close()
            if connection.connection is not None:  # SQLite in memory, which Django leaves open
                connection.connection.close()
