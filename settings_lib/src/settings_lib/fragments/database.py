"""The database: ``DATABASE_URL``, or PostgreSQL by its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.parsing import BOOL, DURATION, PORT, url
from settings_lib.variables import Group, Var, When

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings_lib.app import App
    from settings_lib.values import Values

_SCHEMES = (
    "postgres", "postgresql", "psql", "pgsql", "postgis", "mysql", "mysql2", "mysqlgis", "oracle",
    "sqlite", "spatialite",
)  # fmt: skip

PARTS = ("DB_NAME", "DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD")
"""The variables that name a database where no URL does."""

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


GROUP = Group(
    title="Database",
    variables=(
        Var(
            name="DATABASE_URL",
            type=url(*_SCHEMES),
            required=When(
                names=("DB_NAME",),
                text="no DB_ variable is set",
                holds=lambda values, app: not values.given(*PARTS),
            ),
            secret=True,
            help="The database. sqlite:////data/db.sqlite3 has four slashes: the path is absolute.",
            example="postgresql://antisocial:password@db.example.org:5432/antisocial",
        ),
        Var(
            name="DB_NAME",
            aliases=("POSTGRES_DB",),
            help="PostgreSQL's database, where DATABASE_URL is not set.",
            default_text="the app's name",
        ),
        Var(
            name="DB_HOST",
            default="",
            aliases=("POSTGRES_HOST",),
            fallbacks=("POSTGRESQL_PORT_5432_TCP_ADDR",),
            help="Its host; empty for the local socket.",
        ),
        Var(
            name="DB_PORT",
            type=PORT,
            aliases=("POSTGRES_PORT",),
            fallbacks=("POSTGRESQL_PORT_5432_TCP_PORT", "POSTGRESQL_PORT_54342_TCP_PORT"),
            help="Its port.",
            default_text="PostgreSQL's own",
        ),
        Var(name="DB_USER", default="", aliases=("POSTGRES_USER",), help="The user."),
        Var(
            name="DB_PASSWORD",
            default="",
            secret=True,
            aliases=("POSTGRES_PASSWORD",),
            help="The user's password.",
        ),
        Var(
            name="CONN_MAX_AGE",
            type=DURATION,
            default=60,
            aliases=("DB_CONN_MAX_AGE",),
            help="How long a connection is kept, in seconds; 0 closes it after each request.",
        ),
        Var(
            name="DIRECT_DATABASE_URL",
            type=url(*_SCHEMES),
            secret=True,
            help=(
                "The same database, not through a connection pooler: for migrations and locks, "
                "which need a session of their own, where DATABASE_URL goes to a PgBouncer that "
                "pools by transactions."
            ),
            example="postgresql://antisocial:password@db.example.org:5432/antisocial",
        ),
    ),
)


def named_url(alias: str) -> Var:
    """The variable of a further database: ``REPLICA_DATABASE_URL`` for the alias ``replica``."""
    return Var(
        name=f"{alias.upper()}_DATABASE_URL",
        type=url(*_SCHEMES),
        required=True,
        secret=True,
        help=f"The database {alias}.",
        example=f"postgresql://user:password@db.example.org:5432/{alias}",
    )


def from_url(url: str) -> dict[str, Any]:
    """Django's dictionary for a URL, in django-environ's reading of it."""
    from environ import Env  # type: ignore[import-untyped] # noqa: PLC0415 - costs time

    return dict(Env.db_url_config(url))


def from_parts(values: Values, app: App) -> dict[str, Any]:
    """Django's dictionary for PostgreSQL, from the ``DB_`` variables."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": values["DB_NAME"] or app.name,
        "HOST": values["DB_HOST"],
        "PORT": values["DB_PORT"] or "",
        "USER": values["DB_USER"],
        "PASSWORD": values["DB_PASSWORD"],
    }


def named(values: Values, app: App) -> dict[str, Any]:
    """Django's dictionary for the database that the environment names, by a URL or its parts."""
    url = values["DATABASE_URL"]
    return from_url(url) if url else from_parts(values, app)


def settings(values: Values, app: App) -> dict[str, Any]:
    """The entry ``default`` of ``DATABASES``.

    Connections are kept for ``CONN_MAX_AGE`` seconds and checked before they are used again. A
    pool (``?pool=true``, which needs psycopg's extra of that name) keeps them itself, so then the
    age is 0, which Django insists on.

    Args:
        values: The parsed values by name.
        app: The app.

    Returns:
        Django settings: ``DATABASES`` with its default; ``DIRECT_DATABASE``, like an entry of it,
        where the environment names a way past a pooler. The entrypoint's ``migrate`` and locks
        take that, without a pool.
    """
    entry = named(values, app)
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
    result: dict[str, Any] = {"DATABASES": {**app.project.get("DATABASES", {}), "default": entry}}
    if values["DIRECT_DATABASE_URL"]:
        direct = from_url(values["DIRECT_DATABASE_URL"])
        direct.get("OPTIONS", {}).pop("pool", None)
        result["DIRECT_DATABASE"] = direct
    return result


def _database_agrees(values: Values, app: App) -> Iterator[Problem]:
    if values["DATABASE_URL"] and values.given(*PARTS):
        parsed = from_url(values["DATABASE_URL"])
        parts = from_parts(values, app)
        differ = [
            name for name in PARTS if values.named(name) and parsed.get(name[3:]) != parts[name[3:]]
        ]
        if differ:
            yield Problem(
                name="DATABASE_URL",
                wrong=f"disagrees with {', '.join(differ)}",
                right="Set DATABASE_URL alone, or the DB_ variables alone.",
            )


def _pool_is_bool(values: Values, app: App) -> Iterator[Problem]:
    if values["DATABASE_URL"]:
        options = from_url(values["DATABASE_URL"]).get("OPTIONS", {})
        try:
            BOOL.parse(str(options.get("pool", "false")))
        except ValueError:
            yield Problem(
                name="DATABASE_URL",
                wrong="has an option pool that is not a bool",
                right=f"Expected {BOOL.expected}.",
            )


def _direct_is_the_same(values: Values, app: App) -> Iterator[Problem]:
    if values["DIRECT_DATABASE_URL"] and (values["DATABASE_URL"] or values.given(*PARTS)):
        direct = from_url(values["DIRECT_DATABASE_URL"])
        if direct["ENGINE"] != named(values, app)["ENGINE"]:
            yield Problem(
                name="DIRECT_DATABASE_URL",
                wrong="names another kind of database than DATABASE_URL",
                right="It is the same database, without the connection pooler.",
            )


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(
        Check(names=("DATABASE_URL", *PARTS), find=_database_agrees),
        Check(names=("DATABASE_URL",), find=_pool_is_bool),
        Check(names=("DIRECT_DATABASE_URL", "DATABASE_URL", *PARTS), find=_direct_is_the_same),
    ),
    stand_ins={
        "DATABASE_URL": "sqlite://:memory:",
        **dict.fromkeys(PARTS),
        "DIRECT_DATABASE_URL": None,
    },
)
