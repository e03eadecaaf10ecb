"""`run`: gunicorn serves the app."""

from __future__ import annotations

import os

from entrypoint.errors import ConfigurationError
from entrypoint.plan import Hook, Plan
from entrypoint.web import Web
from entrypoint.writable import RUNTIME, TEMPORARY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project

WAIT_MIGRATED = "--wait-migrated"

#: The app's own settings of gunicorn, in manage.py's folder.
APPS_FILE = "gunicorn.conf.py"

#: Where prometheus_client's processes share their numbers; its own variable says so.
PROMETHEUS = ("PROMETHEUS_MULTIPROC_DIR", os.path.join(RUNTIME, "metrics"))


def plan_run(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Let gunicorn serve `$APP.wsgi`, or `$APP.asgi` where WEB_INTERFACE=asgi.

    Its settings come, later ones winning, from the variables (entrypoint.gunicorn_conf reads
    them), the app's own gunicorn.conf.py beside manage.py, GUNICORN_CMD_ARGS, and the arguments
    given here: https://docs.gunicorn.org/en/stable/configure.html.

    With --wait-migrated as its first argument it waits before that until nobody has to migrate.
    """
    web = Web(environ)
    directory = project.directory()
    variables = project.variables()
    before = []
    while args[:1] == (WAIT_MIGRATED,):
        args = args[1:]
        before = [_wait_migrated(directory, variables.copy())]
    if environ.get("WEB_CONCURRENCY") == "":
        # Not set, as everywhere here; gunicorn would fail to read a number from it.
        variables["WEB_CONCURRENCY"] = str(web.workers.value)
    if web.metrics is not None and web.metrics.kind == "prometheus":
        if not project.has_module("prometheus_client"):
            raise ConfigurationError(
                "WEB_METRICS needs prometheus_client, which is not installed.",
                "Add prometheus-client to the app's requirements and build the image again.",
            )
        if not environ.get(PROMETHEUS[0]):
            variables[PROMETHEUS[0]] = PROMETHEUS[1]
    return Plan(
        (
            "gunicorn",
            "--config",
            "python:entrypoint.gunicorn_conf",
            project.server_module(web.interface),
            *args,
        ),
        directory=directory,
        variables=variables,
        health=("http", str(web.port.value)),
        writable=(TEMPORARY, RUNTIME),
        before=tuple(before),
        reasons=_reasons(web, environ, directory, args),
    )


def _wait_migrated(directory: str, variables: dict[str, str]) -> Hook:
    plan = Plan(
        ("python", "manage.py", "wait_migrated"),
        directory=directory,
        variables=variables,
        inline=True,
        commands=("wait_migrated",),
    )
    return Hook(("wait-migrated",), plan)


def _reasons(
    web: Web, environ: Mapping[str, str], directory: str, args: tuple[str, ...]
) -> tuple[tuple[str, str, str], ...]:
    reasons = [
        ("workers", str(web.workers.value), web.workers.why),
        ("port", str(web.port.value), web.port.why),
    ]
    if web.interface == "wsgi":
        reasons.insert(1, ("threads", str(web.threads.value), web.threads.why))
    if web.debug:
        reasons.append(("reload", "on", "DEBUG"))
    over = [
        name
        for name, there in (
            (
                os.path.join(directory, APPS_FILE),
                os.path.isfile(os.path.join(directory, APPS_FILE)),
            ),
            ("GUNICORN_CMD_ARGS", environ.get("GUNICORN_CMD_ARGS")),
            ("the arguments", args),
        )
        if there
    ]
    if over:
        reasons.append(("over these", ", ".join(over), "can change each; later ones win"))
    return tuple(reasons)
