"""The databases: ``DATABASE_URL`` or its parts, and ``ALIAS_DATABASE_URL`` for each further one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.fragments.database.checks import CHECKS
from settings_lib.fragments.database.entries import DEFAULT, PARTS, direct, entries, url_name
from settings_lib.fragments.database.kinds import CERTIFICATES, ENGINE, SQLITE, SSL_MODES, check
from settings_lib.types.addresses import is_host
from settings_lib.types.parsing import BOOL, DURATION, LINE, PATH, PORT, Type, at_least, url
from settings_lib.types.urls import IN_MEMORY
from settings_lib.variables import Group, Var, When

if TYPE_CHECKING:
    from settings_lib.app import App
    from settings_lib.values import Values

_URL = url(
    "postgres", "postgresql", "psql", "pgsql", "postgis", "mysql", "mysql2", "mysqlgis", "oracle",
    "sqlite", "spatialite",
    check=check,
    example="postgresql://user:password@db.example.org:5432/name",
)  # fmt: skip


def _hosts(text: str) -> str:
    for host in text.split(","):
        if not is_host(host) and not PATH.parse(host):
            raise ValueError
    return text


HOSTS = Type(
    name="host",
    expected=(
        "a host name, an IP address, or the absolute path of a socket's folder; several for libpq, "
        "with commas between them"
    ),
    example="db.example.org",
    pattern=LINE.pattern,
    parse=_hosts,
)

GROUP = Group(
    title="Database",
    variables=(
        Var(
            name="DATABASE_URL",
            type=_URL,
            required=When(
                names=("DB_NAME",),
                text="no DB_ variable is set",
                holds=lambda values, app: (
                    not values.given(*PARTS) and "DATABASES" not in app.overrides
                ),
            ),
            secret=True,
            help=(
                "The database. sqlite:////data/db.sqlite3 has four slashes: the path is absolute. "
                "Its driver's options may follow: ?sslmode=verify-full&pool=true."
            ),
            example="postgresql://antisocial:password@db.example.org:5432/antisocial",
        ),
        Var(
            name="DB_ENGINE",
            type=ENGINE,
            aliases=("SQL_ENGINE",),
            help="The kind of database, where DATABASE_URL is not set.",
            default_text="`postgresql`",
        ),
        Var(
            name="DB_NAME",
            type=LINE,
            required=When(
                names=("DB_ENGINE",),
                text="DB_ENGINE is sqlite",
                holds=lambda values, app: (
                    values["DB_ENGINE"] == SQLITE.engine and not values["DATABASE_URL"]
                ),
            ),
            aliases=("POSTGRES_DB", "SQL_DATABASE"),
            help=(
                "The database's name, or SQLite's file, where DATABASE_URL is not set. Without it, "
                "the app's name."
            ),
            example="antisocial",
        ),
        Var(
            name="DB_HOST",
            type=HOSTS,
            default="",
            aliases=("POSTGRES_HOST", "SQL_HOST"),
            fallbacks=("POSTGRESQL_PORT_5432_TCP_ADDR",),
            help="Its host; empty for the local socket.",
        ),
        Var(
            name="DB_PORT",
            type=PORT,
            aliases=("POSTGRES_PORT", "SQL_PORT"),
            fallbacks=("POSTGRESQL_PORT_5432_TCP_PORT", "POSTGRESQL_PORT_54342_TCP_PORT"),
            help="Its port.",
            default_text="the engine's own",
        ),
        Var(
            name="DB_USER",
            type=LINE,
            default="",
            aliases=("POSTGRES_USER", "DB_USERNAME", "SQL_USER"),
            help="The user.",
            example="antisocial",
        ),
        Var(
            name="DB_PASSWORD",
            default="",
            secret=True,
            aliases=("POSTGRES_PASSWORD", "DB_PASS", "SQL_PASSWORD"),
            help="The user's password.",
        ),
        Var(
            name="DB_SSLMODE",
            type=SSL_MODES,
            aliases=("POSTGRES_SSLMODE",),
            help=(
                "PostgreSQL's TLS. Only verify-full proves that it is the right server; it needs "
                "DB_SSLROOTCERT."
            ),
            default_text="libpq's own: prefer",
            example="verify-full",
        ),
        Var(
            name="DB_SSLROOTCERT",
            type=CERTIFICATES,
            help="The certificates that the server's is checked against; MySQL's too.",
        ),
        Var(
            name="CONN_MAX_AGE",
            type=DURATION,
            default=60,
            aliases=("DB_CONN_MAX_AGE",),
            help="How long a connection is kept, in seconds; 0 closes it after each request.",
        ),
        Var(
            name="CONN_HEALTH_CHECKS",
            type=BOOL,
            default=True,
            aliases=("DB_CONN_HEALTH_CHECKS",),
            help="Ask a connection that was kept whether it still works before it is used again.",
        ),
        Var(
            name="DB_POOL",
            type=BOOL,
            default=False,
            help=(
                "Keep a pool of PostgreSQL connections in each process, for its threads. It needs "
                "psycopg[pool], and CONN_MAX_AGE is 0 then."
            ),
        ),
        Var(
            name="DB_POOL_MIN_SIZE",
            type=at_least(0),
            help="How many connections the pool keeps open in each process.",
            default_text="psycopg's own: 4",
        ),
        Var(
            name="DB_POOL_MAX_SIZE",
            type=at_least(1),
            help="How many connections the pool may open in each process.",
            default_text="DB_POOL_MIN_SIZE",
            example="10",
        ),
        Var(
            name="DIRECT_DATABASE_URL",
            type=_URL,
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
        name=url_name(alias),
        type=_URL,
        required=True,
        secret=True,
        help=f"The database {alias}.",
        example=f"postgresql://user:password@db.example.org:5432/{alias}",
    )


def settings(values: Values, app: App) -> dict[str, Any]:
    """The databases that the environment names; the project's others stay.

    The environment says where a database is and how its connections are kept. How it behaves
    (``ATOMIC_REQUESTS``, ``TEST``, an engine of another package, ``OPTIONS`` for the same engine)
    stays as the project says. Connections are kept for ``CONN_MAX_AGE`` seconds and checked before
    they are used again. A pool keeps them itself, so then the age is 0, which Django insists on.

    Args:
        values: The parsed values by name.
        app: The app.

    Returns:
        Django settings: ``DATABASES``; ``DIRECT_DATABASE``, like an entry of it, where the
        environment names a way past a pooler. The entrypoint's ``migrate`` and locks take that,
        without a pool; the default database then has no server-side cursors, which a pooler by
        transactions loses.
    """
    named = {alias: entry for alias, _, entry in entries(values, app)}
    result: dict[str, Any] = {"DATABASES": {**app.project.get("DATABASES", {}), **named}}
    if values["DIRECT_DATABASE_URL"]:
        default = result["DATABASES"][DEFAULT]
        result["DIRECT_DATABASE"] = direct(values, default)
    return result


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=CHECKS,
    stand_ins={
        "DATABASE_URL": f"sqlite://{IN_MEMORY}",
        **dict.fromkeys(
            (
                *PARTS, "DB_SSLMODE", "DB_SSLROOTCERT", "DB_POOL", "DB_POOL_MIN_SIZE",
                "DB_POOL_MAX_SIZE", "DIRECT_DATABASE_URL",
            )
        ),
    },
)  # fmt: skip
