"""How a log record becomes a line of a container's log, in one of two forms.

settings_lib's log has the same two (`settings_lib.logs.formatters`), so that a container has one
form of log; a test gives both the same records. Here they need nothing but the standard library.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone

from entrypoint import request_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PLAIN = "{asctime} {levelname} {name} [{request_id}] {message}"

#: What JSON leaves as it is and some readers of lines take for the end of one.
LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def formatter(environ: Mapping[str, str]) -> logging.Formatter:
    """Return the form that LOG_FORMAT asks for."""
    return JsonFormatter() if is_json(environ) else PlainFormatter()


def is_json(environ: Mapping[str, str]) -> bool:
    """Return whether LOG_FORMAT asks for JSON."""
    return environ.get("LOG_FORMAT", "").lower() == "json"


def id_of(record: logging.LogRecord) -> str:
    """Return the id of the request that a record is about, or `-`."""
    if isinstance(record.args, dict) and "ms" in record.args:  # a request's own line
        return str(record.args["I"])
    return request_id.CURRENT.get()


class PlainFormatter(logging.Formatter):
    """Time with its offset from UTC, level, logger, the request's id, message; then a traceback.

    The time is local: Django sets the process's time zone as soon as it has its settings.
    """

    def __init__(self) -> None:
        super().__init__(PLAIN, style="{")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        """Return the record's time, ISO 8601 with a space."""
        local = datetime.fromtimestamp(record.created, tz=timezone.utc).astimezone()
        return local.isoformat(" ", "milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text that every stream takes."""
        record.request_id = id_of(record)
        text = super().format(record).rstrip("\n")  # a warning's text ends with one
        return text.encode(errors="backslashreplace").decode()


class JsonFormatter(logging.Formatter):
    """One JSON object a record, with a request's data where it is one's line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        about = id_of(record)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, tz=timezone.utc).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": None if about == request_id.NONE else about,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if isinstance(record.args, dict) and "ms" in record.args:
            line.update(_request(record.args))
        text = json.dumps(line, ensure_ascii=False)
        # A surrogate on its own is no character, and strict readers refuse its escape too.
        return text.encode(errors="replace").decode().translate(LINE_ENDS)


def _request(atoms: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": atoms["m"],
        "path": atoms["U"],
        "status": int(atoms["s"]),
        "duration_ms": round(atoms["ms"], 1),
        "remote": atoms["h"],
        "bytes": atoms["B"],
    }
