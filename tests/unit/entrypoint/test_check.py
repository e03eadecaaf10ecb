"""`check` on real Django projects, each in a process of its own as in a container."""

import json
import sqlite3
import subprocess
import sys

import pytest

from entrypoint import declarations
from entrypoint.checking import ours
from entrypoint.checking.problems import Problem, Report
from entrypoint.dispatch import dispatch
from entrypoint.plan import Plan
from entrypoint.project import Project
from entrypoint.table import Table
from entrypoint.verbs.check import plan_check

# The machine that the tests run on has no /run/app.
PROGRAM = """
import sys
from entrypoint.checking import main, ours
ours.check_writable = lambda path: None
sys.exit(main(tuple(sys.argv[2:]), sys.argv[1]))
"""

MANAGE = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "website.settings_docker")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""

PLAIN = """
import os
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "website.urls"
INSTALLED_APPS = ["website"]
USE_TZ = True
DATABASES = {}
"""

LIBRARY = """
from settings_lib import Var, configure
ROOT_URLCONF = "website.urls"
INSTALLED_APPS = ["website"]
configure(globals(), app="website", extra=[Var(name="CODE", secret=True, help="")])
"""

CHECKS = """
from django.apps import AppConfig
from django.core import checks

class Website(AppConfig):
    name = "website"
    def ready(self):
        @checks.register
        def moon(app_configs, **options):
            return [checks.%s("The moon is of-the-tests.", hint="Wait a week.", id="website.X001")]
"""

SECRET = "of-the-tests"


@pytest.fixture
def website(app):
    """Writes a Django project, and returns what checks it."""

    def write(settings=PLAIN, **more):
        files = {
            "manage.py": MANAGE,
            "website/__init__.py": "",
            "website/wsgi.py": "",
            "website/urls.py": "urlpatterns = []",
            "website/settings_docker.py": settings,
            **more,
        }
        root = app(*files, **files)

        def check(*args, **environ):
            variables = {"PATH": "/usr/bin:/bin", "APP": "website", "SECRET_KEY": SECRET, **environ}
            return subprocess.run(
                [sys.executable, "-c", PROGRAM, root, *args],
                env={name: value for name, value in variables.items() if value is not None},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )

        return check

    return write


def found(done, where=None):
    """Return the problems, by name, of the JSON that was printed."""
    report = json.loads(done.stdout)
    return {
        each["name"] or each["id"]: each
        for each in report["problems"]
        if where in (None, each["where"])
    }


