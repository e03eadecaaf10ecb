"""Entries of ``DATABASES``, from URLs or parts, and from what the project says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.fragments.database.kinds import (
    MYSQL,
    OTHER,
    POSTGRESQL,
    SQLITE,
    UNREAD,
    kind_of,
    options,
)
from settings_lib.types.urls import IN_MEMORY, split, without_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settings_lib.app import App
    from settings_lib.values import Values

DEFAULT = "default"

PARTS = ("DB_ENGINE", "DB_NAME", "DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD")
"""The variables that name a database where no URL does."""

OPTIONS = {"DB_SSLMODE": "sslmode", "DB_SSLROOTCERT": "sslrootcert", "DB_POOL": "pool"}
"""Variables that are options of the default database, which its URL may have too."""

POOL_SIZES = {"DB_POOL_MIN_SIZE": "min_size", "DB_POOL_MAX_SIZE": "max_size"}

LEAST_CONNECTIONS = 4
"""psycopg's own ``min_size``."""

REMOVED = "postgresql_psycopg2"
"""PostgreSQL's former name, which Django 3.0 removed and shared settings modules still have."""

KEPT = ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS")
"""Variables about how connections are kept, and the keys of an entry that they are."""

BEHAVIOUR = ("ATOMIC_REQUESTS", "AUTOCOMMIT", "DISABLE_SERVER_SIDE_CURSORS", "TEST", "TIME_ZONE")
"""What a project says of a database, wherever that is."""

