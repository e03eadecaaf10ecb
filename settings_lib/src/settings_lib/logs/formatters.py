"""How a log record becomes a line, in one of two forms.

gunicorn's own log has the same two (`entrypoint.lines`), so that a container has one form of log; a
test gives both the same records.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

NO_REQUEST = "-"
"""What stands for the request's id outside of requests. In JSON it is null."""

PLAIN = "{asctime} {levelname} {name} [{request_id}] {message}"

LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What JSON leaves as it is and some readers of lines take for the end of one."""

OWN = frozenset(vars(logging.makeLogRecord({}))) | {
    "asctime",
    "message",
    "request_id",
    "taskName",
    "request",  # Django's, whose representation has the query string
}
"""A record's attributes that are no fields beside ours. What came by ``extra`` is."""


class PlainFormatter(logging.Formatter):
    """Time with its offset from UTC, level, logger, the request's id, message; then a traceback.

    The time is local: Django sets the process's time zone as soon as it has its settings.
    """

    def __init__(self) -> None:
        super().__init__(PLAIN, style="{", defaults={"request_id": NO_REQUEST})

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        """The record's time, ISO 8601 with a space."""
        local = datetime.fromtimestamp(record.created, tz=UTC).astimezone()
        return local.isoformat(" ", "milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """The record as text that every stream takes."""
        text = super().format(record).rstrip("\n")  # a warning's text ends with one
        return text.encode(errors="backslashreplace").decode()


class JsonFormatter(logging.Formatter):
    """One JSON object a record, on one line whatever the record has.

    Its fields: time (UTC, ISO 8601), level, logger, message, request_id, exception and stack where
    there are any, and then what the caller gave as ``extra``.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        request_id = getattr(record, "request_id", NO_REQUEST)
        line = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            "request_id": None if request_id == NO_REQUEST else request_id,
        }
        if record.exc_info or record.exc_text:
            line["exception"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        for name, value in vars(record).items():
            if name not in OWN and not _is_celerys(record, name):
                line[f"extra_{name}" if name in line else name] = value
        return _line(line)


def _is_celerys(record: logging.LogRecord, name: str) -> bool:
    """Whether it is what Celery logs of a task beside the message: its arguments, maybe secret."""
    return name == "data" and record.name.startswith("celery.")


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - arguments that do not fit; the rest is still worth a line
        return f"{_text(record.msg)} {_text(record.args)}"


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - whatever a __str__ raises
        return f"<{type(value).__name__}>"


def _line(fields: dict[str, Any]) -> str:
    try:
        text = json.dumps(fields, ensure_ascii=False, allow_nan=False, default=_text)
    except (TypeError, ValueError, RecursionError):  # keys, NaN, circles: no JSON
        plain = {
            name: value if value is None or isinstance(value, (str, bool)) else _text(value)
            for name, value in fields.items()
        }
        text = json.dumps(plain, ensure_ascii=False)
    if text.isascii():
        return text
    # A surrogate on its own is no character, and strict readers refuse its escape too.
    return text.encode(errors="replace").decode().translate(LINE_ENDS)
