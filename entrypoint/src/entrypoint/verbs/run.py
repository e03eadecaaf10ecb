"""`run`: gunicorn serves the app."""

from __future__ import annotations

from entrypoint import sizing
from entrypoint.errors import ConfigurationError
from entrypoint.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project

INTERFACES = ("wsgi", "asgi")


def plan_run(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Plan gunicorn serving `$APP.wsgi`, or `$APP.asgi` where WEB_INTERFACE=asgi.

    Our settings are in a configuration file, entrypoint.gunicorn_conf, and not in flags, so
    that the app's own gunicorn.conf.py, then GUNICORN_CMD_ARGS, then the arguments given here
    can change each of them: https://docs.gunicorn.org/en/stable/configure.html.
    """
    interface = environ.get("WEB_INTERFACE") or "wsgi"
    if interface not in INTERFACES:
        raise ConfigurationError(
            f"WEB_INTERFACE is {interface!r}.", f"It is one of: {', '.join(INTERFACES)}."
        )
    # Asked here, where a wrong number is one message; gunicorn reads them in its own process.
    workers = sizing.web_workers(environ)
    sizing.web_threads(environ)
    sizing.port(environ)
    variables = project.variables()
    if environ.get("WEB_CONCURRENCY") == "":
        # Not set, as everywhere here; gunicorn would fail to read a number from it.
        variables["WEB_CONCURRENCY"] = str(workers)
    return Plan(
        (
            "gunicorn",
            "--config",
            "python:entrypoint.gunicorn_conf",
            project.server_module(interface),
            *args,
        ),
        directory=project.directory(),
        variables=variables,
    )