SQLITE_OPTIONS = {
    # A writer asks for its lock at once: one that upgrades a read later fails without waiting.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
"""What lets several processes use one SQLite file; ``timeout`` is in seconds. See
https://docs.djangoproject.com/en/stable/ref/databases/#sqlite-notes."""


def url_name(alias: str) -> str:
    """The variable of a database's URL: ``REPLICA_DATABASE_URL`` for the alias ``replica``."""
    return "DATABASE_URL" if alias == DEFAULT else f"{alias.upper().replace('-', '_')}_DATABASE_URL"


def from_url(url: str) -> dict[str, Any]:
    """An entry for a URL that `settings_lib.fragments.database.kinds.check` lets pass.

    django-environ reads it, and what it gets wrong is corrected: the path of a socket loses its
    upper case and stays encoded, brackets stay in lists of hosts, ports of several hosts move to
    other hosts, a plus sign in a name becomes a blank, options stay texts or become numbers.
    """
    from environ import Env  # type: ignore[import-untyped] # noqa: PLC0415 - costs time

    entry = dict(Env.db_url_config(without_options(url)))
    found = split(url)
    own, more = options(found)
    if entry["NAME"] != IN_MEMORY:
        folder, slash, name = found.path[1:].rpartition("/")
        if kind_of(entry["ENGINE"]) is POSTGRESQL and slash:
            entry |= {"HOST": folder, "NAME": name}
        elif kind_of(entry["ENGINE"]) not in UNREAD:
            entry |= {"HOST": ",".join(host for host, _ in found.hosts), "NAME": found.path[1:]}
        entry |= {"USER": found.user, "PASSWORD": found.password}
        if len(found.hosts) > 1:
            ports = [str(port or "") for _, port in found.hosts]
            entry["PORT"] = ",".join(ports) if any(ports) else ""
        entry |= {
            part.upper(): more.pop(part)
            for part in ("host", "port", "user", "password")
            if part in more
        }
    return entry | own | ({"OPTIONS": more} if more else {})


def from_parts(values: Values, app: App) -> dict[str, Any]:
    """An entry for the database that the ``DB_`` variables name."""
    return {
        "ENGINE": values["DB_ENGINE"] or POSTGRESQL.engine,
        "NAME": values["DB_NAME"] or app.name,
        "HOST": values["DB_HOST"],
        "PORT": values["DB_PORT"] or "",
        "USER": values["DB_USER"],
        "PASSWORD": values["DB_PASSWORD"],
    }


def entries(values: Values, app: App) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every database that the environment names.

    Gives:
        Its alias, the variable that names it, and its entry, complete.
    """
    project = app.project.get("DATABASES", {})
    for alias in (DEFAULT, *app.databases):
        url = values.get(url_name(alias))
        theirs = project.get(alias, {})
        if url:
            yield alias, url_name(alias), _complete(from_url(url), theirs, values, alias)
        elif alias != DEFAULT:
            if values["BUILD"]:
                entry = from_url(f"sqlite://{IN_MEMORY}")
                yield alias, url_name(alias), _complete(entry, theirs, values, alias)
        elif values.given(*PARTS) or not theirs:
            name = next((part for part in PARTS if values.given(part)), "DB_NAME")
            yield alias, name, _complete(from_parts(values, app), theirs, values, alias)


def direct(values: Values, default: Mapping[str, Any]) -> dict[str, Any]:
    """The entry for ``DIRECT_DATABASE_URL``: the default one's engine, and no pool."""
    entry = from_url(values["DIRECT_DATABASE_URL"])
    entry["ENGINE"] = default["ENGINE"]
    entry.get("OPTIONS", {}).pop("pool", None)
    return entry


def _complete(
    entry: dict[str, Any], project: Mapping[str, Any], values: Values, alias: str
) -> dict[str, Any]:
    """An entry with what the project and the other variables say of it.

    The project's own engine stays where it is of the same kind as a plain one: another package's
    or PostGIS, which the app's models need. Its ``OPTIONS`` stay for the same kind, too.
    """
    kind = kind_of(entry["ENGINE"])
    same = kind is not OTHER and kind_of(project.get("ENGINE", "")) is kind
    kept = {
        name: project[name] if name in project and not values.given(name) else values[name]
        for name in KEPT
    }
    behaviour = {name: project[name] for name in BEHAVIOUR if name in project}
    if values["BUILD"] and "TEST" in behaviour:  # the test database is in memory too
        behaviour["TEST"] = {k: v for k, v in behaviour["TEST"].items() if k != "NAME"}
    chosen = project.get("OPTIONS", {}) if same else {}
    if kind is SQLITE and entry["NAME"] != IN_MEMORY:
        chosen = {**SQLITE_OPTIONS, **chosen}
    chosen = {**chosen, **entry.get("OPTIONS", {})}
    if alias == DEFAULT:
        chosen |= _from_variables(values, chosen, entry)
        if values["DIRECT_DATABASE_URL"]:
            behaviour["DISABLE_SERVER_SIDE_CURSORS"] = True
    result = {**kept, **behaviour, **entry}
    if same and entry["ENGINE"] == kind.engine and not project["ENGINE"].endswith(REMOVED):
        result["ENGINE"] = project["ENGINE"]
    if chosen:
        result["OPTIONS"] = chosen
    if chosen.get("pool"):
        result["CONN_MAX_AGE"] = 0
    return result


def _from_variables(
    values: Values, chosen: Mapping[str, Any], entry: Mapping[str, Any]
) -> dict[str, Any]:
    """The options that variables give the default database."""
    found = {
        option: values[name]
        for name, option in OPTIONS.items()
        if values.given(name) and values[name] is not None
    }
    if kind_of(entry["ENGINE"]) is not POSTGRESQL:  # no other driver takes the word
        found.pop("pool", None)
    if kind_of(entry["ENGINE"]) is MYSQL and "sslrootcert" in found:
        found["ssl"] = {"ca": found.pop("sslrootcert")}
    pool = found.get("pool", chosen.get("pool"))
    sizes = {size: values[name] for name, size in POOL_SIZES.items() if values.given(name)}
    if pool and sizes:
        found["pool"] = sizes = {**(pool if isinstance(pool, dict) else {}), **sizes}
        if "max_size" in sizes:  # psycopg's own least size may be more
            sizes.setdefault("min_size", min(LEAST_CONNECTIONS, sizes["max_size"]))
    return found
