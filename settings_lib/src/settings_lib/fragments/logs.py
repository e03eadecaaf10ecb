"""Logs: lines on standard output, plain or JSON. The container's host keeps and rotates them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.parsing import choice
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from settings_lib.app import App
    from settings_lib.values import Values

GROUP = Group(
    title="Logs",
    variables=(
        Var(
            name="LOG_FORMAT",
            type=choice("plain", "json"),
            default="plain",
            help="How log lines are written to standard output.",
        ),
        Var(
            name="LOG_LEVEL",
            type=choice("debug", "info", "warning", "error", "critical"),
            default="info",
            help="The lowest level that is logged.",
        ),
    ),
)


def settings(values: Values, app: App) -> dict[str, Any]:
    """The setting ``LOGGING``.

    Django's own handlers go: one writes only in debug mode, the other mails each error.

    Args:
        values: The parsed values by name.
        app: The app.

    Returns:
        Django settings: ``LOGGING``, a dictConfig.
    """
    return {
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
                "json": {"()": "settings_lib.formatters.JsonFormatter"},
            },
            "handlers": {
                "stdout": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
                    "formatter": values["LOG_FORMAT"],
                }
            },
            "root": {"handlers": ["stdout"], "level": values["LOG_LEVEL"].upper()},
            "loggers": {"django": {"handlers": [], "level": "NOTSET", "propagate": True}},
        }
    }


FRAGMENT = Fragment(group=GROUP, settings=settings)
