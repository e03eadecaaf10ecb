"""What the settings of an app name, in the app's own process."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, os, sys
import django
from django.conf import settings
settings.configure(**json.loads(sys.argv[1]))
django.setup()
from entrypoint.services import Service, broker, cache, database, secrets
hide = secrets.redactor().text
rows = []
for module in (database, cache, broker):
    for each in module.services():
        if not isinstance(each, Service):
            rows.append([each.name, each.why, each.configured])
            continue
        try:
            each.connect(2)
        except Exception as error:
            rows.append([each.name, hide(each.where), type(error).__name__])
        else:
            rows.append([each.name, hide(each.where), "there"])
print(json.dumps(rows))
print(hide(sys.argv[2]))
"""

SQLITE = "django.db.backends.sqlite3"
LOCMEM = "django.core.cache.backends.locmem.LocMemCache"


@pytest.fixture
def ask(tmp_path):
    def run(settings, text="", **environ):
        (tmp_path / "website.py").write_text(
            "from celery import Celery\napp = Celery(broker='memory://')\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, json.dumps(settings), text],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path), **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        first, _, rest = done.stdout.partition("\n")
        return json.loads(first), rest.rstrip("\n")

    return run


def test_nothing(ask):
    rows, _ = ask({})
    assert rows == [
        ["database default", "the settings name none", False],
        ["cache default", "it is in each process's own memory", True],
        ["broker", "neither CELERY_APP nor APP names the Celery app", False],
    ]


def test_databases_are_asked(ask, tmp_path):
    there, missing = str(tmp_path / "a.sqlite3"), str(tmp_path / "no" / "b.sqlite3")
    databases = {
        "default": {"ENGINE": SQLITE, "NAME": there},
        "archive": {"ENGINE": SQLITE, "NAME": missing, "USER": "me", "HOST": "h", "PORT": "5"},
    }
    rows, _ = ask({"DATABASES": databases})
    assert rows[:2] == [
        ["database default", there, "there"],
        ["database archive", f"{missing} at h:5, user me", "OperationalError"],
    ]


def test_a_pool_is_not_used():
    program = """
from django.conf import settings
options = {"pool": True, "connect_timeout": "1", "application_name": "a"}
entry = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": options}
settings.configure(DATABASES={"default": entry})
import django; django.setup()
from django.db import connections
from entrypoint.services import database
connections["default"].vendor = "postgresql"
print(database.connect("default", 4.5).settings_dict["OPTIONS"])
print(settings.DATABASES["default"]["OPTIONS"])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    ours, settings = done.stdout.splitlines()
    assert eval(ours) == {"connect_timeout": 2, "application_name": "a"}
    assert eval(settings)["pool"] is True


def test_caches(ask, tmp_path):
    caches = {
        "default": {"BACKEND": LOCMEM},
        "files": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path),
        },
        "none": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
        "rows": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "t"},
        "own": {"BACKEND": "own.Cache", "LOCATION": ["x://:hunter2@h", "y"]},
    }
    (tmp_path / "own.py").write_text(
        "from django.core.cache.backends.locmem import LocMemCache\n"
        "class Cache(LocMemCache):\n"
        "    def __init__(self, location, params): super().__init__('', params)\n"
    )
    rows, text = ask({"CACHES": caches}, text="it is hunter2")
    assert [row for row in rows if row[0].startswith("cache")] == [
        ["cache default", "it is in each process's own memory", True],
        ["cache files", "it is in files", True],
        ["cache none", "it keeps nothing", True],
        ["cache rows", "it is in the database", True],
        ["cache own", "x://:***@h, y", "there"],
    ]
    assert text == "it is ***"


@pytest.mark.parametrize(
    ("environ", "why", "configured"),
    [
        ({"APP": "website"}, "it is in each process's own memory", True),
        ({"CELERY_APP": "website:app"}, "it is in each process's own memory", True),
        ({"APP": "nowhere"}, "there is no Celery app in nowhere", False),
        ({"APP": "json"}, "there is no Celery app in json", False),
    ],
)
def test_a_broker_that_needs_no_waiting(ask, environ, why, configured):
    rows, _ = ask({}, **environ)
    assert rows[-1] == ["broker", why, configured]


def test_a_broker_without_a_server_is_asked(ask, tmp_path):
    (tmp_path / "other.py").write_text(
        "from celery import Celery\napp = Celery(broker='amqp://u:hunter2@127.0.0.1:1//')\n"
    )
    rows, _ = ask({}, APP="other")
    assert rows[-1] == ["broker", "amqp://u:***@127.0.0.1:1//", "ConnectionRefusedError"]


def test_the_secrets_of_the_settings_are_hidden(ask):
    settings = {
        "SECRET_KEY": "of the settings",
        "DATABASES": {"default": {"ENGINE": SQLITE, "NAME": ":memory:", "PASSWORD": "sesame"}},
        "CACHES": {"default": {"BACKEND": LOCMEM, "OPTIONS": {"password": "rosebud"}}},
        "CELERY_BROKER_URL": "amqp://u:hunter2@h//",
        "SECRET_VARIABLES": ["CODE"],
    }
    text = "of the settings, sesame, rosebud, hunter2, from code; auth.User stays"
    _, hidden = ask(settings, text=text, CODE="from code")
    assert hidden == "***, ***, ***, ***, ***; auth.User stays"
