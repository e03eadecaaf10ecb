"""The kinds of databases: what their URLs may say, and what their drivers take."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from settings_lib.records import record
from settings_lib.types.parsing import (
    BOOL,
    DURATION,
    FLOAT,
    LINE,
    PATH,
    PORT,
    STR,
    Type,
    at_least,
    choice,
)
from settings_lib.types.urls import IN_MEMORY, BadUrl, Url

if TYPE_CHECKING:
    from collections.abc import Mapping

SSL_MODES = choice("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def _certificates(text: str) -> str:
    return text if text == "system" else str(PATH.parse(text))


CERTIFICATES = Type(
    name="path",
    expected="the absolute path of a PEM file, or the word system for the machine's own",
    example="/etc/ssl/certs/ca-certificates.crt",
    pattern=f"^(system|{PATH.pattern[2:-2]})$",
    parse=_certificates,
)

#: Options that are Django's for a whole entry, by their names in a URL.
ENTRY_OPTIONS: Mapping[str, Type] = {
    "conn_max_age": DURATION,
    "conn_health_checks": BOOL,
    "atomic_requests": BOOL,
    "autocommit": BOOL,
    "disable_server_side_cursors": BOOL,
}

_COUNT = at_least(0)

#: libpq's parameters and Django's own; libpq refuses any other when it connects. See
#: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
_POSTGRESQL: Mapping[str, Type] = {
    "pool": BOOL,
    "server_side_binding": BOOL,
    "prepare_threshold": _COUNT,
    "assume_role": LINE,
    "service": LINE,
    "host": LINE,
    "port": PORT,
    "user": LINE,
    "password": STR,
    "hostaddr": LINE,
    "passfile": PATH,
    "require_auth": LINE,
    "channel_binding": choice("disable", "prefer", "require"),
    "connect_timeout": DURATION,
    "options": LINE,
    "application_name": LINE,
    "fallback_application_name": LINE,
    "keepalives": choice("0", "1"),
    "keepalives_idle": DURATION,
    "keepalives_interval": DURATION,
    "keepalives_count": _COUNT,
    "tcp_user_timeout": _COUNT,
    "sslmode": SSL_MODES,
    "sslnegotiation": choice("postgres", "direct"),
    "sslcompression": choice("0", "1"),
    "sslcert": PATH,
    "sslkey": PATH,
    "sslpassword": STR,
    "sslcertmode": choice("disable", "allow", "require"),
    "sslrootcert": CERTIFICATES,
    "sslcrl": PATH,
    "sslcrldir": PATH,
    "sslsni": choice("0", "1"),
    "ssl_min_protocol_version": choice("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"),
    "ssl_max_protocol_version": choice("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"),
    "requirepeer": LINE,
    "gssencmode": choice("disable", "prefer", "require"),
    "krbsrvname": LINE,
    "target_session_attrs": choice(
        "any", "read-write", "read-only", "primary", "standby", "prefer-standby"
    ),
    "load_balance_hosts": choice("disable", "random"),
}

#: mysqlclient's arguments that a text can say, and Django's own; ``ssl_ca`` is ours.
_MYSQL: Mapping[str, Type] = {
    "charset": LINE,
    "collation": LINE,
    "connect_timeout": DURATION,
    "read_timeout": DURATION,
    "write_timeout": DURATION,
    "init_command": LINE,
    "sql_mode": LINE,
    "isolation_level": choice(
        "read uncommitted", "read committed", "repeatable read", "serializable"
    ),
    "unix_socket": PATH,
    "read_default_file": PATH,
    "ssl_ca": PATH,
    "ssl_mode": choice("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"),
}

#: The arguments of `sqlite3.connect` that a text can say, and Django's own.
_SQLITE: Mapping[str, Type] = {
    "timeout": FLOAT,
    "transaction_mode": choice("DEFERRED", "IMMEDIATE", "EXCLUSIVE"),
    "init_command": LINE,
    "cached_statements": _COUNT,
}


@record(frozen=True, kw_only=True)
class Kind:
    """A kind of database.

    Attributes:
        title: What people call it.
        engine: Django's own, by its dotted name.
        word: Part of the dotted name of each engine that is of this kind, also of other packages'.
        drivers: The modules of which Django needs one, by what pip calls them.
        port: Its servers' usual port.
        longest: How long a database's name may be, in characters.
        options: What a URL's query may say; None for a kind that this library does not know.
    """

    title: str
    engine: str = ""
    word: str
    drivers: Mapping[str, str] = field(default_factory=dict)
    port: int | None = None
    longest: int | None = None
    options: Mapping[str, Type] | None = None


POSTGRESQL = Kind(
    title="PostgreSQL",
    engine="django.db.backends.postgresql",
    word="postg",
    drivers={"psycopg": "psycopg[binary]", "psycopg2": "psycopg2-binary"},
    port=5432,
    longest=63,
    options=_POSTGRESQL,
)
MYSQL = Kind(
    title="MySQL",
    engine="django.db.backends.mysql",
    word="mysql",
    drivers={"MySQLdb": "mysqlclient", "pymysql": "pymysql"},
    port=3306,
    longest=64,
    options=_MYSQL,
)
SQLITE = Kind(title="SQLite", engine="django.db.backends.sqlite3", word="lite", options=_SQLITE)
ORACLE = Kind(title="Oracle", word="oracle", drivers={"oracledb": "oracledb"})
OTHER = Kind(title="This database", word="")

KINDS = (POSTGRESQL, MYSQL, SQLITE, ORACLE, OTHER)

UNREAD = (ORACLE, OTHER)
"""Kinds whose URLs are read as django-environ does, and no further."""

_GIS = "django.contrib.gis.db.backends.postgis"

#: What ``DB_ENGINE`` may say; Django's dotted names are what operators of some apps have.
ENGINES: Mapping[str, str] = {
    "postgresql": POSTGRESQL.engine,
    "postgis": _GIS,
    "mysql": MYSQL.engine,
    "sqlite": SQLITE.engine,
    "postgres": POSTGRESQL.engine,
    "sqlite3": SQLITE.engine,
    "postgresql_psycopg2": POSTGRESQL.engine,
    "mariadb": MYSQL.engine,
    **{engine: engine for engine in (POSTGRESQL.engine, _GIS, MYSQL.engine, SQLITE.engine)},
    "django.db.backends.postgresql_psycopg2": POSTGRESQL.engine,
}

_CHOICE = choice(*ENGINES)
ENGINE = Type(
    name="choice",
    expected="one of postgresql, postgis, mysql, sqlite, or the dotted name of Django's engine",
    example="postgresql",
    pattern=_CHOICE.pattern,
    choices=_CHOICE.choices,
    parse=lambda text: ENGINES[_CHOICE.parse(text)],
)

_SCHEMES = {"psql": POSTGRESQL, "pgsql": POSTGRESQL}


def kind_of(engine: str) -> Kind:
    """The kind of an engine, by its dotted name, or of a URL, by its scheme."""
    return _SCHEMES.get(engine) or next(kind for kind in KINDS if kind.word in engine)


def check(url: Url) -> None:
    """Refuse a URL that Django or a driver would choke on, or read otherwise than meant.

    Raises:
        BadUrl: It is one.
    """
    kind = kind_of(url.scheme)
    options(url)
    if kind is SQLITE:
        _check_file(url)
    elif kind not in UNREAD:
        _check_server(url, kind)


def options(url: Url) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a URL's query says.

    Returns:
        Django's settings of an entry, by name, and its ``OPTIONS``.

    Raises:
        BadUrl: An option is not known, or its value is wrong.
    """
    kind = kind_of(url.scheme)
    entry: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for name, text in url.options.items():
        known = name.lower().replace("-", "_")
        if known in ENTRY_OPTIONS:
            entry[known.upper()] = _value(known, ENTRY_OPTIONS[known], text)
        elif kind.options is None:
            rest[name] = text
        elif known in kind.options:
            value = _value(known, kind.options[known], text)
            rest[known] = value if isinstance(value, (bool, int, float)) else str(value)
        else:
            raise BadUrl(f"has an option that {kind.title}'s driver does not know")
    if "ssl_ca" in rest:
        rest["ssl"] = {"ca": rest.pop("ssl_ca")}
    return entry, rest


