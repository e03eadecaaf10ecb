"""`release` on a built image: what a new version needs once, in one process."""

import re

import pytest
from containers import HARDENED

MIGRATED = "Applying website.0003_other... OK"
BEFORE_SLOW = "Applying website.0001_initial... OK"


@pytest.fixture
def release(racing_image, containers):
    """Runs `release` with a volume for SQLite's file and for what stands for a bucket."""
    volume = ("--volume", f"{containers.create('volume')}:/data")

    def options(**variables):
        variables = {
            "SECRET_KEY": "of the tests",
            "ALLOWED_HOSTS": "*",
            "DATABASE_URL": "sqlite:////data/db",
            "SLOW_SECONDS": "0",
            **variables,
        }
        return (*HARDENED, *volume, *(f"--env={name}={text}" for name, text in variables.items()))

    def run(*args, verb="release", **variables):
        return containers.run(racing_image, verb, *args, options=options(**variables))

    run.options = options
    return run


def summary(done):
    """Return what became of each step, and the rest of its line."""
    lines = done.stdout.partition("==> release\n")[2].splitlines()
    return [tuple(re.split(r"\s{2,}", line.strip(), maxsplit=2)) for line in lines]


def states(done):
    return [row[1] for row in summary(done)]


def test_static_files_elsewhere_are_uploaded(release):
    done = release(REMOTE_STATIC="/data/bucket")
    assert done.returncode == 0, done.stderr
    assert [row[:2] for row in summary(done)] == [
        ("migrate", "done"),
        ("collectstatic", "done"),
        ("compress", "done"),
    ]
    assert all(re.fullmatch(r"\d+\.\d s", row[2]) for row in summary(done))
    assert MIGRATED in done.stdout
    assert "1 static file copied" in done.stdout
    found = release("find", "/data/bucket", "-type", "f", "-name", "*.css", verb="exec")
    assert len(found.stdout.split()) == 2  # as it was, and compressed


def test_static_files_in_the_image_stay(release):
    done = release()
    assert done.returncode == 0, done.stderr
    assert states(done) == ["done", "skipped", "skipped"]
    assert "static files are in the image" in done.stdout


def test_steps_can_be_skipped(release):
    done = release("--skip", "migrate", RELEASE_SKIP="compress", REMOTE_STATIC="/data/bucket")
    assert done.returncode == 0, done.stderr
    assert states(done) == ["skipped", "done", "skipped"]
    assert "Applying" not in done.stdout


def test_the_first_failure_ends_it_with_its_own_code(release):
    done = release(REMOTE_STATIC="/proc/nowhere")
    assert done.returncode == 1
    assert states(done) == ["done", "failed", "not begun"]
    assert "FileNotFoundError" in done.stderr
    later = release(DATABASE_URL="sqlite:////nowhere/db", REMOTE_STATIC="/data/bucket")
    assert later.returncode != 0
    assert states(later) == ["failed", "not begun", "not begun"]


def test_a_lock_that_is_not_had_is_its_own_code(release, racing_image, containers):
    options = release.options(SLOW_SECONDS="600")
    holder = containers.start(racing_image, "release", options=options)
    holder.wait_for_log(BEFORE_SLOW)
    late = release("--timeout", "1", MIGRATE_TIMEOUT="600")
    assert late.returncode == 75, late.stderr
    assert states(late) == ["failed", "not begun", "not begun"]
    assert "not had within 1 s" in late.stderr
    # TERM in the middle of a migration ends it as it ends `manage.py migrate`.
    ended = holder.end("TERM")
    assert ended.code == 143
    assert ended.seconds < 2
    assert states(release()) == ["done", "skipped", "skipped"]


@pytest.mark.parametrize(
    ("args", "variables", "code"),
    [
        (("--skip", "nonsense"), {}, 64),
        (("--timeout", "soon"), {}, 64),
        ((), {"RELEASE_SKIP": "migrate,nonsense"}, 78),
        ((), {"MIGRATE_TIMEOUT": "soon"}, 78),
    ],
)
def test_wrong_words_are_told_before_anything_begins(release, args, variables, code):
    done = release(*args, **variables)
    assert done.returncode == code
    assert done.stdout == ""
    if "nonsense" in (*args, *variables.values()):
        assert "They are: migrate, collectstatic, compress." in done.stderr
