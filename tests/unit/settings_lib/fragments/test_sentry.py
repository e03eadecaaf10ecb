import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sentry_sdk.utils import BadDsn, Dsn

from settings_lib.errors import ConfigurationError
from settings_lib.fragments import sentry

PARTS = st.lists(
    st.sampled_from(
        [
            *(
                "https",
                "http",
                "://",
                ":",
                "@",
                "/",
                "key",
                "1",
                "0",
                "99999",
                "[",
                "]",
                "::1",
                "#",
            ),
            *("?", "a.example", " ", "\t", "\n", "_", "-", "٣", "%", "\\", "threaded+"),
        ]
    ),
    max_size=12,
).map("".join)


@given(PARTS)
@example("https://key@host:99999/1")
@example("https://key@[::1/1")
def test_what_the_sdk_refuses_is_refused(text):
    try:
        sentry.DSN.parse(text)
    except ValueError:
        return
    try:
        Dsn(text)
    except (BadDsn, ValueError) as error:
        pytest.fail(str(error))


@pytest.mark.parametrize(
    "dsn",
    [
        "https://examplePublicKey@o0.ingest.sentry.io/0",
        "https://key:secret@sentry.example.org/1",
        "http://key@127.0.0.1:9000/prefix/12",
        "https://key@[::1]:9000/12",
        "https://key:secret@host/1?timeout=5",
    ],
)
def test_dsns(dsn):
    assert sentry.DSN.parse(dsn) == dsn
    Dsn(dsn)


@pytest.mark.parametrize(
    "dsn",
    [
        *("not a dsn", "https://plant/1", "https://plant@host", "https://plant@host/"),
        *("ftp://plant@h/1", "https://plant@host/project", "https://plant@host:port/1"),
        *("https://:plant@host/1", "https://plant@host/1#2"),
        "threaded+https://plant:secret@host/1",
    ],
)
def test_a_dsn_that_is_none_is_a_problem_that_does_not_quote_it(values, dsn):
    for name in ("SENTRY_DSN", "RAVEN_DSN"):
        with pytest.raises(ConfigurationError) as error:
            values(**{name: dsn})
        [problem] = error.value.problems
        assert problem.name == "SENTRY_DSN"
        assert dsn not in str(problem)
        assert "plant" not in str(problem)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SENTRY_ENVIRONMENT", "a b"),
        ("SENTRY_ENVIRONMENT", "a/b"),
        ("SENTRY_ENVIRONMENT", "a" * 65),
        ("SENTRY_ENVIRONMENT", "None"),
        ("SENTRY_RELEASE", "feature/x"),
        ("SENTRY_RELEASE", "."),
        ("SENTRY_RELEASE", "a\nb"),
        ("SENTRY_RELEASE", "a" * 201),
        ("SENTRY_TRACES_SAMPLE_RATE", "2"),
        ("SENTRY_SAMPLE_RATE", "-1"),
    ],
)
def test_what_sentry_would_drop(values, name, value):
    with pytest.raises(ConfigurationError) as error:
        values(**{name: value})
    assert [problem.name for problem in error.value.problems] == [name]


def test_the_package_is_asked_for(values, monkeypatch):
    monkeypatch.setattr(sentry, "find_spec", lambda name: None)  # noqa: ARG005
    with pytest.raises(ConfigurationError, match="sentry-sdk is not installed"):
        values(SENTRY_DSN="https://key@host/1")


def test_build_mode_has_none(values):
    assert values(BUILD="1", SENTRY_DSN="nonsense")["SENTRY_DSN"] is None
