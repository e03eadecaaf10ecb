import pytest

from settings_lib.app import App
from settings_lib.errors import ConfigurationError
from settings_lib.fragments.security import csp
from settings_lib.fragments.security.csp import ENFORCED, MIDDLEWARE, NONCE, PROCESSOR, REPORTED
from settings_lib.fragments.storages import SECURITY, WHITENOISE
from settings_lib.reading import read
from settings_lib.schema import SCHEMA

SIX = (6, 0, 0, "final", 0)
FIVE = (5, 2, 0, "final", 0)
ENGINE = {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
POLICY = {"default-src": ["'self'"]}
OTHER = {"default-src": ["'none'"]}


@pytest.fixture
def made(complete):
    """The settings of an environment, over a project's, on Django 6.0."""

    def result(project=(), **environ):
        app = App(project=dict(project), django=SIX)
        return csp.settings(read(SCHEMA.values(), complete | environ, app), app)

    return result


@pytest.fixture
def refused(complete):
    """The problems of an environment for an app."""

    def result(app, **environ):
        with pytest.raises(ConfigurationError) as caught:
            read(SCHEMA.values(), complete | environ, app)
        return caught.value.problems

    return result


def test_reported_first(made):
    settings = made({"MIDDLEWARE": [SECURITY, WHITENOISE, "app"]})
    assert settings[ENFORCED] == {}
    assert settings[REPORTED]["script-src"] == ["'self'"]
    assert settings["MIDDLEWARE"] == [SECURITY, WHITENOISE, MIDDLEWARE, "app"]


def test_enforced(made):
    settings = made(CSP="enforce", CSP_REPORT_URI="/csp/")
    assert settings[REPORTED] == {}
    assert settings[ENFORCED]["default-src"] == ["'self'"]
    assert settings[ENFORCED]["report-uri"] == "/csp/"


@pytest.mark.parametrize("environ", [{"CSP": "off"}, {"DEBUG": "1"}])
def test_off(made, environ):
    assert made({"MIDDLEWARE": ["app"]}, **environ) == {ENFORCED: {}, REPORTED: {}}


def test_reported_while_debugging_where_asked(made):
    assert made(CSP="report-only", DEBUG="1")[REPORTED]


def test_hosts_of_static_files_and_uploads(made):
    policy = made(
        {
            "STATIC_URL": "https://cdn.example.org:8443/static/",
            "MEDIA_URL": "//uploads.example.org/",
        }
    )[REPORTED]
    static, uploads = "https://cdn.example.org:8443", "uploads.example.org"
    assert policy["default-src"] == ["'self'", static, uploads]
    assert policy["img-src"] == ["'self'", "data:", static, uploads]
    assert policy["script-src"] == policy["style-src"] == ["'self'", static]
    one = "https://cdn.example.org/"
    assert made({"STATIC_URL": one + "s/", "MEDIA_URL": one + "m/"})[REPORTED]["default-src"] == [
        "'self'",
        "https://cdn.example.org",
    ]
    assert made({"STATIC_URL": "/static/", "MEDIA_URL": ""})[REPORTED]["default-src"] == ["'self'"]


def test_nonces_for_templates(made):
    jinja = {"BACKEND": "django.template.backends.jinja2.Jinja2", "OPTIONS": {"environment": "e"}}
    custom = {"BACKEND": "somebody.Engine"}
    templates = [ENGINE, jinja, custom]
    settings = made({"TEMPLATES": templates})
    first, second, third = settings["TEMPLATES"]
    assert first == {**ENGINE, "OPTIONS": {"context_processors": [PROCESSOR]}}
    assert second["OPTIONS"] == {"environment": "e", "context_processors": [PROCESSOR]}
    assert third is custom
    assert "OPTIONS" not in ENGINE
    assert settings[REPORTED]["script-src"] == ["'self'", NONCE]
    assert NONCE not in made({"TEMPLATES": [custom]})[REPORTED]["script-src"]
    assert made({"TEMPLATES": [first]})["TEMPLATES"] == [first]


@pytest.mark.parametrize("own", [{ENFORCED: POLICY}, {REPORTED: POLICY}])
def test_the_projects_policy_stands(made, own):
    assert made(own) == {ENFORCED: {}, REPORTED: {}, **own}


def test_the_projects_policy_is_reported_to(made):
    settings = made({ENFORCED: POLICY}, CSP_REPORT_URI="https://example.org/csp?key=1")
    assert settings[ENFORCED] == {**POLICY, "report-uri": "https://example.org/csp?key=1"}
    assert settings[REPORTED] == {}
    assert "report-uri" not in POLICY


@pytest.mark.parametrize(
    ("mode", "enforced", "reported", "expected"),
    [
        ("report-only", POLICY, {}, ({}, POLICY)),
        ("report-only", {}, POLICY, ({}, POLICY)),
        ("report-only", OTHER, POLICY, ({}, POLICY)),
        ("enforce", {}, POLICY, (POLICY, {})),
        ("enforce", POLICY, {}, (POLICY, {})),
        ("enforce", OTHER, POLICY, (OTHER, POLICY)),
        ("off", POLICY, POLICY, ({}, {})),
    ],
)
def test_the_projects_policy_is_moved(made, mode, enforced, reported, expected):
    settings = made({ENFORCED: enforced, REPORTED: reported}, CSP=mode)
    assert (settings[ENFORCED], settings[REPORTED]) == expected
    assert settings.get("MIDDLEWARE", [MIDDLEWARE]) == [MIDDLEWARE]


def test_before_django_6(values, refused):
    old = App(django=FIVE)
    assert csp.settings(values(), old) == {}
    for mode in ("enforce", "report-only"):
        (problem,) = refused(old, CSP=mode)
        assert (problem.name, "django-csp" in problem.right) == ("CSP", True)
    (problem,) = refused(old, CSP_REPORT_URI="/csp/")
    assert problem.name == "CSP_REPORT_URI"
    read(SCHEMA.values(), {"CSP": "off", "BUILD": "1"}, old)


def test_beside_django_csp(values, refused):
    app = App(project={"MIDDLEWARE": ["csp.middleware.CSPMiddleware"]}, django=SIX)
    assert csp.settings(values(), app) == {ENFORCED: {}, REPORTED: {}}
    (problem,) = refused(app, CSP="enforce")
    assert "CONTENT_SECURITY_POLICY" in problem.right


@pytest.mark.parametrize(
    "value",
    [
        "csp",
        "ftp://example.org/",
        "/a;script-src *",
        "/a,b",
        "/a b",
        "/a\nX-Header: b",
        "https://",
        "https://example.org:99999/",
        "https://user:pw@example.org/",
        "/ü",
    ],
)
def test_what_would_break_the_header(values, value):
    with pytest.raises(ConfigurationError) as caught:
        values(CSP_REPORT_URI=value)
    assert [problem.name for problem in caught.value.problems] == ["CSP_REPORT_URI"]
