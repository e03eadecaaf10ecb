"""gunicorn's log: a line a request, with its id and duration; LOG_FORMAT says in which form.

Both forms have what settings_lib's own log has, in its order, so that a container has one log. A
request's line has its path without the query string, which may carry tokens.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import datetime, timezone

from gunicorn.instrument.statsd import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    Statsd,
)

from entrypoint import gunicorn_metrics, request_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: gunicorn's access_log_format. `I` and `ms` are ours; `U` has another meaning here, see atoms().
ACCESS = "%(m)s %(U)s %(s)s in %(ms).1f ms, %(b)s bytes to %(h)s, request %(I)s"

#: With the offset from UTC: Django sets the process's time zone as soon as it has its settings.
PLAIN = logging.Formatter(
    "{asctime} {levelname} {name} {message}", datefmt="%Y-%m-%d %H:%M:%S%z", style="{"
)


class JsonFormatter(logging.Formatter):
    """One JSON object a record, with a request's data where it is one's line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, tz=timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if isinstance(record.args, dict) and "ms" in record.args:
            line.update(_request(record.args))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _request(atoms: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": atoms["m"],
        "path": atoms["U"],
        "status": int(atoms["s"]),
        "duration_ms": round(atoms["ms"], 1),
        "request_id": atoms["I"],
        "remote": atoms["h"],
        "bytes": atoms["B"],
    }


class Logger(Statsd):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's logger, which sends to statsd too where that is configured."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401
        """Set the handlers up, with our form unless the app has a logging configuration."""
        super().setup(cfg)
        if cfg.logconfig or cfg.logconfig_dict or cfg.logconfig_json:
            return
        form = JsonFormatter() if os.environ.get("LOG_FORMAT") == "json" else PLAIN
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                own = getattr(handler, "_gunicorn", False)
                if own and isinstance(handler, logging.StreamHandler):  # and not syslog's
                    handler.setFormatter(form)

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return what a request's line can be made of.

        `I` is the request's id, `ms` its duration in milliseconds, and `U` its path as it was sent:
        decoded, a line end in it would begin a line of its own.
        """
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        path = str(environ.get("RAW_URI") or "-").partition("?")[0]
        if not (path.isascii() and path.isprintable()):
            path = path.encode("unicode_escape").decode()
        return {**atoms, "I": request_id.of(req), "ms": atoms["D"] / 1000, "U": path}

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:  # noqa: ANN401
        """Log a request, and count it."""
        super().access(resp, req, environ, request_time)
        seconds = request_time.seconds + request_time.microseconds / 1e6
        status = str(resp.status).partition(" ")[0]
        gunicorn_metrics.observe(environ["REQUEST_METHOD"], status, seconds)
