from pathlib import Path

import pytest

from settings_lib import parsing

GOOD = [
    (parsing.BOOL, "true", True),
    (parsing.BOOL, "ON", True),
    (parsing.BOOL, "0", False),
    (parsing.INT, "-12", -12),
    (parsing.FLOAT, "0.5", 0.5),
    (parsing.RATE, "1", 1.0),
    (parsing.DURATION, "90", 90),
    (parsing.DURATION, "5m", 300),
    (parsing.DURATION, "2w", 1_209_600),
    (parsing.PORT, "5432", 5432),
    (parsing.LIST, " a, b ,c,", ("a", "b", "c")),
    (parsing.LIST, "a", ("a",)),
    (parsing.HOSTS, ".example.org,*,[::1],a-b.c", (".example.org", "*", "[::1]", "a-b.c")),
    (parsing.SIZE, "512", 512),
    (parsing.SIZE, "10k", 10_000),
    (parsing.SIZE, "10MiB", 10 * 1024 * 1024),
    (parsing.PATH, "/data/a b", Path("/data/a b")),
    (parsing.JSON, '{"a": [1]}', {"a": [1]}),
    (parsing.TIME_ZONE, "Europe/Berlin", "Europe/Berlin"),
    (parsing.list_of(parsing.INT), "1, 2", (1, 2)),
    (parsing.STR, " as it is ", " as it is "),
    (parsing.ORIGINS, "https://a.example.org,http://b:8000", ("https://a.example.org", "http://b:8000")),
    (parsing.HEADER, "HTTP_X_FORWARDED_PROTO,https", ("HTTP_X_FORWARDED_PROTO", "https")),
    (parsing.choice("plain", "json"), "JSON", "json"),
    (parsing.url("redis"), "redis://h:1/0;redis://i:2/0", "redis://h:1/0;redis://i:2/0"),
    (parsing.url("sqlite"), "sqlite://:memory:", "sqlite://:memory:"),
]  # fmt: skip

BAD = [
    (parsing.BOOL, "ture"),
    (parsing.BOOL, "2"),
    (parsing.INT, "1.0"),
    (parsing.INT, "1_000"),
    (parsing.INT, "٣"),
    (parsing.FLOAT, "10s"),
    (parsing.FLOAT, "nan"),
    (parsing.RATE, "1.5"),
    (parsing.DURATION, "-1"),
    (parsing.DURATION, "1y"),
    (parsing.PORT, "0"),
    (parsing.PORT, "65536"),
    (parsing.LIST, "a,,b"),
    (parsing.STR, "  "),
    (parsing.INT, "9" * 30),
    (parsing.HOSTS, "https://a.example.org"),
    (parsing.HOSTS, "a.example.org b.example.org"),
    (parsing.HOSTS, "a.example.org:8000"),
    (parsing.SIZE, "10X"),
    (parsing.SIZE, "10iB"),
    (parsing.PATH, "data"),
    (parsing.JSON, "{"),
    (parsing.JSON, "NaN"),
    (parsing.JSON, "[" * 100_000),
    (parsing.TIME_ZONE, "Europe/Berlim"),
    (parsing.TIME_ZONE, "../etc/passwd"),
    (parsing.list_of(parsing.INT), "1,x"),
    (parsing.ORIGINS, "a.example.org"),
    (parsing.ORIGINS, "https://u@a.example.org"),
    (parsing.ORIGINS, "https://a.example.org/path"),
    (parsing.HEADER, "X-Forwarded-Proto,https"),
    (parsing.HEADER, "HTTP_X_FORWARDED_PROTO"),
    (parsing.choice("plain", "json"), "xml"),
    (parsing.url("redis"), "amqp://h"),
    (parsing.url("redis"), "redis"),
    (parsing.url("redis"), "redis://h:port/0"),
    (parsing.url("postgres"), "postgres://u:p#ss@h/db"),
    (parsing.url("postgres"), "postgres://[::1/db"),
]


@pytest.mark.parametrize(("kind", "text", "value"), GOOD)
def test_good(kind, text, value):
    assert kind.parse(text) == value


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_bad(kind, text):
    with pytest.raises(ValueError):  # noqa: PT011 - its text is never shown
        kind.parse(text)
