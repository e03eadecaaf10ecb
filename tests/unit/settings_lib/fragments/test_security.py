import pytest

from settings_lib.app import App
from settings_lib.errors import ConfigurationError
from settings_lib.fragments import security
from settings_lib.fragments.security import FRAMES
from settings_lib.fragments.storages import SECURITY, WHITENOISE

HEADER = "HTTP_X_FORWARDED_PROTO,https"


@pytest.fixture
def settings(values):
    """The settings of an environment, over a project's."""

    def made(project=(), **environ):
        return security.settings(values(**environ), App(project=dict(project)))

    return made


def test_production(settings):
    made = settings()
    assert made["SESSION_COOKIE_SECURE"] is True
    assert made["CSRF_COOKIE_SECURE"] is True
    assert made["SECURE_PROXY_SSL_HEADER"] is None
    assert made["SECURE_SSL_REDIRECT"] is False
    assert made["SECURE_CONTENT_TYPE_NOSNIFF"] is True
    assert made["SECURE_REFERRER_POLICY"] == ("same-origin",)
    assert made["X_FRAME_OPTIONS"] == "DENY"
    assert made["USE_X_FORWARDED_HOST"] is False
    assert made["SILENCED_SYSTEM_CHECKS"] == ["security.W008"]


def test_debug(settings):
    made = settings(DEBUG="1", SECURE_PROXY_SSL_HEADER=HEADER)
    assert made["SESSION_COOKIE_SECURE"] is False
    assert made["CSRF_COOKIE_SECURE"] is False
    assert made["SECURE_SSL_REDIRECT"] is False


def test_the_proxy_header_starts_the_redirect(settings):
    made = settings(SECURE_PROXY_SSL_HEADER=HEADER)
    assert made["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert made["SECURE_SSL_REDIRECT"] is True
    assert made["SILENCED_SYSTEM_CHECKS"] == []
    project = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}
    assert settings(project)["SECURE_SSL_REDIRECT"] is True
    assert settings(project | {"SECURE_SSL_REDIRECT": False})["SECURE_SSL_REDIRECT"] is False
    assert settings(project, SECURE_SSL_REDIRECT="no")["SECURE_SSL_REDIRECT"] is False


PROJECT = {
    "SECURE_REFERRER_POLICY": "no-referrer",
    "SESSION_COOKIE_SECURE": False,
    "X_FRAME_OPTIONS": "sameorigin",
    "CSRF_TRUSTED_ORIGINS": ["https://a.example.org"],
    "USE_X_FORWARDED_HOST": True,
}


def test_the_project_stands(settings):
    made = settings(PROJECT)
    assert {name: made[name] for name in PROJECT} == PROJECT | {"X_FRAME_OPTIONS": "SAMEORIGIN"}
    assert made["CSRF_TRUSTED_ORIGINS"] is not PROJECT["CSRF_TRUSTED_ORIGINS"]


def test_the_environment_wins(settings):
    made = settings(
        PROJECT,
        SECURE_REFERRER_POLICY="no-referrer, strict-origin",
        DJANGO_SESSION_COOKIE_SECURE="true",
        X_FRAME_OPTIONS="DENY",
        CSRF_TRUSTED_ORIGINS="https://*.example.com,http://[::1]",
        USE_X_FORWARDED_HOST="false",
        SECURE_CROSS_ORIGIN_OPENER_POLICY="unsafe-none",
    )
    assert made["SECURE_REFERRER_POLICY"] == ("no-referrer", "strict-origin")
    assert made["SESSION_COOKIE_SECURE"] is True
    assert made["X_FRAME_OPTIONS"] == "DENY"
    assert made["CSRF_TRUSTED_ORIGINS"] == ["https://*.example.com", "http://[::1]"]
    assert made["USE_X_FORWARDED_HOST"] is False
    assert made["SECURE_CROSS_ORIGIN_OPENER_POLICY"] == "unsafe-none"


@pytest.mark.parametrize(
    ("environ", "silenced"),
    [
        ({"SECURE_SSL_REDIRECT": "false"}, {"security.W008"}),
        ({"SECURE_SSL_REDIRECT": "true"}, set()),
        (
            {"SESSION_COOKIE_SECURE": "false"},
            {"security.W008", "security.W010", "security.W011", "security.W012"},
        ),
        ({"CSRF_COOKIE_SECURE": "false"}, {"security.W008", "security.W016"}),
        ({"SECURE_CONTENT_TYPE_NOSNIFF": "false"}, {"security.W008", "security.W006"}),
        ({"X_FRAME_OPTIONS": "sameorigin"}, {"security.W008", "security.W019"}),
        ({"X_FRAME_OPTIONS": "deny"}, {"security.W008"}),
    ],
)
def test_a_decision_of_the_operators_is_silenced(settings, environ, silenced):
    assert set(settings(**environ)["SILENCED_SYSTEM_CHECKS"]) == silenced


def test_what_the_project_has_decided_is_not_silenced(settings):
    project = {
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "SECURE_SSL_REDIRECT": False,
        "SESSION_COOKIE_SECURE": False,
        "CSRF_COOKIE_SECURE": False,
        "SECURE_CONTENT_TYPE_NOSNIFF": False,
        "X_FRAME_OPTIONS": "SAMEORIGIN",
    }
    assert settings(project)["SILENCED_SYSTEM_CHECKS"] == []


def test_the_projects_own_silences_stay(settings):
    own = ["fields.W342", "security.W008"]
    made = settings({"SILENCED_SYSTEM_CHECKS": own})["SILENCED_SYSTEM_CHECKS"]
    assert made == own
    assert made is not own


def test_middleware(settings):
    assert settings({"MIDDLEWARE": [WHITENOISE, "app"]})["MIDDLEWARE"] == [
        SECURITY,
        WHITENOISE,
        "app",
    ]
    whole = ["first", SECURITY, WHITENOISE, "app", FRAMES]
    assert settings({"MIDDLEWARE": whole}, X_FRAME_OPTIONS="deny")["MIDDLEWARE"] == whole
    bare = [SECURITY, WHITENOISE, "app"]
    assert settings({"MIDDLEWARE": bare})["MIDDLEWARE"] == bare
    framed = settings({"MIDDLEWARE": bare}, X_FRAME_OPTIONS="deny")["MIDDLEWARE"]
    assert framed == [SECURITY, WHITENOISE, FRAMES, "app"]
    assert bare == [SECURITY, WHITENOISE, "app"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECURE_PROXY_SSL_HEADER", "X-Forwarded-Proto"),
        ("SECURE_PROXY_SSL_HEADER", "X-Forwarded-Proto,https"),
        ("SECURE_REFERRER_POLICY", "same-orign"),
        ("SECURE_REFERRER_POLICY", "same-origin;no-referrer"),
        ("SECURE_CROSS_ORIGIN_OPENER_POLICY", "geheim"),
        ("X_FRAME_OPTIONS", "ALLOW-FROM https://example.org"),
        ("CSRF_TRUSTED_ORIGINS", "geheim.example.net"),
        ("CSRF_TRUSTED_ORIGINS", "https://example.org/"),
        ("CSRF_TRUSTED_ORIGINS", "https://*"),
        ("CSRF_TRUSTED_ORIGINS", "https://.example.org"),
        ("SESSION_COOKIE_SECURE", "ture"),
        ("USE_X_FORWARDED_PORT", "443"),
    ],
)
def test_what_django_would_refuse_or_ignore(values, name, value):
    with pytest.raises(ConfigurationError) as caught:
        values(**{name: value})
    assert [problem.name for problem in caught.value.problems] == [name]
    assert value not in str(caught.value)
