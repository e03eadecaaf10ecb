"""Values that no variable of their type may have: slips of operators, by type and by variable."""
# ruff: noqa: E501, RUF001 - a line a type; letters and digits of other scripts are meant

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from settings_lib import Var

#: Long enough that no message has it by chance.
MARK = "geheim"
MISSING = f"/run/secrets/{MARK}"


@dataclass(frozen=True, kw_only=True)
class Malformed:
    """A malformed value.

    Attributes:
        variable: The canonical name of the variable that the message must have.
        name: The name that is set.
        value: What it is set to.
    """

    variable: str
    name: str
    value: str

    def environ(self, names: Iterable[str]) -> dict[str, str]:
        """An environment in which this and nothing else is wrong.

        Args:
            names: Every name of the variable; none but the malformed one is set.
        """
        rest = {**COMPLETE, **CONTEXT.get(self.variable, {})}
        kept = {name: value for name, value in rest.items() if name not in names}
        return {**kept, self.name: self.value}

    @property
    def told_by(self) -> str:
        """As much of the value as proves that a message has it, or an empty text."""
        return MARK if MARK in self.value else self.value if len(self.value) > 5 else ""


COMMON = (
    "$OTHER",
    "${OTHER:-geheim}",
    '"geheim"',
    "None",
    "geheim\x07",
    "geheim\nsecond",
    "\ufeffgeheim",
)

BOOLS = (
    "ture",
    "2",
    "10",
    "-1",
    "1.0",
    "0x1",
    "ＴＲＵＥ",
    "１",
    "ye s",
    "yes;",
    "true,false",
    "tru\u0435",
    '"true"',
    "'1'",
    "oui",
    "null",
    "enabled",
)
INTS = (
    "1.5",
    "1e3",
    "0x10",
    "1_000",
    "٣",
    "３",
    "four",
    '"4"',
    "4;",
    "--4",
    "9" * 30,
    "9" * 5_000,
    "4 4",
    "4\u200b",
    "NaN",
    "4,",
    "4geheim",
)
FLOATS = (
    "10s",
    "nan",
    "inf",
    "-inf",
    "1,5",
    "1e999",
    "٣.٥",
    "0.5.5",
    '"0.5"',
    ".",
    "1e",
    "0x1p3",
    "½",
    "50%",
    "0.5geheim",
)
DURATIONS = (
    "-1",
    "1y",
    "1.5h",
    "5 m",
    "5min",
    "PT5M",
    "1h30m",
    "00:05",
    "٣s",
    "9" * 30,
    "2147483648",
    "10000w",
    '"30s"',
    "30s;",
    "s",
    "1e3",
    "forever",
    "30S ec",
)
PORTS = (
    "0",
    "65536",
    "99999",
    "-1",
    "5432/tcp",
    "tcp:5432",
    "http",
    ":5432",
    "5432,5433",
    "５４３２",
    "0x1538",
    "5432.0",
    '"5432"',
    "9" * 30,
    "5432 5433",
    "tcp://geheim",
    "http://10.0.0.7:5432",
    "tcp://[fd00::1]",
)
LISTS = ("geheim,,b", ",geheim", ",", ",,", "geheim\nb", "geheim\x1b[31m,b")
HOST_LISTS = (
    *LISTS,
    "https://geheim.example.org",
    "geheim.example.org/path",
    "geheim.example.org:8000",
    "a.example.org geheim.example.org",
    '"geheim.example.org"',
    "gehe!m.example.org",
    "['geheim']",
    "gehéim.example.org",
    "[fd00::1",
    "-geheim",
    "$GEHEIM_HOSTS",
    "*geheim",
)
ORIGINS = (
    *LISTS,
    "geheim.example.org",
    "https://geheim.example.org/",
    "https://u:geheim@a.example.org",
    "https//geheim",
    "http:/geheim",
    "ftp://geheim.example.org",
    "https://geheim:port",
    "https://geheim:65536",
    "https://",
    '"https://geheim.example.org"',
    "https://geheim example.org",
    "https://geheim?a=b",
    "https://[geheim",
)
LINES = (
    '"geheim"',
    "'geheim'",
    "geheim\nsecond",
    "geheim\ttab",
    "\x1b[31mgeheim",
    "geheim\u200b",
    "geheim\u2028b",
    "geheim\x00",
    "geheim\x7f",
)
HOSTS = (
    "tcp://geheim:5432",
    "http://geheim",
    "geheim:5432",
    "a..geheim",
    "geheim!",
    "geheim " * 2,
    '"geheim"',
    "-geheim",
    "g" * 64,
    "[fd00::geheim]",
    "geheim/path",
    "$GEHEIM",
    "gehéim",
    "geheim\x07",
    "geheim;b",
    "u@geheim",
)
URLS = (
    "geheim",
    "://geheim",
    "geheim://",
    "{scheme}:/geheim",
    "{scheme}:geheim",
    "{scheme}//geheim",
    "{scheme}z://geheim/1",
    "x{scheme}://geheim/1",
    "{upper}://geheim/1",
    '"{example}"',
    "'{example}'",
    "{example} geheim",
    "{example}\x07",
    "{example}\u200b",
    "\ufeff{example}",
    "{scheme}://u:geheim#x@h/1",
    "{scheme}://u:%geheim@h/1",
    "{scheme}://u:geheim%@h/1",
    "{scheme}://u:%ffgeheim@h/1",
    "{scheme}://geheim:port/1",
    "{scheme}://geheim:65536/1",
    "{scheme}://geheim:99999999999/1",
    "{scheme}://geheim:-1/1",
    "{scheme}://geheim:٣/1",
    "{scheme}://[geheim/1",
    "{scheme}://[fd00::geheim]/1",
    "{scheme}://u:geheim[@h/1",
    "{scheme}://gehe im/1",
    "{scheme}://geheim\\h/1",
    "{scheme}://" + "geheim" * 50 + "/1",
    "{scheme}://a..geheim/1",
    "{scheme}://<geheim>/1",
    "http://geheim/1",
    "ftp://geheim/1",
    "postgres//geheim",
    "$GEHEIM_URL",
    "${{GEHEIM_URL}}",
)
PATHS = (
    "geheim",
    "./geheim",
    "~/geheim",
    "$HOME/geheim",
    '"/geheim"',
    "C:\\geheim",
    "file:///geheim",
    "/geheim\nb",
    "/geheim\x07",
    "/" + "geheim" * 900,
)
DOTTED = (
    "geheim",
    "geheim.",
    ".geheim",
    "a..geheim",
    "a-b.geheim",
    "geheim.b()",
    '"a.geheim"',
    "geheim b.c",
    "1.geheim",
    "a/geheim",
    "a:geheim",
)
WORDS = (
    "geheim",
    '"{example}"',
    "'{example}'",
    "{example};",
    "{example}x",
    "{example} {example}",
    "{example}\u200b",
    "{example},",
    "=",
    "None geheim",
    "${example}",
    "[{example}]",
)
NO_BLANKS = ("geheim geheim", "geheim\tb", "geheim\nb")

