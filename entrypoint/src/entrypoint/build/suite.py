"""The app's tests: which command runs them, and whether it ran any."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

from entrypoint import pyproject
from entrypoint.errors import BuildError, ConfigurationError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project

#: pytest's exit code when it collected nothing; unittest's too, since Python 3.12.
NO_TESTS = 5

#: What Django and unittest print when there was nothing to run. Their exit code is 0.
NO_TESTS_LINES = re.compile(rb"^(Found 0 test\(s\)|Ran 0 tests|NO TESTS RAN)", re.MULTILINE)


class Suite:
    """A command that runs tests.

    Args:
        argv: the command.
        directory: where it runs.
        own_settings: the command brings its settings module, so ours stays out of its way.
    """

    def __init__(self, argv: list[str], directory: str, *, own_settings: bool = False) -> None:
        self.argv = argv
        self.directory = directory
        self.own_settings = own_settings

    def __str__(self) -> str:
        return shlex.join(self.argv)


def find(project: Project, environ: Mapping[str, str], command: str | None = None) -> Suite:
    """Return the command that runs the project's tests.

    The first of: the command given, `$TEST_COMMAND`, `test` of `[tool.entrypoint]` in
    pyproject.toml, pytest where the project configures it, `manage.py test`.

    Raises:
        ConfigurationError: pytest is configured but not installed, or the command is empty.
    """
    directory = project.directory()
    named = command or environ.get("TEST_COMMAND")
    named_at = directory
    for folder in dict.fromkeys((directory, project.root)):
        configured = None if named else pyproject.table(folder).get("test")
        if configured is not None:
            named, named_at = configured, folder
    if named is not None:
        argv = named if isinstance(named, list) else shlex.split(str(named))
        if not argv:
            raise ConfigurationError("the test command is empty.", "To run no tests: --no-test.")
        words = [str(word) for word in argv]
        return Suite(words, named_at, own_settings=_names_own_settings(words, named_at))
    for folder in dict.fromkeys((directory, project.root)):
        configuration = pytest_configuration(folder)
        if configuration is not None:
            if not project.has_module("pytest"):
                raise ConfigurationError(
                    f"the tests are pytest's ({folder} configures it), which is not installed.",
                    "Add pytest to the requirements, or name another command: ENV TEST_COMMAND=…",
                )
            argv = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
            return Suite(argv, folder, own_settings=_names_own_settings(argv, folder))
    return Suite([sys.executable, project.manage_py(), "test", "--noinput"], directory)


def _names_own_settings(argv: list[str], folder: str) -> bool:
    """Return whether a command is pytest, and its configuration names a settings module."""
    if not any(os.path.basename(word) in ("pytest", "py.test") for word in argv):
        return False
    configuration = pytest_configuration(folder) or ""
    return re.search(r"DJANGO_SETTINGS_MODULE|--ds\b", configuration) is not None


def pytest_configuration(folder: str) -> str | None:
    """Return the text of the file that configures pytest in a folder, or None.

    The files are those of pytest's documentation, "Configuration", in its order.
    """
    for name in ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"):
        text = _text(os.path.join(folder, name))
        if text is not None:
            return text
    text = _text(os.path.join(folder, "pyproject.toml"))
    if text is not None and re.search(r"^\[tool\.pytest\b", text, re.MULTILINE):
        return text
    for name, section in (("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        text = _text(os.path.join(folder, name))
        if text is not None:
            parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
            try:
                parser.read_string(text)
            except configparser.Error:
                continue
            if parser.has_section(section):
                return text
    return _text(os.path.join(folder, "conftest.py"))


def run(suite: Suite, environ: Mapping[str, str], *, allow_none: bool) -> None:
    """Run the tests, printing their output as it comes.

    Raises:
        BuildError: they failed, or there were none and that is not allowed.
        NotFoundError: the command is not there.
    """
    variables = dict(environ)
    if suite.own_settings:
        variables.pop("DJANGO_SETTINGS_MODULE", None)
    try:
        process = subprocess.Popen(
            suite.argv,
            cwd=suite.directory,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        raise NotFoundError(
            f"the tests' command {suite.argv[0]} cannot be started: {error.strerror}.",
            "Name the right one: ENV TEST_COMMAND=…, or `test` of [tool.entrypoint].",
        ) from None
    none_ran = False
    with process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for line in process.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            none_ran = none_ran or NO_TESTS_LINES.match(line) is not None
    if process.returncode in (0, NO_TESTS) and (none_ran or process.returncode == NO_TESTS):
        if not allow_none:
            raise BuildError(
                f"no tests were found by: {suite}",
                "Name the command that finds them (ENV TEST_COMMAND=…, or `test` of "
                "[tool.entrypoint] in pyproject.toml), or: RUN entrypoint build --allow-no-tests",
            )
    elif process.returncode != 0:
        raise BuildError(
            f"the tests failed (exit code {process.returncode}): {suite}",
            "Their output is above. To build without them: RUN entrypoint build --no-test",
        )


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return None
