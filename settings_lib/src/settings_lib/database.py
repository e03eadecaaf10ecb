"""The database: ``DATABASE_URL``, or PostgreSQL by its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.parsing import BOOL

if TYPE_CHECKING:
    from collections.abc import Mapping

SQLITE = "django.db.backends.sqlite3"
IN_MEMORY = ":memory:"

SQLITE_OPTIONS = {
    # A writer asks for its lock at once: one that upgrades a read later fails without waiting.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
"""What lets several processes use one SQLite file; ``timeout`` is in seconds. See
https://docs.djangoproject.com/en/stable/ref/databases/#sqlite-notes."""


def from_url(url: str) -> dict[str, Any]:
    """Django's dictionary for a URL, in django-environ's reading of it."""
    from environ import Env  # type: ignore[import-untyped] # noqa: PLC0415 - costs time

    return dict(Env.db_url_config(url))


def from_parts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Django's dictionary for PostgreSQL, from the ``DB_`` variables."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": values["DB_NAME"],
        "HOST": values["DB_HOST"],
        "PORT": values["DB_PORT"] or "",
        "USER": values["DB_USER"],
        "PASSWORD": values["DB_PASSWORD"],
    }


def named(values: Mapping[str, Any]) -> dict[str, Any]:
    """Django's dictionary for the database that the environment names, by a URL or its parts."""
    url = values["DATABASE_URL"]
    return from_url(url) if url else from_parts(values)


def settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """The entry ``default`` of ``DATABASES``.

    Connections are kept for ``CONN_MAX_AGE`` seconds and checked before they are used again. A
    pool (``?pool=true``, which needs psycopg's extra of that name) keeps them itself, so then the
    age is 0, which Django insists on.

    Args:
        values: The parsed values by name.

    Returns:
        Django settings: ``DATABASES`` with its default; ``DIRECT_DATABASE``, like an entry of it,
        where the environment names a way past a pooler. The entrypoint's ``migrate`` and locks
        take that, without a pool.
    """
    entry = named(values)
    entry.setdefault("CONN_MAX_AGE", values["CONN_MAX_AGE"])
    entry.setdefault("CONN_HEALTH_CHECKS", True)
    options = dict(entry.get("OPTIONS", {}))
    if "pool" in options:
        options["pool"] = BOOL.parse(str(options["pool"]))
        if options["pool"]:
            entry["CONN_MAX_AGE"] = 0
    if entry["ENGINE"] == SQLITE and entry["NAME"] != IN_MEMORY:
        options = {**SQLITE_OPTIONS, **options}
    if options:
        entry["OPTIONS"] = options
    result: dict[str, Any] = {"DATABASES": {"default": entry}}
    if values["DIRECT_DATABASE_URL"]:
        direct = from_url(values["DIRECT_DATABASE_URL"])
        direct.get("OPTIONS", {}).pop("pool", None)
        result["DIRECT_DATABASE"] = direct
    return result
