"""What an image says of its migrations, and what stands between two images."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.deploy import migrations
from toolkit.deploy.migrations import Database, Facts, Migration
from toolkit.errors import ConfigurationError

SAID = Path(__file__).with_name("said")

EMPTY = {"format": 1, "databases": [], "skipped": {}}


def m(*texts):
    return [Migration.parse(text) for text in texts]


def facts(*, applied=(), known=(), replaces=None, alias="default"):
    database = Database(
        alias=alias,
        vendor="postgresql",
        applied=frozenset(m(*applied)),
        known=frozenset(m(*known)),
        replaces=tuple(
            (Migration.parse(name), frozenset(m(*replaced)))
            for name, replaced in (replaces or {}).items()
        ),
        pending=(),
        scripts=(),
    )
    return Facts(databases=(database,), skipped=())


@pytest.mark.parametrize("vendor", ["postgresql", "mysql", "sqlite"])
def test_read(vendor):
    """What the program said in a container; tests/images/test_migrations_facts.py records it."""
    found = migrations.read((SAID / f"{vendor}.txt").read_text())
    [database] = found.databases
    assert (database.alias, database.vendor) == ("default", vendor)
    assert database.applied == {Migration(app="evolving", name="0001_initial")}
    assert Migration(app="website", name="0003_other") in database.known
    pending = [str(migration) for migration in migrations.pending(found)]
    assert [name for name in pending if name.startswith("evolving")] == [
        "evolving.0002_harmless",
        "evolving.0003_columns",
        "evolving.0004_tables",
        "evolving.0005_constraints",
        "evolving.0006_concurrently",
        "evolving.0007_by_hand",
        "evolving.0008_vouched",
    ]
    assert [script.migration for script in database.scripts] == list(database.pending)
    assert not any(script.problem for script in database.scripts)
    assert found.skipped == ()


def test_what_the_app_prints_is_passed_over():
    line = migrations.MARKER + json.dumps({**EMPTY, "skipped": {"other": "OperationalError"}})
    said = migrations.read(f"hello\n{migrations.MARKER}{{}}\nloading…\n{line}\nbye")
    assert said.skipped == (("other", "OperationalError"),)


def test_nothing_said():
    with pytest.raises(ConfigurationError, match="did not say which migrations it has"):
        migrations.read("Traceback\n")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": 2}', json.dumps(EMPTY)[:-10]])
def test_said_in_another_way(text):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        migrations.read(migrations.MARKER + text)


def test_pending_in_two_databases_is_one():
    [one] = facts().databases
    first, second = m("a.0001", "b.0001")
    databases = (replace(one, pending=(first, second)), replace(one, pending=(second,)))
    assert migrations.pending(Facts(databases=databases, skipped=())) == (first, second)


def test_between():
    current = facts(applied=("a.0001", "a.0002", "gone.0001"), known=("a.0001", "a.0002", "a.0003"))
    older = facts(known=("a.0001",))
    assert migrations.between(current, older) == tuple(m("a.0002"))
    assert migrations.between(older, current) == ()


def test_other_database_that_the_older_image_does_not_know():
    current = facts(alias="other", applied=("a.0001",), known=("a.0001",))
    assert migrations.between(current, facts(known=("a.0001",))) == tuple(m("a.0001"))


SQUASHED = {"a.0001_squashed": ("a.0001", "a.0002")}
ALL = ("a.0001", "a.0002", "a.0001_squashed")


def test_squashed_is_known_by_its_parts():
    older = facts(known=("a.0001", "a.0002"))
    for applied in (ALL, ALL[2:]):
        current = facts(applied=applied, known=ALL, replaces=SQUASHED)
        assert migrations.between(current, older) == ()
    assert (
        migrations.between(facts(applied=ALL, known=("a.0001_squashed",), replaces=SQUASHED), older)
        == ()
    )


def test_parts_are_known_by_the_squashed_one():
    older = facts(known=("a.0001_squashed",), replaces=SQUASHED)
    current = facts(applied=ALL[:2], known=ALL[:2])
    assert migrations.between(current, older) == ()


def test_squashed_twice():
    replaces = {**SQUASHED, "a.0001_again": ("a.0001_squashed", "a.0003")}
    current = facts(applied=("a.0001_again",), known=("a.0001_again",), replaces=replaces)
    assert migrations.between(current, facts(known=("a.0001", "a.0002", "a.0003"))) == ()
    assert migrations.between(current, facts(known=("a.0001", "a.0003"))) == tuple(
        m("a.0001_again")
    )


def test_part_that_is_lacking_is_named_instead_of_the_squashed_one():
    current = facts(applied=ALL, known=ALL, replaces=SQUASHED)
    assert migrations.between(current, facts(known=("a.0001",))) == tuple(m("a.0002"))


def test_squashed_one_alone_is_named():
    current = facts(applied=ALL, known=("a.0001_squashed",), replaces=SQUASHED)
    assert migrations.between(current, facts()) == tuple(m("a.0001_squashed"))


# The program itself, on SQLite, with the Django that is here. Databases that are servers, and
# images: tests/images/test_migrations_facts.py.

MANAGE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "conf"
print("before", end="")
from django.core.management import execute_from_command_line
if __name__ == "__main__":
    execute_from_command_line(sys.argv)
    print("never")
"""