def _value(name: str, kind: Type, text: str) -> Any:  # noqa: ANN401 - each has its own type
    try:
        return kind.parse(text)
    except ValueError:
        raise BadUrl(f"has an option {name} that is not {kind.expected}") from None


def _check_file(url: Url) -> None:
    if url.user or url.password or (url.hosts and (url.hosts != ((IN_MEMORY, None),) or url.path)):
        raise BadUrl("has a host, and SQLite has a file: an absolute path has four slashes")
    if len(url.path) > 1 and url.path.endswith("/"):
        raise BadUrl("names a folder instead of a file")


def _check_server(url: Url, kind: Kind) -> None:
    name = url.path[1:]
    if name.startswith("/") and kind is POSTGRESQL:  # the folder of a socket, and the name
        if url.hosts:
            raise BadUrl("has two slashes before the database's name")
        name = name.rpartition("/")[2]
    if not name and not (kind is POSTGRESQL and "service" in url.options):
        raise BadUrl("has no name of a database")
    if "@" in name or "/" in name or not name.isprintable():
        raise BadUrl("has a name of a database with an @, a / or a control character")
    if len(name) > (kind.longest or len(name)):
        raise BadUrl(f"has a name of a database of more than {kind.longest} characters")
    if len(url.hosts) > 1 and kind is not POSTGRESQL:
        raise BadUrl("has several hosts")
    port = url.hosts and url.hosts[0][1]
    given = {"host": url.hosts, "port": port, "user": url.user, "password": url.password}
    for part, value in given.items():
        if value and part in url.options:
            raise BadUrl(f"has a {part} twice")
