"""Probable mistakes are told where people look: by Django's commands, and in a role's log."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent / "project"
ENVIRON = {
    "SECRET_KEY": "abcdefghij" * 5,
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": "sqlite://",
    "CELERY_BROKER_URL": "memory://",
    "DB_PASSWORT": "geheim",
}
SENTENCE = "DB_PASSWORT (env) is not a variable of project."
HINT = "Did you mean DB_PASSWORD? If the app does read it, declare it: Var(name=…)."


@pytest.fixture
def run(tmp_path):
    (tmp_path / "static").mkdir()  # or WhiteNoise has a warning of its own

    def running(*arguments, **environ):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={"PYTHONPATH": str(PROJECT), "HOME": str(tmp_path), **ENVIRON, **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "geheim" not in done.stdout + done.stderr
        return done

    return running


def test_manage_check(run):
    done = run(PROJECT / "manage.py", "check")
    assert done.returncode == 0
    assert f"?: (settings_lib.W001) {SENTENCE}\n\tHINT: {HINT}\n" in done.stderr
    assert (done.stdout + done.stderr).count(SENTENCE) == 1


def test_a_server_logs_it(run):
    done = run("-c", "import project.wsgi", LOG_FORMAT="json")
    assert done.returncode == 0, done.stderr
    assert SENTENCE in done.stdout
    assert (done.stdout + done.stderr).count(SENTENCE) == 1
    assert "warning" in done.stdout


def test_of_gunicorns_workers_the_first_alone_logs_it(run):
    """Its workers are the arbiter's children; the second is told from the first by its number."""
    program = (
        "import sys\n"
        "class Arbiter:\n"
        "    worker_age = int(sys.argv[1])\n"
        "    def spawn_worker(self):\n"
        "        import project.wsgi\n"
        "Arbiter().spawn_worker()\n"
    )
    program = f"exec(compile({program!r}, 'x', 'exec'), {{'__name__': 'gunicorn.arbiter'}})"
    assert run("-c", program, "1").stdout.count(SENTENCE) == 1
    assert run("-c", program, "2").stdout == ""


def test_it_can_be_silenced(run, tmp_path):
    settings = tmp_path / "silent.py"
    settings.write_text(
        "from project.settings import *\nSILENCED_SYSTEM_CHECKS = ['settings_lib.W001']\n"
    )
    done = run("-c", "import project.wsgi", DJANGO_SETTINGS_MODULE="silent")
    assert (done.returncode, done.stdout) == (0, "")
    assert run("-c", "import project.wsgi", DB_PASSWORT="").stdout == ""
