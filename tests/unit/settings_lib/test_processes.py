"""What a process does with right and with wrong settings: manage.py, gunicorn, Celery."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent / "project"
CORRECT = {
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": "sqlite://",
    "CELERY_BROKER_URL": "memory://",
}
GUNICORN = ("-m", "gunicorn", "--bind", "127.0.0.1:0", "project.wsgi")


@pytest.fixture
def python(tmp_path):
    """Runs Python on the project with only this environment, in an empty folder."""

    def run(*arguments, **environ):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={"PYTHONPATH": str(PROJECT), "HOME": str(tmp_path), **environ},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return run


def needs(package):
    return pytest.mark.skipif(not find_spec(package), reason=f"{package} is not installed")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param((PROJECT / "manage.py", "check"), 78, id="manage.py"),
        pytest.param((PROJECT / "manage.py", "runserver"), 78, id="runserver"),
        pytest.param(GUNICORN, 3, id="gunicorn", marks=needs("gunicorn")),
        pytest.param((*GUNICORN, "--preload"), 78, id="preload", marks=needs("gunicorn")),
        pytest.param(
            ("-m", "celery", "-A", "project", "worker"), 78, id="c", marks=needs("celery")
        ),
    ],
)
def test_wrong_settings_end_it(python, arguments, code):
    run = python(*arguments, DEBUG="geheim")
    assert run.returncode == code
    assert run.stderr.count("The settings of project have 4 problems:") == 1
    assert "DEBUG (env) is not a valid bool." in run.stderr
    assert "Traceback" not in run.stderr + run.stdout
    assert "geheim" not in run.stderr + run.stdout


def test_nobody_listens(python, tmp_path):
    """Its standard error is closed, as some process managers do."""
    program = f"exec {sys.executable} {PROJECT / 'manage.py'} check 2>&-"
    done = subprocess.run(
        ["sh", "-c", program], cwd=tmp_path, env={"PYTHONPATH": str(PROJECT)}, check=False
    )
    assert done.returncode == 78


def test_right_settings(python):
    run = python("-W", "error", PROJECT / "manage.py", "check", **CORRECT)
    assert (run.returncode, run.stderr) == (0, "")


def test_static_files_and_health(python):
    build = python(PROJECT / "manage.py", "collectstatic", "--noinput", BUILD="1")
    assert build.returncode == 0, build.stderr
    run = python(PROJECT / "probe.py", **CORRECT)
    lines = run.stdout.splitlines()
    assert lines[:2] == ["200 ok", "200 ok"]
    assert any(line.startswith("200 /static/style.") and "style.css" not in line for line in lines)
    assert any(line.startswith("400 ") for line in lines)
    redirected = python(PROJECT / "probe.py", SECURE_SSL_REDIRECT="1", **CORRECT)
    assert redirected.stdout.splitlines()[:2] == ["200 ok", "200 ok"]
    assert "301 " in redirected.stdout


def test_pages_before_collectstatic(python):
    tested = python(PROJECT / "probe.py", BUILD="1", ALLOWED_HOSTS="example.org")
    assert "200 /static/style.css" in tested.stdout
    served = python(PROJECT / "probe.py", **CORRECT)
    assert "Missing staticfiles manifest entry" in served.stderr
