"""Django's own security checks, on the settings that environments make of a usual project."""

from types import SimpleNamespace

import django
import pytest
from django.conf import global_settings
from django.core.checks.security import base, csrf, sessions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settings_lib.app import App
from settings_lib.configuring import settings_for
from settings_lib.errors import ConfigurationError
from settings_lib.fragments.security.hsts import GRADES
from settings_lib.reading import read
from settings_lib.schema import SCHEMA

#: What `startproject` writes.
PROJECT = {
    "INSTALLED_APPS": ["django.contrib.sessions"],
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
}
REQUIRED = {
    "SECRET_KEY": "abcdefghij" * 5,
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": "sqlite://",
}
BOOLS = (
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
)
CHOICES = {
    **dict.fromkeys(BOOLS, ("true", "false")),
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO,https",),
    "SECURE_HSTS": tuple(GRADES),
    "SECURE_HSTS_SECONDS": ("0", "1h", "365d"),
    "X_FRAME_OPTIONS": ("DENY", "SAMEORIGIN"),
    "SECURE_REFERRER_POLICY": ("no-referrer", "origin,same-origin"),
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": ("same-origin", "unsafe-none"),
    "CSP": ("off", *(("report-only", "enforce") if django.VERSION >= (6, 0) else ())),
}


def made(environ, project=PROJECT):
    """The settings, with Django's defaults below them."""
    app = App(project=project, django=django.VERSION)
    values = read(SCHEMA.values(), {**REQUIRED, **environ}, app)
    defaults = {name: getattr(global_settings, name) for name in dir(global_settings)}
    return {**defaults, **project, **settings_for(values, app)}


def left(these):
    """The ids that Django's checks give for settings, and that are not silenced."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (base, csrf, sessions):
            patch.setattr(module, "settings", SimpleNamespace(**these))
        checks = [
            function
            for module in (base, csrf, sessions)
            for name, function in vars(module).items()
            if name.startswith("check_") and name != "check_csrf_failure_view"
        ]
        assert len(checks) > 15
        found = {message.id for check in checks for message in check(None)}
    return found - set(these["SILENCED_SYSTEM_CHECKS"])


def test_a_usual_project_has_no_warnings():
    assert left(made({})) == set()


def test_these_checks_see_something():
    found = left({**made({}), "SILENCED_SYSTEM_CHECKS": []})
    assert found == {"security.W004", "security.W008"}
    weak = left(made({"SECRET_KEY": "short", "SECRET_KEY_FALLBACKS": "shorter", "DEBUG": "1"}))
    assert {"security.W009", "security.W025", "security.W018"} <= weak


def test_a_project_without_the_middleware():
    assert left(made({}, {"MIDDLEWARE": []})) == {"security.W002", "security.W003"}
    assert left(made({"X_FRAME_OPTIONS": "DENY"}, {"MIDDLEWARE": []})) == {"security.W003"}


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(words) for name, words in CHOICES.items()}
    )
)
def test_no_decision_of_an_operators_leaves_a_warning(environ):
    try:
        these = made(environ)
    except ConfigurationError as error:
        assert {problem.name for problem in error.problems} <= {
            "SECURE_HSTS",
            "SECURE_HSTS_PRELOAD",
        }
    else:
        assert left(these) == set()
