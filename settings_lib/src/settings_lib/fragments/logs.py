"""Logs: lines on standard output, plain or JSON. The container's host keeps and rotates them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.types.parsing import choice
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from settings_lib.app import App
    from settings_lib.values import Values

_LEVEL = choice("debug", "info", "warning", "error", "critical", "warn")
LEVEL = replace(
    _LEVEL, parse=lambda text: "warning" if text.lower() == "warn" else _LEVEL.parse(text)
)

GROUP = Group(
    title="Logs",
    variables=(
        Var(
            name="LOG_FORMAT",
            type=choice("plain", "json"),
            default="plain",
            help="How log lines are written, gunicorn's and Celery's too.",
        ),
        Var(
            name="LOG_LEVEL",
            type=LEVEL,
            default="info",
            aliases=("DJANGO_LOG_LEVEL",),
            help=(
                "The lowest level that is logged. A logger to which the project's LOGGING gives a "
                "level has that, but no lower one than this."
            ),
        ),
    ),
)

MIDDLEWARE = "settings_lib.logs.request_id.RequestIdMiddleware"

HANDLER, SILENCE = "container", "silence"

DJANGOS: Mapping[str, Mapping[str, str]] = {"django": {}, "django.server": {"level": "INFO"}}
"""The loggers to which Django gives handlers (one writes in debug mode only, one mails errors), as
they are without them: runserver's does not depend on the other's level."""


def settings(values: Values, app: App) -> dict[str, Any]:
    """One handler for all, and an id for each request.

    Of the project's own ``LOGGING`` the loggers' levels and filters stay. Its handlers go: what
    they write is a container's, and lost with it, or would be there twice. A logger that it has
    silenced stays silent. gunicorn's loggers are left alone: they are set up before Django, in the
    same form.

    Args:
        values: The parsed values by name.
        app: The app.

    Returns:
        Django settings: ``LOGGING``, a dictConfig; ``LOGGING_CONFIG``, by which Django applies it;
        ``MIDDLEWARE`` with ours first.
    """
    level = values["LOG_LEVEL"].upper()
    handler: dict[str, Any] = {
        "()": "settings_lib.logs.handler.LogHandler",
        "formatter": values["LOG_FORMAT"],
        "filters": ["request_id"],
    }
    if values.given("LOG_LEVEL"):
        handler["level"] = level
    project = app.project.get("LOGGING")
    project = project if isinstance(project, Mapping) else {}
    others = [name for name in app.project.get("MIDDLEWARE") or () if name != MIDDLEWARE]
    return {
        "LOGGING_CONFIG": "logging.config.dictConfig",
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "plain": {"()": "settings_lib.logs.formatters.PlainFormatter"},
                "json": {"()": "settings_lib.logs.formatters.JsonFormatter"},
            },
            "filters": {
                **project.get("filters", {}),
                "request_id": {"()": "settings_lib.logs.request_id.RequestIdFilter"},
            },
            "handlers": {HANDLER: handler, SILENCE: {"class": "logging.NullHandler"}},
            "root": {"handlers": [HANDLER], "level": level},
            "loggers": {
                **{name: _logger(logger, {}) for name, logger in DJANGOS.items()},
                **_projects(project),
            },
        },
        "MIDDLEWARE": [MIDDLEWARE, *others],
    }


def _projects(project: Mapping[str, Any]) -> dict[str, Any]:
    handlers = project.get("handlers", {})
    return {
        name: _logger(logger, handlers)
        for name, logger in project.get("loggers", {}).items()
        if name and name.partition(".")[0] != "gunicorn"
    }


def _logger(project: Mapping[str, Any], handlers: Mapping[str, Any]) -> dict[str, Any]:
    """A logger whose records go to the one handler, unless the project has silenced it."""
    classes = [str(handlers.get(name, {}).get("class")) for name in project.get("handlers", ())]
    silent = project.get("propagate") is False and all(
        each.endswith(".NullHandler") for each in classes
    )
    return {
        "level": project.get("level", "NOTSET"),
        "filters": list(project.get("filters", ())),
        "handlers": [SILENCE] if silent else [],
        "propagate": not silent,
    }


FRAGMENT = Fragment(group=GROUP, settings=settings)
