import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settings_lib.schema import SCHEMA
from settings_lib.types import parsing

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
    (parsing.HEADER, "HTTP_X_FORWARDED_PROTO", ("HTTP_X_FORWARDED_PROTO", "https")),
    (parsing.HEADER, "True", ("HTTP_X_FORWARDED_PROTO", "https")),
    (parsing.choice("plain", "json"), "JSON", "json"),
    (parsing.url("redis", several=True), "redis://h/0;redis://i:2", "redis://h/0;redis://i:2"),
    (parsing.choice("read-write", "TLSv1.2"), "tlsV1.2", "TLSv1.2"),
    (parsing.at_least(1), "1", 1),
    (parsing.LINE, "Größe 3", "Größe 3"),
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
    (parsing.JSON, "[1e999]"),
    (parsing.JSON, "[" * 100_000),
    (parsing.TIME_ZONE, "Europe/Berlim"),
    (parsing.TIME_ZONE, "../etc/passwd"),
    (parsing.list_of(parsing.INT), "1,x"),
    (parsing.ORIGINS, "a.example.org"),
    (parsing.ORIGINS, "https://u@a.example.org"),
    (parsing.ORIGINS, "https://a.example.org/path"),
    (parsing.HEADER, "X-Forwarded-Proto,https"),
    (parsing.HEADER, "X_FORWARDED_PROTO"),
    (parsing.choice("plain", "json"), "xml"),
    (parsing.choice("plain", "json"), "j\u0455on"),
    (parsing.choice("disk"), "dis\u212a"),
    (parsing.at_least(1), "0"),
    (parsing.LINE, "a\nb"),
    (parsing.LINE, "a\u200bb"),
    (parsing.LINE, '"a"'),
    (parsing.LINE, ""),
    (parsing.LIST, "a\nb"),
    (parsing.PATH, "/" + "a" * 5_000),
    (parsing.url("redis"), "redis://h:1/0;redis://i:2/0"),
    (parsing.url("redis"), "amqp://h"),
    (parsing.url("redis"), "redis"),
    (parsing.url("redis"), "redis://h:port/0"),
    (parsing.url("postgres"), "postgres://u:p#ss@h/db"),
    (parsing.url("postgres"), "postgres://[::1/db"),
]


def test_a_zone_that_django_does_not_find(monkeypatch, tmp_path):
    """It looks on the file system alone, where there is one; Python in the package tzdata too."""
    monkeypatch.setattr(parsing, "_ZONES", tmp_path)
    with pytest.raises(ValueError, match="^$"):
        parsing.TIME_ZONE.parse("Europe/Berlin")


@pytest.mark.parametrize(("kind", "text", "value"), GOOD)
def test_good(kind, text, value):
    assert kind.parse(text) == value


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_bad(kind, text):
    with pytest.raises(ValueError):  # noqa: PT011 - its text is never shown
        kind.parse(text)


def every_type():
    """Each type that the module or a variable of the schema has, once."""
    of_module = [each for each in vars(parsing).values() if isinstance(each, parsing.Type)]
    made = [
        parsing.choice("read-write", "TLSv1.2", "a b"),
        parsing.at_least(3),
        parsing.list_of(parsing.INT),
        parsing.url("redis", "smtp+tls", several=True),
    ]
    of_schema = [var.type for var in SCHEMA.values()]
    return list({id(each): each for each in [*of_module, *made, *of_schema]}.values())


def texts(kind):
    """Right values and what is nearly one."""
    good = [text for other, text, _ in GOOD if other.name == kind.name]
    right = [var.right for var in SCHEMA.values() if var.type is kind and var.right]
    seeds = st.sampled_from([*good, *right, *kind.choices, kind.example, "1", "/a", "a"])
    return st.one_of(
        seeds,
        st.builds(
            lambda text, at, cut, more: text[: at % (len(text) + 1)] + more + text[at + cut :],
            seeds,
            st.integers(0, 60),
            st.integers(0, 3),
            st.text(max_size=3),
        ),
        st.text(min_size=1),
    )


@pytest.mark.parametrize("kind", every_type(), ids=lambda kind: kind.name)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_type_refuses_by_value_error_alone_and_its_pattern_refuses_no_right_value(kind, data):
    text = data.draw(texts(kind).map(str.strip).filter(bool))
    try:
        kind.parse(text)
    except ValueError:
        return
    assert re.search(kind.pattern, text)


@pytest.mark.parametrize("kind", every_type(), ids=lambda kind: kind.name)
def test_a_type_s_example_is_right(kind):
    if kind.example:  # else each variable has one
        kind.parse(kind.example)
    # What Python's expressions and ECMA 262's understand otherwise, or one of them does not.
    assert not re.search(r"\\[wWdDbBAZ]|\(\?|\\ ", kind.pattern)


@pytest.mark.parametrize("var", SCHEMA.values(), ids=lambda var: var.name)
def test_a_variable_s_example_is_right(var):
    assert var.right
    var.type.parse(var.right)
