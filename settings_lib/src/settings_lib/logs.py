"""Logs: lines on standard output, plain or JSON. The container's host keeps and rotates them."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class JsonFormatter(logging.Formatter):
    """One JSON object a record: time (UTC, ISO 8601), level, logger, message, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, tz=timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """The setting ``LOGGING``.

    Django's own handlers go: one writes only in debug mode, the other mails each error.

    Args:
        values: The parsed values by name.

    Returns:
        Django settings: ``LOGGING``, a dictConfig.
    """
    return {
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
                "json": {"()": "settings_lib.logs.JsonFormatter"},
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
