"""The program behind `check`: every problem of this environment at once, and no secret."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys

from entrypoint import commands, execute, table
from entrypoint.checking import loading, ours, terminal
from entrypoint.checking.problems import Report
from entrypoint.commands import check as command
from entrypoint.errors import ConfigurationError
from entrypoint.project import ROOT, Project
from entrypoint.redact import Redactor
from entrypoint.services import secrets
from entrypoint.table import Table


def main(args: tuple[str, ...], root: str = ROOT) -> int:
    """Look at this environment, and print what is wrong.

    Args:
        args: `--json`, and what goes to Django's `check`.
        root: the folder that holds the app's code.

    Returns:
        0; 78 where the environment is wrong; 1 where Django's checks fail; what Django's `check`
        ends with where its arguments are wrong.
    """
    as_json = "--json" in args
    project = Project(os.environ, root)
    added = _added(project)
    report = Report()
    report.looked_at.append("entrypoint")
    report.problems += ours.problems(os.environ, project, added)
    names: tuple[str, ...] = added.secrets
    code: int | None = None
    output = ""
    if _ready(project):
        words = tuple(word for word in args if word != "--json")
        code, more, output = _run_django(project, words, report)
        names += more
    redactor = secrets.redactor() if loading.configured() else Redactor(os.environ, names)
    sys.stderr.write(redactor.text(output))
    sys.stderr.flush()
    if code is not None:
        return code
    if as_json:
        print(json.dumps(report.data(redactor.text), indent=2))
    else:
        print(terminal.fitted(report.text(redactor.text), sys.stdout))
    sys.stdout.flush()
    return report.exit_code()


def _added(project: Project) -> Table:
    """Return the app's verbs; `dispatch` has said already what is to be said about the table."""
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            return table.load(project)
        except ConfigurationError:
            return Table()


def _ready(project: Project) -> bool:
    """Return whether manage.py and the settings module are there."""
    try:
        return bool(project.manage_py() and project.settings_module())
    except ConfigurationError:
        return False


def _run_django(
    project: Project, args: tuple[str, ...], report: Report
) -> tuple[int | None, tuple[str, ...], str]:
    """Run `manage.py check --deploy` in this interpreter, and put what it finds into the report.

    Returns:
        The exit code, where the command did not get as far as to check anything; names of secret
        variables; and what was printed meanwhile, by the app, say.
    """
    directory, script = os.path.split(project.manage_py())
    os.environ.update(project.variables())
    os.chdir(directory)
    report.looked_at.append("settings")
    # A real file: apps ask sys.stderr for its descriptor, or for its buffer. It is never closed:
    # the handlers of the app's logging have it.
    output = open(os.memfd_create("check"), "w+", encoding="utf-8", errors="replace")  # noqa: SIM115
    standard = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = output
    ended: BaseException | None = None
    try:
        commands.offer(("check",))
        execute.run_script((script, "check", "--deploy", *args))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the app's
        ended = error
    finally:
        sys.stdout, sys.stderr = standard
    output.flush()
    output.seek(0)
    printed = output.read()
    if loading.configured():
        report.looked_at.append("django")
    if command.FOUND is not None:
        report.problems += command.FOUND.problems
        report.silenced = command.FOUND.silenced
        report.failed = command.FOUND.failed
        return None, (), printed
    problems = getattr(ended, "problems", None)
    if problems is not None:
        report.problems += map(loading.from_settings, problems)
        warnings = getattr(ended, "warnings", ())
        report.problems += [loading.from_settings(each, "warning") for each in warnings]
        message = str(getattr(ended, "message", ""))
        return None, tuple(getattr(ended, "secrets", ())), printed.replace(message, "", 1)
    if isinstance(ended, SystemExit) and loading.configured():
        return _code(ended), (), printed
    report.problems.append(loading.from_exception(ended, project))
    report.failed = True
    return None, (), printed


def _code(ended: SystemExit) -> int:
    if ended.code is None or isinstance(ended.code, int):
        return ended.code or 0
    return 1
