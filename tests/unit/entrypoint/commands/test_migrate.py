"""`migrate` and `wait_migrated` through a real manage.py, on SQLite."""

import fcntl
import os
import sqlite3
from contextlib import closing

import pytest

NOTHING = "No migrations to apply."


@pytest.fixture
def migrated(site):
    done = site.run("migrate")
    assert done.returncode == 0, done.stderr
    return site


@pytest.fixture
def held(site):
    """Somebody else has the lock."""
    with open(site.root / "db.sqlite3.migrate.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("container other")
        file.flush()
        yield


def test_pending_migrations_are_applied(migrated):
    assert migrated.recorded() == ["0001_first"]


@pytest.mark.parametrize("options", [(), ("--verbosity=0",), ("--force-color",), ("--no-color",)])
def test_nothing_pending_prints_what_django_prints(migrated, held, options):
    ours = migrated.run("migrate", *options, MIGRATE_TIMEOUT="0")
    djangos = migrated.run("manage", "migrate", *options)
    assert (ours.returncode, ours.stderr, ours.stdout) == (0, "", djangos.stdout)


def test_the_lock_of_somebody_else(site, held):
    done = site.run("migrate", MIGRATE_TIMEOUT="0.1")
    assert done.returncode == 75
    assert "was not had within 0.1 s: container other has it." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("option", "code"), [("--plan", 0), ("--check", 1)])
def test_looking_needs_no_lock(site, held, option, code):
    done = site.run("migrate", option, MIGRATE_TIMEOUT="0")
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize(
    "args", [("website",), ("--run-syncdb",), ("website", "zero"), ("--fake",)]
)
def test_anything_but_plain_is_djangos_under_the_lock(migrated, held, args):
    assert migrated.run("migrate", *args, MIGRATE_TIMEOUT="0").returncode == 75


def test_a_squashed_migration_is_recorded_with_nothing_to_apply(migrated):
    migrated.migration("0001_squashed", replaces=["0001_first"])
    done = migrated.run("migrate")
    assert done.returncode == 0, done.stderr
    assert NOTHING in done.stdout
    assert migrated.recorded() == ["0001_first", "0001_squashed"]


def test_conflicts_are_djangos_error_with_nothing_pending_too(migrated):
    for name in ("0002_one", "0002_two"):
        migrated.migration(name, after=["0001_first"])
        with closing(sqlite3.connect(migrated.root / "db.sqlite3")) as database:
            insert = "INSERT INTO django_migrations (app, name, applied) VALUES ('website', ?, 0)"
            database.execute(insert, [name])
            database.commit()
    done = migrated.run("migrate")
    assert done.returncode == 1
    assert "CommandError: Conflicting migrations detected" in done.stderr


def test_a_failing_migration_keeps_its_exception_and_frees_the_lock(migrated):
    migrated.migration("0002_bad", after=["0001_first"], code="raise KeyError('of the app')")
    done = migrated.run("migrate")
    assert done.returncode == 1
    assert "KeyError: 'of the app'" in done.stderr
    migrated.migration("0002_bad", after=["0001_first"])
    assert migrated.run("migrate", MIGRATE_TIMEOUT="0").returncode == 0


def test_a_lock_that_is_lost_ends_it_before_the_next_migration(site):
    lose = "import os; os.unlink('db.sqlite3.migrate.lock')"
    site.migration("0002_loses", after=["0001_first"], code=lose)
    site.migration("0003_last", after=["0002_loses"])
    done = site.run("migrate")
    assert done.returncode == 75
    assert "the lock for migrate is lost" in done.stderr
    assert "Traceback" not in done.stderr
    assert site.recorded() == ["0001_first", "0002_loses"]
    assert site.run("migrate").returncode == 0


NESTED = """
from django.core.management import call_command
from django.db import migrations

begun = []

def mark(apps, schema_editor):
    if not begun:
        begun.append(True)
        call_command("migrate", "website", "0001", verbosity=0)
        print("nested: done")

class Migration(migrations.Migration):
    atomic = False
    dependencies = [("website", "0001_first")]
    operations = [migrations.RunPython(mark)]
"""


def test_a_migration_that_migrates_does_not_wait_for_itself(site):
    site.write("website/migrations/0002_nested.py", NESTED)
    done = site.run("migrate", MIGRATE_TIMEOUT="0")
    assert done.returncode == 0, done.stderr
    assert "nested: done" in done.stdout


def test_the_direct_database_is_the_one_that_is_migrated(site):
    done = site.run("migrate", DIRECT="direct.sqlite3")
    assert done.returncode == 0, done.stderr
    assert (site.root / "direct.sqlite3.migrate.lock").is_file()
    with closing(sqlite3.connect(site.root / "direct.sqlite3")) as database:
        count = "SELECT count(*) FROM django_migrations WHERE app = 'website'"
        assert database.execute(count).fetchone() == (1,)
    assert not (site.root / "db.sqlite3").exists()


def test_a_project_without_a_database(site):
    path = site.root / "website/settings.py"
    path.write_text(path.read_text() + "\nDATABASES = {}\n")
    done = site.run("migrate")
    assert done.returncode == 1
    assert "ImproperlyConfigured" in done.stderr
    assert "warning" not in done.stderr


def test_a_wrong_timeout(site):
    done = site.run("migrate", MIGRATE_TIMEOUT="10m")
    assert done.returncode == 78
    assert "MIGRATE_TIMEOUT is not a number of seconds" in done.stderr
    assert "10m" not in done.stderr


def test_the_second_of_two_waits_and_finds_nothing_to_do(site):
    flag = site.root / "go"
    wait = f"any(os.path.exists({str(flag)!r}) or time.sleep(0.1) for _ in range(200))"
    site.migration("0002_slow", after=["0001_first"], code=f"import os, time; {wait}")
    first = site.start("migrate")
    while "0001_first... OK" not in first.stdout.readline():
        pass
    second = site.start("migrate")
    assert "waiting for the lock" in second.stderr.readline()
    flag.touch()
    assert NOTHING in second.communicate(timeout=30)[0]
    first.communicate(timeout=30)
    assert (first.returncode, second.returncode) == (0, 0)


def test_system_checks_find_djangos_own_command(site):
    """Django's checks look `migrate` up by its app's name."""
    done = site.run("migrate", "--verbosity=2")
    assert done.returncode == 0, done.stderr
    assert os.path.isfile(site.root / "db.sqlite3")
