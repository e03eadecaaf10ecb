"""What `toolkit deploy` asks an image about its migrations: on real databases, in a container.

What the program says here is what the unit tests read: RECORD_MIGRATIONS=1 writes it anew.
"""

import os
import time
from pathlib import Path

import pytest
from containers import HARDENED
from databases import ENGINES, PASSWORD

from toolkit.deploy import lint, migrations

SAID = Path(__file__).parents[1] / "unit/toolkit/deploy/said"

ENVIRON = ("--env=SECRET_KEY=of the tests", "--env=ALLOWED_HOSTS=*", "--env=SLOW_SECONDS=0")


@pytest.fixture(scope="module")
def evolving_image(apps, racing_image):
    """An image FROM racing's: tests/apps/evolving."""
    return apps.build("evolving", "--build-arg", f"PARENT={racing_image}")


@pytest.fixture
def ask(containers):
    """Runs the program in an image as a host does."""

    def run(image, options, *names):
        argv = ("exec", "python", "-", *names)
        program = migrations.PROGRAM.read_text()
        done = containers.run(image, *argv, options=(*HARDENED, *ENVIRON, *options), stdin=program)
        assert PASSWORD not in done.stdout + done.stderr
        return done

    return run


def names(found):
    return [str(migration) for migration in found]


@pytest.fixture
def migrate(containers, evolving_image):
    """Applies migrations, and returns which."""

    def run(options, *words):
        argv = ("manage", "migrate", *words)
        done = containers.run(evolving_image, *argv, options=(*HARDENED, *ENVIRON, *options))
        assert done.returncode == 0, done.stderr
        lines = [line for line in done.stdout.splitlines() if line.startswith("  Applying ")]
        return [line.split()[1].removesuffix("...") for line in lines]

    return run


@pytest.mark.parametrize("kind", ENGINES)
def test_facts(evolving_image, databases, containers, migrate, ask, say, kind):
    options = databases.create(kind, containers).options
    assert migrate(options, "evolving", "0001") == ["evolving.0001_initial"]

    began = time.monotonic()
    done = ask(evolving_image, options)
    say(f"{kind}: {time.monotonic() - began:.1f} s for the container")
    assert (done.returncode, done.stderr) == (0, "")
    facts = migrations.read(done.stdout)
    [database] = facts.databases
    assert names(database.applied) == ["evolving.0001_initial"]
    recorded = SAID / f"{database.vendor}.txt"
    if os.environ.get("RECORD_MIGRATIONS"):
        recorded.write_text(done.stdout)
    assert recorded.read_text() == done.stdout
    # What it said is what happens.
    assert migrate(options) == names(migrations.pending(facts))


def test_between_two_images(evolving_image, racing_image, databases, containers, migrate, ask):
    options = databases.create("postgresql", containers).options
    migrate(options)
    current = migrations.read(ask(evolving_image, options).stdout)
    assert (migrations.pending(current), lint.findings(current)) == ((), ())
    older = migrations.read(ask(racing_image, options).stdout)
    between = migrations.between(current, older)
    assert {migration.app for migration in between} == {"evolving", "squashed"}
    assert migrations.between(older, current) == ()

    told = migrations.read(ask(evolving_image, options, *names(between)).stdout)
    # One that is squashed is told of by the one that stands for it.
    assert {str(one.migration) for one in told.databases[0].scripts} == {
        *(name for name in names(between) if name.startswith("evolving")),
        "squashed.0001_squashed_0002_second",
    }
    # All of their tables are new to an image that has not even the first.
    assert lint.findings(told) == ()
    last = migrations.read(ask(evolving_image, options, "evolving.0003_columns").stdout)
    codes = {finding.code for finding in lint.findings(last)}
    assert codes >= {"DROP_COLUMN", "RENAME_COLUMN", "NOT_NULL"}


def test_database_that_does_not_answer(evolving_image, ask):
    done = ask(evolving_image, (f"--env=DATABASE_URL=postgres://app:{PASSWORD}@127.0.0.1/app",))
    assert done.returncode == 69
    assert "migrations: OperationalError: " in done.stderr
    assert migrations.MARKER not in done.stdout


def test_settings_that_cannot_be_loaded(evolving_image, ask):
    done = ask(evolving_image, ("--env=DATABASE_URL=", "--env=SECRET_KEY="))
    assert done.returncode in {1, 78}
    assert "Traceback" not in done.stderr