def test_an_environment_that_is_right(website):
    done = website(PLAIN.replace('["SECRET_KEY"]', '["SECRET_KEY"] * 5'))("--json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["ok"]
    assert report["exit_code"] == 0
    assert report["looked_at"] == ["entrypoint", "settings", "django"]
    assert {each["level"] for each in report["problems"]} == {"warning"}
    assert "security.W002" in {each["id"] for each in report["problems"]}
    assert done.stderr == ""


def test_no_problem_at_all(website):
    settings = PLAIN + "SILENCED_SYSTEM_CHECKS = [f'security.W{n:03}' for n in range(30)]\n"
    done = website(settings)()
    assert done.returncode == 0
    first, second = done.stdout.splitlines()
    assert first == "No problems."
    assert second.startswith("SILENCED_SYSTEM_CHECKS hides ")


def test_every_problem_at_once(website):
    done = website(LIBRARY)(
        "--json",
        SECRET_KEY=None,
        PORT="lots",
        WEB_CONCURRENCY="many",
        WEB_INTERFACE="gopher",
        WAIT_TIMEOUT="1e3",
        UMASK="999",
        DRAIN_SECONDS="soon",
        DEBUG="maybe",
        SENTRY_DSN="geheim",
    )
    assert done.returncode == 78
    assert set(found(done, "entrypoint")) == {
        *("PORT", "WEB_CONCURRENCY", "WEB_INTERFACE", "WAIT_TIMEOUT", "UMASK", "DRAIN_SECONDS")
    }
    problems = found(done, "settings")
    assert set(problems) == {"SECRET_KEY", "DEBUG", "SENTRY_DSN", "DATABASE_URL"}
    assert problems["DEBUG"] == {
        "where": "settings",
        "id": "settings.variable",
        "level": "error",
        "name": "DEBUG",
        "source": "env",
        "wrong": "is not a valid bool.",
        "right": "Expected true or false (also 1/0, yes/no, on/off).",
        "example": "true",
    }
    assert json.loads(done.stdout)["looked_at"] == ["entrypoint", "settings"]
    assert done.stderr == ""
    assert "geheim" not in done.stdout


def test_the_same_for_people(website):
    done = website(LIBRARY)(PORT="lots", ALLOWED_HOSTS="a", DATABASE_URL="sqlite://:memory:")
    assert done.returncode == 78
    lines = done.stdout.splitlines()
    assert lines[0] == "The entrypoint: 1 error"
    assert lines[1].startswith("  - PORT is not ")
    assert lines[2].startswith("    ")
    assert "Django's checks: " in done.stdout
    assert "Not looked at" not in done.stdout
    done = website(LIBRARY)(DEBUG="maybe")
    assert "The settings: 2 errors" in done.stdout
    assert "Not looked at, until that is right: Django's checks.\n" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("settings", "environ", "wrong", "right"),
    [
        (PLAIN, {"SECRET_KEY": None}, "KeyError: 'SECRET_KEY' (website/settings_docker.py, line 3)",
         "If it looks for a variable: set SECRET_KEY."),
        ("from django.core.exceptions import ImproperlyConfigured\n"
         "raise ImproperlyConfigured('Set X, not of-the-tests')", {},
         "ImproperlyConfigured: Set X, not ***", "its place"),
        ("import nowhere", {}, "ModuleNotFoundError: No module named 'nowhere'", "requirements"),
        ("import sys\nsys.exit('no of-the-tests')", {}, "it ended the process: no ***", ""),
        ("DEBUG = (", {}, "SyntaxError: ", ""),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_loaded(website, settings, environ, wrong, right):
    done = website(settings)("--json", **environ)
    assert done.returncode == 78, done.stdout
    problem = found(done)["website.settings_docker"]
    assert problem["where"] == "settings"
    assert problem["id"] == "settings.load"
    assert wrong in problem["wrong"]
    assert right in problem["right"]
    assert "Traceback" not in done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_an_app_that_cannot_be_loaded(website):
    done = website(PLAIN.replace('["website"]', '["website", "nowhere"]'))("--json")
    assert done.returncode == 1
    problem = found(done)["django.load"]
    assert problem["wrong"].startswith("The app cannot be loaded: ModuleNotFoundError")
    assert json.loads(done.stdout)["looked_at"] == ["entrypoint", "settings", "django"]


@pytest.mark.parametrize(
    ("kind", "args", "code"),
    [("Error", (), 1), ("Warning", (), 0), ("Warning", ("--fail-level", "WARNING"), 1)],
)
def test_an_apps_own_check(website, kind, args, code):
    check = website(**{"website/apps.py": CHECKS % kind})
    done = check("--json", *args)
    assert done.returncode == code
    problem = found(done)["website.X001"]
    assert problem["level"] == kind.lower()
    assert problem["wrong"] == "The moon is ***."
    assert problem["right"] == "Wait a week."
    done = check(*args)
    assert done.returncode == code
    assert "The moon is ***. [website.X001]\n    Wait a week.\n" in done.stdout


def test_what_the_app_prints_is_redacted_and_beside_the_report(website):
    settings = PLAIN + "import sys\nprint(SECRET_KEY, 'out')\nsys.stderr.write(SECRET_KEY + ' err')"
    done = website(settings + "\nsys.stderr.fileno()\nsys.stdout.buffer\n")("--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["ok"]
    assert done.stderr == "*** out\n*** err"


def test_a_secret_of_the_apps_own_schema(website):
    settings = LIBRARY + "print('it is', CODE)\n"
    done = website(settings)(
        ALLOWED_HOSTS="a", DATABASE_URL="sqlite://:memory:", CODE="rosebud and more"
    )
    assert done.returncode == 0, done.stdout
    assert done.stderr == "it is ***\n"


def test_wrong_arguments_are_djangos_to_tell(website):
    done = website()("--nope")
    assert done.returncode == 2
    assert "unrecognized arguments: --nope" in done.stderr
    assert done.stdout == ""


def test_pending_migrations_are_a_warning(website, tmp_path):
    database = tmp_path / "db.sqlite3"
    entry = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}
    settings = PLAIN.replace("DATABASES = {}", "DATABASES = " + repr({"default": entry}))
    settings = settings.replace('["website"]', '["website", "django.contrib.contenttypes"]')
    check = website(settings)
    assert "database default" not in found(check("--json"))
    assert not database.exists()
    database.touch()
    done = check("--json")
    problem = found(done)["database default"]
    assert done.returncode == 0
    assert problem["level"] == "warning"
    assert problem["wrong"].startswith("2 pending migrations: contenttypes.0001_initial, ")
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE django_migrations (id, app, name, applied)")
        for name in ("0001_initial", "0002_remove_content_type_name"):
            row = (1, "contenttypes", name, "2026-01-01")
            connection.execute("INSERT INTO django_migrations VALUES (?, ?, ?, ?)", row)
    connection.close()
    assert "database default" not in found(check("--json"))
    database.write_text("this is no database")
    problem = found(check("--json"))["database default"]
    assert problem["id"] == "entrypoint.database"
    assert "file is not a database" in problem["wrong"]


def test_without_app_the_later_stages_are_not_looked_at(website):
    done = website()(APP=None)
    assert done.returncode == 78
    assert done.stdout.startswith("The entrypoint: 1 error\n  - APP is not set.\n")
    assert done.stdout.endswith(
        "Not looked at, until that is right: the settings, Django's checks.\n"
    )


def test_build_mode_is_a_warning(antisocial):
    environ = {"APP": "antisocial", "BUILD": "1", "PORT": "x"}
    problems = list(ours.problems(environ, Project(environ, antisocial), Table()))
    assert [(each.name, each.level) for each in problems if each.id != "entrypoint.writable"] == [
        ("BUILD", "warning"),
        ("PORT", "error"),
    ]


def test_a_role_that_is_not_wanted_here(app, antisocial):
    app(**{"pyproject.toml": "[tool.entrypoint.verbs]\nmails = 'mails {MAILS_PORT}'\n"})
    environ = {"APP": "antisocial"}
    project = Project(environ, antisocial)
    added = declarations.resolve(project)
    problems = list(ours.problems(environ, project, added))
    assert [(each.name, each.level) for each in problems if each.id != "entrypoint.writable"] == [
        ("MAILS_PORT", "warning")
    ]


def test_paths_that_are_not_writable(antisocial, monkeypatch):
    def plan(*_):
        return Plan(("x",), writable=("/nowhere", "/data"))

    monkeypatch.setattr(ours.dispatch, "plan_verb", plan)
    environ = {"APP": "antisocial"}
    problems = list(ours.problems(environ, Project(environ, antisocial), Table()))
    levels = {each.wrong.partition(" ")[0]: each.level for each in problems}
    assert levels["/nowhere"] == "error"
    assert levels.get("/data", "warning") == "warning"
    assert {each.id for each in problems} == {"entrypoint.writable"}


def test_the_plan(antisocial):
    plan = dispatch(("check", "--json", "--tag", "x"), {"APP": "antisocial"}, antisocial)
    assert plan.argv == ("python", "-m", "entrypoint.checking", "--json", "--tag", "x")
    assert plan.inline
    assert plan.directory is None  # the directory may be what is wrong
    project = Project({"APP": "antisocial"}, antisocial)
    assert plan_check(("--help",), {}, project).argv == ("python", "manage.py", "check", "--help")


@pytest.mark.parametrize(
    ("where", "level", "failed", "code"),
    [
        ("entrypoint", "error", False, 78),
        ("settings", "error", True, 78),
        ("entrypoint", "warning", False, 0),
        ("django", "error", True, 1),
        ("django", "error", False, 0),  # --fail-level CRITICAL
    ],
)
def test_exit_codes(where, level, failed, code):
    report = Report()
    report.problems.append(Problem(where, "x", level=level, wrong="is wrong"))
    report.failed = failed
    assert report.exit_code() == code
