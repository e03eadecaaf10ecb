"""``/__heartbeat__``: what is asked, when it answers, what it tells, and what it leaves behind."""

import asyncio
import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

import settings_lib
from settings_lib.health import checks, runs
from tests.unit.settings_lib.health import checks_of_an_app as own

OWN = own.__name__
NOWHERE = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/nowhere/db.sqlite3"}
PASSWORD = "geheim"


def postgresql(port):
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "127.0.0.1",
        "PORT": port,
        "NAME": "app",
        "USER": "app",
        "PASSWORD": PASSWORD,
    }


def redis(port):
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"redis://:{PASSWORD}@127.0.0.1:{port}/1",
    }


def text(details, name):
    (message,) = details[name]["messages"].values()
    return message


@pytest.fixture
def often(monkeypatch):
    """What a run found is not told again."""
    monkeypatch.setattr(runs, "FRESH", -1.0)


@pytest.fixture
def contenttypes(project):
    """An app with two migrations."""
    apps.set_installed_apps(["django.contrib.contenttypes"])
    yield
    apps.unset_installed_apps()


# What is asked


def test_all_is_fine(project):
    folder = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(project.folder / "cache"),
    }
    lite = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    project.set(
        DATABASES={**project_databases(), "other": lite},
        CACHES={"default": folder, "none": {"BACKEND": DUMMY_CACHE}},
        CELERY_BROKER_URL="memory://",
    )
    checks = ("database default", "migrations", "database other", "cache default", "broker")
    assert project.heartbeat() == ("ok", dict.fromkeys(checks, "ok"), {})


DUMMY_CACHE = "django.core.cache.backends.dummy.DummyCache"


def project_databases():
    from django.conf import settings

    return dict(settings.DATABASES)


def test_an_app_with_nothing(project):
    project.set(DATABASES={}, CACHES={"default": {"BACKEND": DUMMY_CACHE}})
    assert project.heartbeat() == ("ok", {}, {})

    async def ask():
        return await project.async_client().get("/__heartbeat__")

    assert asyncio.run(ask()).json() == {"status": "ok", "checks": {}, "details": {}}


def test_who_is_away_is_named(project, silent):
    silent.close()
    project.set(
        DATABASES={"default": NOWHERE, "other": postgresql(silent.port)},
        CACHES={"default": redis(silent.port), "mem": memcached(silent.port)},
        CELERY_BROKER_URL=f"amqp://app:{PASSWORD}@127.0.0.1:{silent.port}//",
    )
    status, checks, details = project.heartbeat()
    assert status == "error"
    assert checks == {
        "database default": "error",
        "migrations": "warning",
        "database other": "error",
        "cache default": "error",
        "cache mem": "error",
        "broker": "error",
    }
    assert {name: text(details, name) for name in checks} == {
        "database default": "OperationalError",
        "migrations": "cannot be looked at",
        "database other": "OperationalError",
        "cache default": "ConnectionError",
        "cache mem": "ConnectionRefusedError",
        "broker": "ConnectionRefusedError",
    }
    assert details["broker"]["status"] == "error"
    assert details["broker"]["level"] == 40


def memcached(port):
    return {
        "BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache",
        "LOCATION": f"127.0.0.1:{port}",
    }


def test_a_broker_where_kombu_is_imported_already(project):
    """Celery's imports replace the module by one without a spec."""
    import kombu

    assert kombu.__spec__ is None
    project.set(CELERY_BROKER_URL="memory://")
    assert project.heartbeat()[1]["broker"] == "ok"


def test_a_broker_of_several(project, silent):
    silent.close()
    away = f"amqp://127.0.0.1:{silent.port}//"
    project.set(CELERY_BROKER_URL=f"{away};{away};memory://")
    assert project.heartbeat()[1]["broker"] == "ok"


def test_a_broker_without_kombu(project, monkeypatch):
    monkeypatch.setattr("settings_lib.health.broker.installed", lambda _: False)
    project.set(CELERY_BROKER_URL="redis://127.0.0.1:1/0")
    assert "broker" not in project.heartbeat()[1]


