"""Celery's worker and beat. With Celery 5 the options of `celery` come before the verb."""

from __future__ import annotations

import os

from entrypoint.plan import Plan
from entrypoint.sizing import worker_concurrency
from entrypoint.writable import DATA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project


def plan_worker(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Plan `celery worker`, with as many processes as the container has CPUs."""
    concurrency = f"--concurrency={worker_concurrency(environ)}"
    return _plan("worker", ("--loglevel=INFO", concurrency, *args), environ, project)


def plan_beat(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Plan `celery beat`.

    The schedule is on the data volume, since one that dies with its container makes a daily job
    wait a day from each deploy. There is no pid file: the container is the process.
    """
    schedule = "--schedule=" + os.path.join(DATA, "celerybeat-schedule")
    return _plan("beat", ("--loglevel=INFO", schedule, "--pidfile=", *args), environ, project)


def _plan(verb: str, args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    app = environ.get("CELERY_APP") or project.app()
    return Plan(
        ("celery", "-A", app, verb, *args),
        directory=project.directory(),
        variables=project.variables(),
    )