BY_TYPE: dict[str, tuple[str, ...]] = {
    "bool": BOOLS,
    "int": (*INTS, "-1"),
    "float": FLOATS,
    "rate": (*FLOATS, "1.5", "-0.1", "2", "1.0000001"),
    "count": (*INTS, "-1", "+1", "10000"),
    "duration": DURATIONS,
    "size": ("10X", "10iB", "-1", "1.5M", "10 MB", "٣MB", "lots", '"1M"', "1e6", "0x10", "10M geheim"),
    "port": PORTS,
    "list": LISTS,
    "hosts": HOST_LISTS,
    "origins": ORIGINS,
    "line": LINES,
    "host": HOSTS,
    "url": URLS,
    "path": PATHS,
    "dotted path": DOTTED,
    "choice": WORDS,
    "list of choice": (*(word for word in WORDS if word != "{example},"), "{example},,{example}", ","),
    "header": ("X-Forwarded-Proto,geheim", "X_FORWARDED_PROTO", "HTTP_X_FORWARDED_PROTO=geheim", "HTTP_X_FORWARDED_PROTO,", "HTTP_X,geheim b", "HTTP_X,geheim,b", '"HTTP_X,geheim"', "('HTTP_X', 'geheim')", "http_x,geheim", "HTTP_Ü,geheim", "ture", "HTTP_X,geh\u200beim"),
    "time zone": ("Europe/Geheim", "UTC+25", "../etc/geheim", "/etc/localtime", "Mars/Olympus", '"UTC"', "GMT+1:00", "Europe Berlin", "Европа/Берлин", "Europe//Berlin", "$TZ", "Europe/Berlin;", "geheim" * 100, "Europe"),
    "address": ("geheim", "geheim@", "@geheim", "geheim@a@b", "geheim@a, b@c", "Geheim <geheim", "geheim\n@a.example.org", "geheim a@b.example.org"),
    "bucket": ("geheim/path", "s3://geheim", "geheim bucket", "-geheim", "g", "geheim_ü", '"geheim"', "arn:geheim", "geheim" * 50),
    "key": (*NO_BLANKS, "gehéim", "geheim\u200b"),
    "region": (*NO_BLANKS, "geheim!", '"geheim"', "geheim.1", "-geheim", "gehéim"),
    "endpoint": ("geheim", "geheim.example.org:9000", "ftp://geheim", "https://u:geheim@h", "https://geheim/?a=b", "https://geheim#a", "https://geheim:port", "https://geheim:65536", "https://", "https://gehe im", '"https://geheim"', "https:/geheim"),
    "domain": ("https://geheim", "geheim/path/", "geheim domain", "geheim:port", "geheim..a", "-geheim", '"geheim"', "gehéim", "$GEHEIM", "u@geheim"),
    "location": ("geheim\nb", "geheim\x07", "../geheim", "geheim/../b", "geheim//b"),
    "base url": ("geheim", "geheim/", "/geheim", "https://geheim", "//geheim/", "https://geheim/a", "ftp://geheim/", "/geheim b/", '"/geheim/"', "/geheim?a/", "https:///geheim/"),
    "report URI": ("geheim", "ftp://geheim", "https://gehe im", "https://geheim;a", "https://geheim,a", "javascript:geheim", '"https://geheim"', "https://geheim/\x07"),
    "environment": (*NO_BLANKS, "geheim/a", "geheim\\a", "geheim" * 20),
    "release": (*NO_BLANKS, "geheim/a", "geheim\\a", "geheim" * 50),
    "dsn": ("geheim", "https://sentry.example.org/1", "https://geheim@sentry.example.org", "https://geheim@sentry.example.org/x", "ftp://geheim@sentry.example.org/1", "https://geheim@/1", "https://geheim@h:port/1", "https://geheim@h:65536/1", '"https://geheim@h/1"', "https://geheim@h /1", "$GEHEIM_DSN", "https//geheim@h/1"),
    "result backend": ("geheim", "geheim://h/1", "redis//geheim", "redis://geheim:port/0", "redis://geheim/x", "redis://u:geheim#@h/0", '"redis://geheim/0"', "redis://gehe im/0", "django-geheim", "redis://geheim:65536/0", "$GEHEIM"),
    "task backend": ("geheim", "geheim backend", "celery.geheim!", '"immediate"', "immediate;geheim", "geheim.", "redis://geheim/0", "$GEHEIM"),
    "str": (),
}  # fmt: skip

