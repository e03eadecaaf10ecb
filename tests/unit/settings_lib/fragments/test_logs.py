import json
import logging.config
import subprocess
import sys

import pytest

from settings_lib.app import App
from settings_lib.fragments import logs

#: As projects have it: Django's documentation, a library that talks much, one that is muted.
PROJECT = {
    "version": 1,
    "disable_existing_loggers": True,
    "filters": {"never": {"()": "logging.Filter", "name": "nobody"}},
    "formatters": {"verbose": {"format": "OLD %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "verbose"},
        "file": {"class": "logging.FileHandler", "filename": "/nonexistent/app.log"},
        "null": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "ERROR"},
    "loggers": {
        "": {"handlers": ["file"], "level": "CRITICAL"},
        "app": {"handlers": ["console", "file"], "level": "DEBUG", "propagate": False},
        "chatty": {"level": "WARNING"},
        "muted": {"handlers": ["null"], "propagate": False},
        "filtered": {"filters": ["never"]},
        "django": {"handlers": ["console"], "level": "WARNING"},
        "gunicorn.error": {"handlers": ["console"], "level": "DEBUG"},
    },
}


def test_settings(values):
    found = logs.settings(values(LOG_FORMAT="json", LOG_LEVEL="WARNING"), App())
    config = found["LOGGING"]
    assert config["handlers"]["container"]["formatter"] == "json"
    assert config["handlers"]["container"]["level"] == "WARNING"
    assert config["root"]["level"] == "WARNING"
    logging.config.DictConfigurator(config)
    assert found["MIDDLEWARE"] == [logs.MIDDLEWARE]


def test_the_middleware_is_the_first_and_there_once(values):
    app = App(project={"MIDDLEWARE": ("other", logs.MIDDLEWARE)})
    assert logs.settings(values(), app)["MIDDLEWARE"] == [logs.MIDDLEWARE, "other"]


def test_the_level_has_an_alias(values):
    assert values(DJANGO_LOG_LEVEL="Debug")["LOG_LEVEL"] == "debug"


def test_of_the_projects_own_the_levels_stay(values):
    app = App(project={"LOGGING": PROJECT})
    config = logs.settings(values(), app)["LOGGING"]
    assert set(config["handlers"]) == {"container", "silence"}
    assert config["root"] == {"handlers": ["container"], "level": "INFO"}
    assert "level" not in config["handlers"]["container"]
    found = config["loggers"]
    assert set(found) == {"app", "chatty", "muted", "filtered", "django", "django.server"}
    assert found["app"] == {"level": "DEBUG", "filters": [], "handlers": [], "propagate": True}
    assert found["muted"]["handlers"] == ["silence"]
    assert found["muted"]["propagate"] is False
    assert found["filtered"]["filters"] == ["never"]
    assert found["django"]["level"] == "WARNING"
    assert all(found[name]["propagate"] for name in ("django", "django.server", "chatty"))


@pytest.mark.parametrize("broken", [None, (), "no"])
def test_a_project_whose_own_is_none(values, broken):
    assert logs.settings(values(), App(project={"LOGGING": broken}))["LOGGING"]["root"]


SETTINGS = f"""
import logging
logging.getLogger("library")  # there before Django's set-up, as a library's is
INSTALLED_APPS = []
LOGGING = {PROJECT!r}
from settings_lib import configure
configure(globals(), app="app")
"""

PROGRAM = """
import logging, warnings
import django
django.setup()
for name in ("app", "library", "chatty", "muted", "filtered", "django.request", "django.server",
             "gunicorn.other"):
    for level in (logging.DEBUG, logging.INFO, logging.ERROR):
        logging.getLogger(name).log(level, "%s %s", name, logging.getLevelName(level))
warnings.warn("careful", UserWarning, stacklevel=1)
"""


@pytest.fixture
def run(tmp_path, complete):
    """Runs the program above in a process, with variables, and returns its lines."""
    (tmp_path / "app_settings.py").write_text(SETTINGS)

    def do(**environ):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=tmp_path,
            env={**complete, "DJANGO_SETTINGS_MODULE": "app_settings", **environ},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout.splitlines()

    return do


def test_each_line_once(run):
    lines = [json.loads(line) for line in run(LOG_FORMAT="json")]
    told = [line["message"] for line in lines if line["logger"] != "settings_lib"]
    [warning] = [text for text in told if "UserWarning: careful" in text]
    told.remove(warning)
    assert told == [
        *("app DEBUG", "app INFO", "app ERROR"),
        *("library INFO", "library ERROR"),
        "chatty ERROR",
        "django.request ERROR",
        *("django.server INFO", "django.server ERROR"),
        *("gunicorn.other INFO", "gunicorn.other ERROR"),
    ]


def test_log_level_is_a_floor(run):
    lines = [line for line in run(LOG_LEVEL="error") if "settings_lib" not in line]
    assert [line.rpartition("] ")[2] for line in lines] == [
        f"{name} ERROR"
        for name in (
            *("app", "library", "chatty"),
            *("django.request", "django.server", "gunicorn.other"),
        )
    ]
    lines = run(LOG_LEVEL="debug")
    assert any("library DEBUG" in line for line in lines)
    assert not any("chatty INFO" in line for line in lines)
