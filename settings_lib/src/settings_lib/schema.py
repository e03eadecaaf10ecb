"""The variables that every app has. The reader, the reference and the examples come from here.

Names follow Django's settings and what hosting platforms inject; the aliases are what apps of this
kind already have in production.
"""

from __future__ import annotations

from settings_lib.parsing import (
    BOOL,
    DURATION,
    HEADER,
    LIST,
    ORIGINS,
    PORT,
    RATE,
    STR,
    choice,
    url,
)
from settings_lib.variables import Group, Var, When

_DATABASE = (
    "postgres", "postgresql", "psql", "pgsql", "postgis", "mysql", "mysql2", "mysqlgis", "oracle",
    "sqlite", "spatialite",
)  # fmt: skip
_CACHE = (
    "redis", "rediss", "rediscache", "pymemcache", "pylibmc", "dbcache",
    "filecache", "locmemcache", "dummycache",
)  # fmt: skip
_BROKER = (
    "redis", "rediss", "sentinel", "amqp", "amqps", "pyamqp", "sqs", "filesystem", "memory",
)  # fmt: skip
_MAIL = (
    "smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail", "dummymail",
)  # fmt: skip

CORE = Group(
    title="Core",
    variables=(
        Var(
            name="SECRET_KEY",
            required=True,
            secret=True,
            aliases=("DJANGO_SECRET_KEY",),
            help="Django's key for signing. Each app has its own.",
            example="a-long-random-string",
        ),
        Var(
            name="SECRET_KEY_FALLBACKS",
            type=LIST,
            default=(),
            secret=True,
            help="Former keys, still accepted while a key is being rotated.",
        ),
        Var(
            name="DEBUG",
            type=BOOL,
            default=False,
            aliases=("DJANGO_DEBUG",),
            help="Django's debug mode. It shows settings to every visitor: never in production.",
        ),
        Var(
            name="ALLOWED_HOSTS",
            type=LIST,
            default=(),
            required=When(
                names=("DEBUG",), text="DEBUG is false", holds=lambda values: not values["DEBUG"]
            ),
            aliases=("DJANGO_ALLOWED_HOSTS",),
            help="The host names that the app answers to.",
            example="antisocial.example.org",
        ),
        Var(
            name="TIME_ZONE",
            help="The time zone, by its IANA name. Where it is not set, the project's stands.",
            example="UTC",
        ),
        Var(
            name="BUILD",
            type=BOOL,
            default=False,
            help="Build mode: no variable is required and no service is used.",
        ),
    ),
)

DATABASE = Group(
    title="Database",
    variables=(
        Var(
            name="DATABASE_URL",
            type=url(*_DATABASE),
            required=When(
                names=("DB_NAME",),
                text="DB_NAME is not set",
                holds=lambda values: not values["DB_NAME"],
            ),
            secret=True,
            help="The database. sqlite:////data/db.sqlite3 has four slashes: the path is absolute.",
            example="postgresql://antisocial:password@db.example.org:5432/antisocial",
        ),
        Var(
            name="DB_NAME",
            aliases=("POSTGRES_DB",),
            help="PostgreSQL's database, where DATABASE_URL is not set.",
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
            type=url(*_DATABASE),
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

CACHE = Group(
    title="Cache and broker",
    variables=(
        Var(
            name="CACHE_URL",
            type=url(*_CACHE),
            default="locmemcache://",
            secret=True,
            fallbacks=("REDIS_URL",),
            help="The cache. The default lives in each process alone.",
            example="redis://redis.example.org:6379/1",
        ),
        Var(
            name="CELERY_BROKER_URL",
            type=url(*_BROKER),
            secret=True,
            aliases=("BROKER_URL",),
            fallbacks=("CLOUDAMQP_URL", "REDIS_URL"),
            help=(
                "Celery's broker. filesystem:///data/broker is for demonstrations: one host, a "
                "folder that exists, and umask 0002 where roles run as different users."
            ),
            example="redis://redis.example.org:6379/0",
        ),
        Var(
            name="CELERY_TASK_ACKS_LATE",
            type=BOOL,
            default=False,
            help="Acknowledge a task after it ran: a lost worker's task runs again, so twice.",
        ),
    ),
)

MAIL = Group(
    title="Mail",
    variables=(
        Var(
            name="EMAIL_URL",
            type=url(*_MAIL),
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

SECURITY = Group(
    title="Security",
    variables=(
        Var(
            name="CSRF_TRUSTED_ORIGINS",
            type=ORIGINS,
            default=(),
            help="Origins whose forms are trusted, with their scheme.",
            example="https://antisocial.example.org",
        ),
        Var(
            name="SECURE_PROXY_SSL_HEADER",
            type=HEADER,
            help=(
                "The header by which a proxy says that a request came over TLS. Set it only where "
                "a proxy overwrites that header: anybody can send it."
            ),
            example="HTTP_X_FORWARDED_PROTO,https",
        ),
        Var(
            name="SECURE_SSL_REDIRECT",
            type=BOOL,
            default=False,
            aliases=("DJANGO_SECURE_SSL_REDIRECT",),
            help="Redirect http to https. The health end points are never redirected.",
        ),
        Var(
            name="SECURE_HSTS_SECONDS",
            type=DURATION,
            default=0,
            aliases=("DJANGO_SECURE_HSTS_SECONDS",),
            help="How long browsers insist on https, in seconds. Start small: it cannot be undone.",
        ),
        Var(
            name="SECURE_HSTS_INCLUDE_SUBDOMAINS",
            type=BOOL,
            default=False,
            aliases=("DJANGO_SECURE_HSTS_INCLUDE_SUBDOMAINS",),
            help="The same for every subdomain.",
        ),
        Var(
            name="SECURE_HSTS_PRELOAD",
            type=BOOL,
            default=False,
            aliases=("DJANGO_SECURE_HSTS_PRELOAD",),
            help="Allow browsers to ship the domain in their HSTS lists.",
        ),
        Var(
            name="SESSION_COOKIE_SECURE",
            type=BOOL,
            help="Send the session cookie over https only.",
            default_text="true unless DEBUG",
        ),
        Var(
            name="CSRF_COOKIE_SECURE",
            type=BOOL,
            help="Send the CSRF cookie over https only. Forms over plain http need false.",
            default_text="true unless DEBUG",
        ),
    ),
)

OPERATION = Group(
    title="Logs, errors and health",
    variables=(
        Var(
            name="LOG_FORMAT",
            type=choice("plain", "json"),
            default="plain",
            help="How log lines are written to standard output.",
        ),
        Var(
            name="LOG_LEVEL",
            type=choice("debug", "info", "warning", "error", "critical"),
            default="info",
            help="The lowest level that is logged.",
        ),
        Var(
            name="SENTRY_DSN",
            type=url("http", "https"),
            secret=True,
            aliases=("RAVEN_DSN",),
            help="Where errors are reported. Needs the package sentry-sdk.",
        ),
        Var(name="SENTRY_ENVIRONMENT", help="The environment's name in Sentry."),
        Var(
            name="SENTRY_TRACES_SAMPLE_RATE",
            type=RATE,
            default=0.0,
            help="The share of requests that is traced.",
        ),
        Var(
            name="DRAIN_FILE",
            type=STR,
            default="/run/app/drain",
            help="While this file exists, /__lbheartbeat__ answers 503.",
        ),
    ),
)

SCHEMA = (CORE, DATABASE, CACHE, MAIL, SECURITY, OPERATION)