#: What else a variable must not have, whatever its type takes.
BY_NAME: dict[str, tuple[str, ...]] = {
    "DATABASE_URL": (
        "postgres://u:geheim@h", "postgres://u:geheim@h/", "postgres://u:geheim@/",
        "postgres://geheim:5432", "postgres://u:1/geheim@h/n", "postgres://h/n?geheim=1",
        "postgres://h/n?sslmode=geheim", "postgres://h/n?pool=geheim", "postgres://h/n?pool",
        "postgres://h/n?connect_timeout=geheim", "postgres://h/n?conn_max_age=geheim",
        "postgres://h/n?atomic_requests=geheim", "postgres://h/" + "geheim" * 11,
        "postgres://h/geheim?sslmode=require&sslmode=disable", "postgres://geheim,,b/n",
        "postgres://h:5432:5433/geheim", "postgres://h/geheim%00", "postgres://h/n?ssl=geheim",
        "mysql://u:geheim@h", "mysql://u:geheim@a,b/n", "mysql://u:geheim@h/n?sslmode=require",
        "sqlite://geheim.sqlite3", "sqlite://data/geheim.sqlite3", "sqlite:/geheim.sqlite3",
        "sqlite:////data/geheim/", "sqlite:////data/geheim?pool=true", "sqlite://:geheim:",
        "django.db.backends.geheim", "/data/geheim.sqlite3", "jdbc:postgresql://geheim/n",
        "postgress://geheim/n", "mongodb://geheim/n", "redis://geheim/0", "host=geheim dbname=n",
        "mysql://u:geheim@h/n", "postgres://h/n?sslrootcert=/geheim.pem",
    ),
    "CACHE_URL": (
        "redis://geheim/x", "redis://geheim/0/1", "redis://:6379/geheim", "redis://h/0?geheim=1",
        "redis://h/0?socket_timeout=geheim", "redis://h/0?timeout=geheim", "redis://u:geheim@/0",
        "redis://h/0?db=geheim", "redis://h/0?decode_responses=geheim", "rediss:///geheim",
        "rediss://h/0?ssl_cert_reqs=geheim", "unix://geheim", "unix://h/geheim",
        "pymemcache://", "pymemcache://u:geheim@h", "pymemcache://h/geheim", "filecache://geheim",
        "filecache:///", "dbcache://", "dbcache://geheim-table", "locmemcache:///geheim",
        "locmemcache://?max_entries=geheim", "redis://h/0;geheim", "memcached:geheim",
        "redis://h/0?key_prefix=geheim%20b", "pylibmc://geheim",
    ),
    "CELERY_BROKER_URL": (
        "redis://geheim/x", "amqp://u:geheim@h:port//", "amqp://u:geheim@h:65536//",
        "redis://geheim:6379/0;geheim", "kafka://geheim", "rabbitmq://geheim", "redis",
        "filesystem:///geheim", "amqp//geheim", "rediss://geheim/0?ssl_cert_reqs=maybe",
    ),
    "EMAIL_URL": (
        "smtp://", "smtp://:geheim@", "smtp://geheim:port", "smtp+tsl://geheim:587",
        "smtps//geheim", "mail.geheim.example.org", "smtp://u:geheim#@h:25", "imap://geheim",
    ),
    "DB_NAME": ("geheim" * 11,),
    "DB_SSLROOTCERT": ("/geheim.pem",),
    "DB_HOST": ("geheim,,b", "geheim,"),
    "DB_POOL_MAX_SIZE": ("0",),
    "EMAIL_SUBJECT_PREFIX": ("geheim\nb", "geheim\x07"),
}  # fmt: skip

