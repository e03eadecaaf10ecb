from itertools import pairwise

import pytest

from settings_lib.app import App
from settings_lib.errors import ConfigurationError
from settings_lib.fragments.security import hsts
from settings_lib.fragments.security.hsts import GRADES, PARTS, PRELOAD, SECONDS, SUBDOMAINS

TLS = {"SECURE_PROXY_SSL_HEADER": "HTTP_X_FORWARDED_PROTO,https"}


@pytest.fixture
def made(values):
    """The three settings of an environment over a project's, and the silences."""

    def result(project=(), **environ):
        settings = hsts.settings(values(**environ), App(project=dict(project)))
        return tuple(settings[name] for name in PARTS), settings["SILENCED_SYSTEM_CHECKS"]

    return result


@pytest.fixture
def refused(values):
    """The problems of an environment, as "name: what is wrong"."""

    def result(**environ):
        with pytest.raises(ConfigurationError) as caught:
            values(**environ)
        return [f"{problem.name}: {problem.wrong}" for problem in caught.value.problems]

    return result


def test_off_where_the_app_never_learns_of_tls(made):
    assert made() == ((0, False, False), ["security.W004"])


def test_an_hour_first(made):
    silences = ["security.W005", "security.W021"]
    assert made(**TLS) == ((3_600, False, False), silences)
    header = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}
    assert made(header) == ((3_600, False, False), silences)
    assert made(header, DEBUG="1")[0] == (0, False, False)


def test_no_grade_is_less_firm_than_the_one_before():
    firmness = list(GRADES.values())
    assert firmness == sorted(firmness)
    for before, after in pairwise(firmness):
        assert before != after
        assert all(one <= other for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("grade", "silences"),
    [
        ("off", ["security.W004"]),
        ("hour", ["security.W005", "security.W021"]),
        ("month", ["security.W005", "security.W021"]),
        ("year", ["security.W005", "security.W021"]),
        ("subdomains", ["security.W021"]),
        ("preload", []),
    ],
)
def test_a_grade(made, grade, silences):
    project = {SECONDS: 60, SUBDOMAINS: True, PRELOAD: True}
    assert made(project, SECURE_HSTS=grade, **TLS) == (GRADES[grade], silences)


def test_the_parts(made):
    assert made(SECURE_HSTS_SECONDS="7d", **TLS)[0] == (604_800, False, False)
    assert made(DJANGO_SECURE_HSTS_SECONDS="0", **TLS) == ((0, False, False), ["security.W004"])
    assert made(
        SECURE_HSTS_SECONDS="31536000",
        DJANGO_SECURE_HSTS_INCLUDE_SUBDOMAINS="True",
        SECURE_HSTS_PRELOAD="true",
    ) == ((31_536_000, True, True), [])


def test_what_the_project_left_out_is_not_silenced(made):
    assert made({SECONDS: 31_536_000}, **TLS) == ((31_536_000, False, False), [])
    assert made({SECONDS: 0}, **TLS) == ((0, False, False), [])


def test_both_forms_may_agree(made):
    agreeing = {"SECURE_HSTS_SECONDS": "365d", "SECURE_HSTS_INCLUDE_SUBDOMAINS": "true"}
    assert made(SECURE_HSTS="subdomains", **agreeing)[0] == GRADES["subdomains"]


def test_both_forms_may_not_disagree(refused):
    assert refused(SECURE_HSTS="month", SECURE_HSTS_SECONDS="60", SECURE_HSTS_PRELOAD="true") == [
        "SECURE_HSTS: disagrees with SECURE_HSTS_SECONDS, SECURE_HSTS_PRELOAD"
    ]


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"SECURE_HSTS_SECONDS": "31536000"},
        {"SECURE_HSTS_SECONDS": "31535999", "SECURE_HSTS_INCLUDE_SUBDOMAINS": "true"},
        {"SECURE_HSTS_INCLUDE_SUBDOMAINS": "true", **TLS},
    ],
)
def test_preload_is_whole(refused, environ):
    (problem,) = refused(SECURE_HSTS_PRELOAD="true", **environ)
    assert problem.startswith("SECURE_HSTS_PRELOAD: is true, and ")