def test_a_cache_that_keeps_nothing(project):
    project.set(CACHES={"default": {"BACKEND": f"{__name__}.Forgetful"}})
    status, checks, details = project.heartbeat()
    assert (status, checks["cache default"]) == ("error", "error")
    assert text(details, "cache default") == "it does not keep what it is given"


class Forgetful:
    def __init__(self, location, params):
        pass

    def set(self, key, value, timeout):
        pass

    def get(self, key):
        return None

    def delete(self, key):
        pass

    def close(self):
        pass


# Migrations


def test_unapplied_migrations_are_a_warning(project, contenttypes, often):
    client = project.client()
    answer = client.get("/__heartbeat__")
    assert answer.status_code == 200
    assert answer.json()["status"] == "warning"
    assert answer.json()["checks"] == {
        "database default": "ok",
        "migrations": "warning",
        "cache default": "ok",
    }
    assert answer.json()["details"] == {
        "migrations": {
            "status": "warning",
            "level": 30,
            "messages": {
                "migrations": "unapplied: contenttypes.0001_initial, "
                "contenttypes.0002_remove_content_type_name"
            },
        }
    }
    call_command("migrate", verbosity=0)
    assert client.get("/__heartbeat__").json()["status"] == "ok"
    call_command("migrate", "contenttypes", "0001", verbosity=0)
    back = client.get("/__heartbeat__").json()
    assert "contenttypes.0002_remove" in text(back["details"], "migrations")
    assert "0001" not in text(back["details"], "migrations")


def test_the_migrations_are_imported_only_where_some_are_missing(project, contenttypes):
    call_command("migrate", verbosity=0)
    modules = [name for name in sys.modules if name.startswith("django.contrib.contenttypes.mig")]
    for name in modules:
        del sys.modules[name]
    assert project.heartbeat()[0] == "ok"
    assert "django.contrib.contenttypes.migrations.0001_initial" not in sys.modules