#: What a variable is read with, so that nothing but itself is wrong.
CONTEXT: dict[str, dict[str, str]] = {
    "CELERY_BROKER_URL": {"CACHE_URL": "locmemcache://"},
    "AWS_ACCESS_KEY_ID": {"AWS_SECRET_ACCESS_KEY": "secret"},
    "AWS_SECRET_ACCESS_KEY": {"AWS_ACCESS_KEY_ID": "key"},
    **{
        name: {"DATABASE_URL": "", "DB_USER": "user"}
        for name in ("DB_ENGINE", "DB_NAME", "DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD")
    },
    **{
        name: {"DATABASE_URL": "postgres://h/n"}
        for name in (
            "DB_SSLMODE", "DB_SSLROOTCERT", "DB_POOL", "DB_POOL_MIN_SIZE", "DB_POOL_MAX_SIZE",
        )
    },
}  # fmt: skip

#: An environment with which every variable is read: Celery is used, and nothing is missing.
COMPLETE = {
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": "sqlite://",
    "CELERY_BROKER_URL": "memory://",
}

#: Texts may be anything but blank, and these types take a slip of this kind for a value.
TAKES = {
    "line": {"$OTHER", "${OTHER:-geheim}", "None"},
    "list": {"$OTHER", "${OTHER:-geheim}", '"geheim"', "None"},
    "location": {"$OTHER", "${OTHER:-geheim}", '"geheim"', "None"},
    "hosts": {"None"},
    "host": {"None"},
    "key": {"$OTHER", "${OTHER:-geheim}", '"geheim"', "None"},
    "environment": {"$OTHER", "${OTHER:-geheim}", '"geheim"'},
    "release": {"$OTHER", "${OTHER:-geheim}", '"geheim"'},
    "bucket": {"None"},
    "region": {"None"},
    "domain": {"None"},
}


#: Blank is right for these: no prefix, since an empty variable counts as not set.
MAY_BE_BLANK = ("EMAIL_SUBJECT_PREFIX",)


def malformed(var: Var) -> Iterator[Malformed]:
    """Every malformed value for a variable, by its name and its other names."""
    example = var.right or "geheim"
    scheme = example.partition("://")[0]
    common = [value for value in COMMON if value not in TAKES.get(var.type.name, ())]
    texts = [
        each.format(scheme=scheme, upper=scheme.upper(), example=example)
        if var.type.name in {"url", "choice", "list of choice"} and "$OTHER" not in each
        else each
        for each in BY_TYPE[var.type.name]
    ]
    if var.type.name == "str":
        common = []
    values = dict.fromkeys([*texts, *common, *BY_NAME.get(var.name, ())])
    blanks = () if var.name in MAY_BE_BLANK else ("   ", "\t")
    for value in (*blanks, os.fsdecode(b"geheim\xff"), *values):
        if "\0" not in value:
            yield Malformed(variable=var.name, name=var.name, value=value)
    for name in var.names:
        for path in (MISSING, "/proc", "/dev/zero"):
            yield Malformed(variable=var.name, name=f"{name}_FILE", value=path)
    first = next(iter(values), "   ")
    for name in var.names[1:]:
        yield Malformed(variable=var.name, name=name, value=first)
