import sys

import pytest

from entrypoint.build import suite
from entrypoint.errors import BuildError, ConfigurationError, NotFoundError
from entrypoint.project import Project


@pytest.fixture
def find(app):
    """Finds the test command of an app that is made of files."""

    def run(*names, command=None, environ=None, **contents):
        root = app("manage.py", *names, **contents)
        return suite.find(Project({}, root), environ or {}, command), root

    return run


def test_djangos_runner_by_default(find):
    found, root = find()
    assert found.argv == [sys.executable, f"{root}/manage.py", "test", "--noinput"]
    assert found.directory == root


@pytest.mark.parametrize(
    ("name", "text", "own_settings"),
    [
        ("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = shop.test_settings\n", True),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '--ds=shop.testing'\n", True),
        ("pyproject.toml", "[tool.pytest]\nminversion = '9'\n", False),
        ("setup.cfg", "[tool:pytest]\n", False),
        ("tox.ini", "[pytest]\n", False),
        ("conftest.py", "", False),
    ],
)
def test_pytest_where_it_is_configured(find, name, text, own_settings):
    found, root = find(**{name: text})
    assert found.argv[:3] == [sys.executable, "-m", "pytest"]
    assert found.directory == root
    assert found.own_settings is own_settings


@pytest.mark.parametrize(
    ("name", "text"), [("setup.cfg", "[metadata]\n"), ("tox.ini", "[tox]\n"), ("setup.cfg", "]no")]
)
def test_files_that_configure_something_else(find, name, text):
    found, _ = find(**{name: text})
    assert "pytest" not in found.argv


def test_pytest_that_is_not_installed(find, monkeypatch):
    monkeypatch.setattr(Project, "has_module", lambda *_: False)
    with pytest.raises(ConfigurationError, match="not installed"):
        find("conftest.py")


def test_what_is_named_wins_in_its_order(find):
    table = {"pyproject.toml": '[tool.entrypoint]\ntest = "tox -e py"\n[tool.pytest]\n'}
    environ = {"TEST_COMMAND": "make 'the test'"}
    assert find(**table)[0].argv == ["tox", "-e", "py"]
    assert find(environ=environ, **table)[0].argv == ["make", "the test"]
    assert find(environ=environ, command="true", **table)[0].argv == ["true"]


def test_a_list(find):
    found, _ = find(**{"pyproject.toml": '[tool.entrypoint]\ntest = ["a b", "c"]\n'})
    assert found.argv == ["a b", "c"]


@pytest.mark.parametrize(
    ("command", "own"), [("pytest -q", True), ("python -m pytest", True), ("manage test", False)]
)
def test_pytest_that_is_named_has_its_own_settings_too(find, command, own):
    ini = {"pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = shop.testing\n"}
    assert find(command=command, **ini)[0].own_settings is own


def test_an_empty_command(find):
    with pytest.raises(ConfigurationError, match="empty"):
        find(command=" ")


def script(tmp_path, code):
    return suite.Suite([sys.executable, "-c", code], str(tmp_path))


@pytest.mark.parametrize(
    "code",
    ["print('Found 0 test(s).')", "print('\\nRan 0 tests in 0.0s')", "raise SystemExit(5)"],
)
def test_no_tests_are_a_failure_unless_allowed(tmp_path, code):
    with pytest.raises(BuildError, match="no tests were found"):
        suite.run(script(tmp_path, code), {}, allow_none=False)
    suite.run(script(tmp_path, code), {}, allow_none=True)


def test_failing_tests(tmp_path):
    with pytest.raises(BuildError, match="exit code 1"):
        suite.run(script(tmp_path, "raise SystemExit(1)"), {}, allow_none=True)


def test_ten_tests_are_not_none(tmp_path, capfdbinary):
    suite.run(script(tmp_path, "print('Ran 10 tests')"), {}, allow_none=False)
    assert b"Ran 10 tests" in capfdbinary.readouterr().out


def test_a_command_that_is_not_there(tmp_path):
    with pytest.raises(NotFoundError, match="no-such-runner"):
        suite.run(suite.Suite(["no-such-runner"], str(tmp_path)), {}, allow_none=True)


def test_pytests_own_settings_are_not_hidden(tmp_path):
    code = "import os; raise SystemExit('DJANGO_SETTINGS_MODULE' in os.environ)"
    own = suite.Suite([sys.executable, "-c", code], str(tmp_path), own_settings=True)
    suite.run(own, {"DJANGO_SETTINGS_MODULE": "x"}, allow_none=True)