SETTINGS = """
import sys
assert sys.argv[1:] == ["migrate"], sys.argv
INSTALLED_APPS = ["django.contrib.contenttypes"]
SQLITE = "django.db.backends.sqlite3"
DATABASES = {
    "default": {"ENGINE": SQLITE, "NAME": "default.db"},
    "copy": {"ENGINE": SQLITE, "NAME": "/none/db", "TEST": {"MIRROR": "default"}},
    "unused": {"ENGINE": SQLITE, "NAME": "unused.db"},
    "away": {"ENGINE": SQLITE, "NAME": "/none/db", "PASSWORD": "geheim"},
}
"""


@pytest.fixture
def app(tmp_path):
    (tmp_path / "manage.py").write_text(MANAGE)
    (tmp_path / "conf.py").write_text(SETTINGS)
    return tmp_path


@pytest.fixture
def ask(app):
    """Runs the program where an app is, as a container does."""

    def run(*names):
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with migrations.PROGRAM.open() as program:
            return subprocess.run(
                [sys.executable, "-", *names],
                cwd=app,
                env=keep,
                stdin=program,
                capture_output=True,
                text=True,
                check=False,
            )

    return run


def test_program(ask):
    done = ask()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("before\n" + migrations.MARKER)
    found = migrations.read(done.stdout)
    [database] = found.databases
    assert database.applied == frozenset()
    assert [str(one) for one in migrations.pending(found)] == [
        "contenttypes.0001_initial",
        "contenttypes.0002_remove_content_type_name",
    ]
    [(alias, reason)] = found.skipped
    assert alias == "away"
    assert reason.startswith("OperationalError")
    assert "geheim" not in done.stdout


def test_program_with_names(ask):
    names = ("contenttypes.0002_remove_content_type_name", "gone.0001")
    [database] = migrations.read(ask(*names).stdout).databases
    gone, removed = database.scripts
    assert (str(gone.migration), gone.problem) == (names[1], "this image does not have it")
    assert str(removed.migration) == names[0]
    assert [operation.says for operation in removed.operations][-1:] == [
        "Remove field name from contenttype"
    ]


def test_program_when_settings_are_wrong(ask, app):
    (app / "conf.py").write_text("import no_such_module")
    done = ask()
    assert (done.returncode, migrations.MARKER in done.stdout) == (78, False)
    assert done.stderr.startswith("migrations: ModuleNotFoundError")
    assert len(done.stderr.splitlines()) == 1


def test_program_when_the_database_does_not_answer(ask, app):
    (app / "conf.py").write_text(SETTINGS.replace('"default.db"', '"/none/db"'))
    done = ask()
    assert done.returncode == 69
    assert done.stderr.startswith("migrations: OperationalError")


def test_program_when_manage_py_is_something_else(ask, app):
    (app / "manage.py").write_text("print('hello')")
    done = ask()
    assert done.returncode == 1
    assert "has called no command" in done.stderr


def test_program_is_in_the_old_pythons_language():
    """The oldest Python of an image is 3.9; ruff, with `target-version`, looks at the rest."""
    import ast

    ast.parse(migrations.PROGRAM.read_text(), feature_version=(3, 9))
