"""What keeps the entrypoint itself from doing its verbs in an environment."""

from __future__ import annotations

import re

from entrypoint import dispatch, drain, health
from entrypoint.__main__ import octal
from entrypoint.checking.problems import Problem
from entrypoint.errors import (
    ConfigurationError,
    EntrypointError,
    UnsetError,
    UsageError,
    WriteError,
)
from entrypoint.execute import check_writable
from entrypoint.project import Project
from entrypoint.seconds import seconds
from entrypoint.verbs import VERBS
from entrypoint.writable import VOLUMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from entrypoint.table import Table

#: Verbs that nothing in the environment can be wrong for.
SKIPPED = ("build", "check", "exec", "explain", "help", "manage")

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,}\b")


def problems(environ: Mapping[str, str], project: Project, added: Table) -> Iterator[Problem]:
    """Give what keeps verbs from being planned or begun.

    Args:
        environ: the environment.
        project: the Django project.
        added: the verbs that the app adds.
    """
    if dispatch.building(environ):
        yield Problem(
            "entrypoint",
            "entrypoint.build",
            level="warning",
            name="BUILD",
            wrong="is set: run, worker and beat refuse to start in build mode.",
            right="Take it out of the container's environment.",
        )
        environ = {name: value for name, value in environ.items() if name != "BUILD"}
    for read in (
        lambda: octal(environ.get("UMASK") or "0"),
        # Their verbs read these when they are done.
        lambda: seconds(environ, "DRAIN_SECONDS", drain.SECONDS),
        lambda: seconds(environ, "HEALTH_TIMEOUT", health.TIMEOUT, positive=True),
    ):
        try:
            read()
        except ConfigurationError as error:
            yield _problem(error, "entrypoint.environment", "error")
    told: set[tuple[str, str]] = set()
    paths: set[str] = set()
    for name in (*VERBS, *added.verbs):
        if name not in SKIPPED:
            for problem in _of_verb(name, environ, project, added, paths):
                if (problem.name, problem.wrong) not in told:
                    told.add((problem.name, problem.wrong))
                    yield problem
    for path in sorted(paths):
        try:
            check_writable(path)
        except WriteError as error:
            level = "warning" if path in VOLUMES else "error"  # not every host has every volume
            yield _problem(error, "entrypoint.writable", level)


def _of_verb(
    name: str,
    environ: Mapping[str, str],
    project: Project,
    added: Table,
    paths: set[str],
) -> Iterator[Problem]:
    """Give what keeps one verb from being planned, and add the paths that it writes to.

    A planner stops at the first wrong variable: it is tried again without that one.
    """
    environ = dict(environ)
    while True:
        try:
            plan = dispatch.plan_verb(name, (), environ, Project(environ, project.root), added)
        except UsageError:  # it needs arguments
            return
        except ConfigurationError as error:
            # Not every host runs every role of an app's.
            optional = isinstance(error, UnsetError) and name in added.verbs
            found = [
                _problem(each, "entrypoint.environment", "warning" if optional else "error")
                for each in error.parts or (error,)
            ]
            yield from found
            # Without APP, every further message would be that it is not set.
            names = [each.name for each in found if each.name in environ and each.name != "APP"]
            if not names:
                return
            for wrong in names:
                environ.pop(wrong, None)
        else:
            paths.update(plan.writable)
            return


def _problem(error: EntrypointError, id: str, level: str) -> Problem:  # noqa: A002
    what = str(error.args[0])
    found = VARIABLE.match(what)
    name = found[0] if found else ""
    return Problem(
        "entrypoint", id, level=level, name=name, wrong=what[len(name) :].strip(), right=error.hint
    )
