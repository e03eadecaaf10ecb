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
    (parsing.LIST, " a, b ,,c", ("a", "b", "c")),
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
    (parsing.ORIGINS, "a.example.org"),
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
