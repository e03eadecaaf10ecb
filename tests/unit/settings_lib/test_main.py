"""`python -m settings_lib`, as a program."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings_lib.command.documents.example import FORMS, example
from settings_lib.command.documents.reference import markdown
from settings_lib.command.loading import common, module_named
from settings_lib.schema import GROUPS

APP = """
import os
from settings_lib import Var, configure
INSTALLED_APPS = []
ALLOWED_HOSTS = ["of-the-project"]
configure(globals(), app="moon", extra=[
    Var(name="CRATERS", required=True, help="Which.", example="many"),
    Var(name="TOKEN", aliases=("OLD_TOKEN",), secret=True, help="A token."),
], databases=["replica"])
"""
RIGHT = {
    "SECRET_KEY": "abcdefghij" * 5,
    "DATABASE_URL": "sqlite://:memory:",
    "REPLICA_DATABASE_URL": "sqlite://:memory:",
    "CRATERS": "7",
}


@pytest.fixture
def run(tmp_path):
    """Runs the program in a folder with an app, in this environment alone."""
    (tmp_path / "moon").mkdir()
    for name, text in {
        "__init__": "",
        "settings_docker": APP,
        "settings_other": APP.replace('"moon"', '"other"'),
        "plain": "DEBUG = False",
        "broken": "import os\nos.environ['MOON_KEY']",
        "telling": "int('geheim')",
        "ending": "import sys\nsys.exit('geheim')",
        "half": "x = (",
    }.items():
        (tmp_path / "moon" / f"{name}.py").write_text(text)
    package = tmp_path / "moon" / "package"
    package.mkdir()
    (package / "__init__.py").write_text("from moon.package.base import *\n" + APP)
    (package / "base.py").write_text("DEBUG = 1\nEMPTY = []\n")
    (package / "docker.py").write_text("from moon.settings_docker import *\nDEBUG = True\n")

    def running(*arguments, **environ):
        return subprocess.run(
            [sys.executable, "-m", "settings_lib", *arguments],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return running


def test_documents_of_what_all_apps_have(run):
    assert run("docs").stdout == markdown(GROUPS)
    assert run("example").stdout == example(common({}))
    for form in FORMS:
        done = run("example", "--format", form)
        assert (done.returncode, done.stdout) == (0, example(common({}), form))
    assert json.loads(run("schema").stdout)["title"] == "The environment of APP"


def test_documents_of_an_app_need_no_environment(run):
    done = run("docs", "--settings", "moon.settings_docker")
    assert done.returncode == 0, done.stderr
    assert "Every variable that moon reads" in done.stdout
    assert "| `CRATERS` | str | required |" in done.stdout
    assert "## Other databases" in done.stdout
    wrong = {"DEBUG": "maybe", "SECRET_KEY": "geheim"}
    assert run("docs", "--settings", "moon.settings_docker", **wrong).stdout == done.stdout
    schema = json.loads(run("schema", APP="moon").stdout)
    assert {"CRATERS", "TOKEN", "OLD_TOKEN", "REPLICA_DATABASE_URL"} <= set(schema["properties"])
    lines = run("example", APP="moon").stdout.splitlines()
    assert "CRATERS=many" in lines
    assert "#TOKEN=" in lines
    # The settings module has some, so it is not required.
    assert "#ALLOWED_HOSTS=antisocial.example.org" in lines


@pytest.mark.parametrize(
    ("environ", "module"),
    [
        ({}, ""),
        ({"APP": "moon"}, "moon.settings_docker"),
        ({"APP": "moon", "SETTINGS": "settings_other"}, "moon.settings_other"),
        ({"APP": "moon", "DJANGO_SETTINGS_MODULE": "a.b"}, "a.b"),
    ],
)
def test_which_settings_module(environ, module):
    assert module_named(environ) == module


def test_which_settings_module_is_loaded(run):
    assert json.loads(run("check", "--json", APP="moon", **RIGHT).stdout)["app"] == "moon"
    done = run("check", "--json", APP="moon", SETTINGS="settings_other", **RIGHT)
    assert json.loads(done.stdout)["app"] == "other"
    for module in ("moon.package", "moon.package.docker"):
        done = run("check", "--settings", module, **RIGHT)
        assert (done.returncode, done.stdout) == (0, "The settings of moon are right.\n")


def test_check_tells_every_problem(run):
    done = run(
        "check",
        APP="moon",
        DEBUG="geheim",
        CRATER="x",
        LOG_LEVL="x",
        TOKEN="'geheim'",
        SECRET_KEY="k",
    )
    assert (done.returncode, done.stderr) == (78, "")
    assert done.stdout == (
        "The settings of moon have 4 problems:\n"
        "  - DEBUG (env) is not a valid bool.\n"
        "    Expected true or false (also 1/0, yes/no, on/off).\n"
        "    Example: DEBUG=true\n"
        "  - DATABASE_URL is not set, and it is required when no DB_ variable is set.\n"
        "    Set DATABASE_URL, or DATABASE_URL_FILE to the path of a file that holds it.\n"
        "    Example: DATABASE_URL="
        "postgresql://antisocial:password@db.example.org:5432/antisocial\n"
        "  - REPLICA_DATABASE_URL is not set.\n"
        "    Set REPLICA_DATABASE_URL, or REPLICA_DATABASE_URL_FILE to the path of a file that "
        "holds it.\n"
        "    Example: REPLICA_DATABASE_URL="
        "postgresql://user:password@db.example.org:5432/replica\n"
        "  - CRATERS is not set.\n"
        "    CRATER is set: did you mean CRATERS?\n"
        "    Example: CRATERS=many\n"
        "The settings of moon have 2 warnings:\n"
        "  - LOG_LEVL (env) is not a variable of moon.\n"
        "    Did you mean LOG_LEVEL? If the app does read it, declare it: Var(name=…).\n"
        "  - TOKEN (env) begins or ends with a quotation mark, which is part of the value.\n"
        "    Take it out, unless it is meant: Docker's env files keep it.\n"
    )


def test_check_for_programs(run):
    done = run("check", "--json", APP="moon", **RIGHT | {"DEBUG": "geheim", "LOG_LEVL": "x"})
    assert done.returncode == 78
    assert json.loads(done.stdout) == {
        "ok": False,
        "app": "moon",
        "problems": [
            {
                "name": "DEBUG",
                "source": "env",
                "reason": "is not a valid bool",
                "advice": "Expected true or false (also 1/0, yes/no, on/off).",
                "example": "true",
            }
        ],
        "warnings": [
            {
                "name": "LOG_LEVL",
                "source": "env",
                "reason": "is not a variable of moon",
                "advice": "Did you mean LOG_LEVEL? "
                "If the app does read it, declare it: Var(name=…).",
                "example": "",
            }
        ],
    }
    done = run("check", "--json", APP="moon", **RIGHT)
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"ok": True, "app": "moon", "problems": [], "warnings": []}


def test_check_without_settings(run):
    done = run("check", SECRET_KEY="k")
    assert done.returncode == 78
    assert done.stdout.startswith("The settings have 2 problems:\n  - ALLOWED_HOSTS is not set")
    done = run("check", ALLOWED_HOSTS="a", DEBUGG="1", **RIGHT)
    assert done.returncode == 0
    assert done.stdout.startswith("The settings have 1 warning:\n  - DEBUGG (env) is not")
    assert done.stdout.endswith("\nOtherwise they are right.\n")


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("moon.nope", "there is no module moon.nope"),
        ("nope.settings", "there is no module nope.settings"),
        ("moon.plain", "moon.plain does not call settings_lib.configure"),
        ("moon.broken", "moon.broken cannot be loaded: KeyError MOON_KEY ("),
        ("moon.telling", "moon.telling cannot be loaded: ValueError ("),
        ("moon.ending", "moon.ending cannot be loaded: SystemExit ("),
        ("moon.half", "moon.half cannot be loaded: SyntaxError ("),
    ],
)
def test_settings_that_cannot_be_looked_at(run, module, text):
    for done in (run("docs", "--settings", module), run("check", "--settings", module)):
        assert done.returncode == 78
        assert text in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert "geheim" not in done.stdout + done.stderr


@pytest.mark.parametrize("words", [(), ("nope",), ("example", "--format", "x"), ("docs", "--nope")])
def test_wrong_usage(run, words):
    done = run(*words)
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr.startswith("usage: python -m settings_lib")


def test_help(run):
    assert "64 where the usage is" in run("--help").stdout


def test_the_examples_environment_is_current(run):
    """What stands in the example app's folder is what the program prints for it."""
    folder = Path(__file__).parents[3] / "examples" / "antisocial"
    done = run("example", "--settings", "antisocial.settings_docker", PYTHONPATH=str(folder))
    assert (folder / ".env.example").read_text() == done.stdout, "run scripts/docs"