def test_squashed_migrations_whose_parts_are_applied(project, tmp_path, monkeypatch, often):
    folder = tmp_path / "migrations_of_ours"
    folder.mkdir()
    (folder / "__init__.py").touch()
    one = "from django.db import migrations\nclass Migration(migrations.Migration):\n"
    (folder / "0001_initial.py").write_text(f"{one}    operations = []\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    project.set(MIGRATION_MODULES={"contenttypes": "migrations_of_ours"})
    apps.set_installed_apps(["django.contrib.contenttypes"])
    try:
        call_command("migrate", verbosity=0)
        (folder / "0001_squashed.py").write_text(
            f"{one}    replaces = [('contenttypes', '0001_initial')]\n    operations = []\n"
        )
        assert project.heartbeat()[0] == "ok"
    finally:
        apps.unset_installed_apps()


# The deadline


def silent_backends(project, silent):
    project.set(
        HEARTBEAT_TIMEOUT=1,
        DATABASES={"default": postgresql(silent.port)},
        CACHES={"default": redis(silent.port), "mem": memcached(silent.port)},
        CELERY_BROKER_URL=f"amqp://app:{PASSWORD}@127.0.0.1:{silent.port}//",
    )


def test_silent_backends_get_an_answer_in_time(project, silent):
    assert project.heartbeat()[0] == "ok"  # the imports of the first time
    silent_backends(project, silent)
    began = time.monotonic()
    status, checks, details = project.heartbeat()
    assert 0.9 < time.monotonic() - began < 3
    assert (status, checks.pop("migrations")) == ("error", "warning")
    assert set(checks.values()) == {"error"}
    # memcached's client may give up just before.
    assert {text(details, name) for name in checks} <= {"no answer within 1 s", "TimeoutError"}


def test_silent_backends_of_an_async_app(project, silent):
    silent_backends(project, silent)
    project.heartbeat()

    async def ask():
        ticks, answers = 0, []
        client = project.async_client()
        asked = asyncio.ensure_future(client.get("/__heartbeat__"))
        while not asked.done():
            await asyncio.sleep(0.01)
            ticks += 1
        answers.append(asked.result())
        return ticks, asked.result()

    began = time.monotonic()
    ticks, answer = asyncio.run(ask())
    assert time.monotonic() - began < 4
    assert ticks > 10  # the loop went on
    assert answer.status_code == 500
    assert answer.json()["checks"]["broker"] == "error"


def test_many_who_ask_hold_one_thread_and_one_connection_a_check(project, silent, often):
    silent_backends(project, silent)
    client = project.client()
    client.get("/__heartbeat__")  # its connections are the first, and may still be there
    others = threading.active_count()
    seconds = []

    def ask():
        began = time.monotonic()
        assert client.get("/__heartbeat__").status_code == 500
        seconds.append(time.monotonic() - began)

    asking = [threading.Thread(target=ask) for _ in range(40)]
    for each in asking:
        each.start()
        time.sleep(0.02)
    seen = threading.active_count() - others - sum(each.is_alive() for each in asking)
    assert seen <= 5, "a thread for each check"
    for each in asking:
        each.join()
    assert max(seconds) < 3
    # In two seconds, each of the five may have begun anew once or twice.
    assert len(silent.connections) <= 20


def test_whoever_asks_after_the_deadline_waits_for_nothing(project):
    project.set(HEARTBEAT_CHECKS=[f"{OWN}.hangs"], HEARTBEAT_TIMEOUT=2)
    client = project.client()
    client.get("/__heartbeat__")
    began = time.monotonic()
    answer = client.get("/__heartbeat__").json()
    assert time.monotonic() - began < 1.5
    assert text(answer["details"], f"{OWN}.hangs") == "no answer within 2 s"


def test_back_again_without_a_restart(project, often):
    database = project_databases()["default"]
    project.set(DATABASES={"default": {**database, "NAME": str(project.folder / "later" / "db")}})
    client = project.client()
    assert client.get("/__heartbeat__").status_code == 500
    (project.folder / "later").mkdir()
    assert client.get("/__heartbeat__").status_code == 200


def test_what_was_found_is_told_for_a_second(project, monkeypatch):
    own.used.clear()
    project.set(HEARTBEAT_CHECKS=[own.uses])
    client = project.client()
    for _ in range(5):
        assert client.get("/__heartbeat__").status_code == 200
    assert len(own.used) == 1
    monkeypatch.setattr(runs, "FRESH", 0.0)
    client.get("/__heartbeat__")
    assert len(own.used) == 2


def test_connections_are_closed(project):
    own.used.clear()
    project.set(HEARTBEAT_CHECKS=[own.uses])
    project.heartbeat()
    (used,) = own.used
    assert used.connection is None


SCRIPT = """
import sys, threading
from django.conf import settings
settings.configure(
    MIDDLEWARE=["settings_lib.health.HealthMiddleware"], DRAIN_FILE="/nowhere", ROOT_URLCONF=(),
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    HEARTBEAT_CHECKS=["checks_of_an_app.hangs"], HEARTBEAT_TIMEOUT=1,
)
import django; django.setup()
from django.test import Client
client = Client()
assert client.get("/__lbheartbeat__").status_code == 200
for name in ("kombu", "django.db.migrations", "settings_lib.health.checks"):
    assert name not in sys.modules, name
assert threading.active_count() == 1
assert client.get("/__heartbeat__").status_code == 500
"""


def test_nothing_is_imported_before_and_nothing_is_waited_for_at_the_end():
    path = [str(Path(own.__file__).parent), str(Path(settings_lib.__file__).parents[1])]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PYTHONPATH": os.pathsep.join(path)},
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert time.monotonic() - began < 20


def test_build_mode(tmp_path):
    script = "from django.test import Client; print(Client().get('/__heartbeat__').content)"
    project = Path(__file__).parents[1] / "project"
    path = [str(project), str(Path(settings_lib.__file__).parents[1])]
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {script}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
        env={
            "PYTHONPATH": os.pathsep.join(path),
            "BUILD": "1",
            "DJANGO_SETTINGS_MODULE": "project.settings",
        },
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert '"status": "ok"' in done.stdout
    assert '"broker": "ok"' in done.stdout


# The app's own checks


def test_own_checks(project):
    project.set(
        HEARTBEAT_CHECKS=[
            f"{OWN}.fine",
            own.fine_later,
            (f"{OWN}.old", {"hours": 7}),
            own.full,
            f"{OWN}.hangs_later",
            (f"{OWN}.Disk", {"path": "/data"}),
        ],
        HEARTBEAT_TIMEOUT=2,
    )
    status, checks, details = project.heartbeat()
    assert checks == {
        "database default": "ok",
        "migrations": "ok",
        "cache default": "ok",
        f"{OWN}.fine": "ok",
        f"{OWN}.fine_later": "ok",
        f"{OWN}.old": "warning",
        f"{OWN}.full": "error",
        f"{OWN}.hangs_later": "error",
        "Disk(path='/data')": "ok",
    }
    assert status == "error"
    assert details[f"{OWN}.old"]["messages"] == {"old": "the newest feed is 7 hours old"}
    assert text(details, f"{OWN}.full") == "the disk is full"
    assert text(details, f"{OWN}.hangs_later") in {"no answer within 2 s", "TimeoutError"}


def test_what_is_told_of_a_coroutine_that_had_its_time(project):
    assert checks.ask(own.hangs_later, 0.01).text == "TimeoutError"


def test_checks_of_django_health_check(project):
    from health_check import HealthCheck
    from health_check.exceptions import ServiceUnavailable, ServiceWarning

    class Raises(HealthCheck):
        def __init__(self, error):
            self.error = error

        def __repr__(self):
            return type(self.error).__name__

        def run(self):
            raise self.error

    project.set(
        HEARTBEAT_CHECKS=[
            "health_check.Storage",
            (Raises, {"error": ServiceWarning("almost full")}),
            (Raises, {"error": ServiceUnavailable("full")}),
        ],
        MEDIA_ROOT=str(project.folder),
    )
    _, checks, details = project.heartbeat()
    assert checks["Storage(alias='default')"] == "ok"
    assert (checks["ServiceWarning"], text(details, "ServiceWarning")) == ("warning", "almost full")
    assert (checks["ServiceUnavailable"], text(details, "ServiceUnavailable")) == ("error", "full")


def test_checks_that_cannot_be_had(project):
    project.set(HEARTBEAT_CHECKS=["nowhere.check", f"{OWN}.gone", f"{OWN}.Broken"])
    status, checks, details = project.heartbeat()
    assert status == "error"
    assert checks["nowhere.check"] == "error"
    assert text(details, "nowhere.check") == "cannot be had: ModuleNotFoundError"
    assert text(details, f"{OWN}.gone") == "cannot be had: ImportError"
    assert text(details, f"{OWN}.Broken") == "cannot be had: ValueError"


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (own.passes_on, "OSError"),
        ((own.passes_on, {"before": "cannot connect: "}), "OSError"),
        (own.surprised, "KeyError"),
    ],
)
def test_no_driver_s_text_is_told(project, silent, caplog, check, told):
    database = postgresql(silent.port)
    project.set(DATABASES={"default": database}, HEARTBEAT_CHECKS=[check])
    silent.close()
    answer = project.client().get("/__heartbeat__")
    (name,) = [name for name in answer.json()["checks"] if name.startswith(OWN)]
    assert text(answer.json()["details"], name) == told
    for secret in (PASSWORD, own.SECRET, "user", "127.0.0.1"):
        assert secret not in answer.content.decode() + caplog.text


def test_a_change_is_one_line_in_the_log(project, caplog, often):
    caplog.set_level("INFO", logger="settings_lib")
    database = project_databases()["default"]
    project.set(DATABASES={"default": {**database, "NAME": str(project.folder / "later" / "db")}})
    client = project.client()
    for _ in range(3):
        client.get("/__heartbeat__")
    (project.folder / "later").mkdir()
    for _ in range(3):
        client.get("/__heartbeat__")
    lines = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert sorted(lines) == [
        ("INFO", "/__heartbeat__: database default: ok"),
        ("INFO", "/__heartbeat__: migrations: ok"),
        ("WARNING", "/__heartbeat__: database default: error: OperationalError"),
        ("WARNING", "/__heartbeat__: migrations: warning: cannot be looked at"),
    ]


def test_a_process_that_may_start_no_thread(project, monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    status, checks, details = project.heartbeat()
    assert (status, set(checks.values())) == ("error", {"error"})
    assert text(details, "database default") == "no thread can be started"
