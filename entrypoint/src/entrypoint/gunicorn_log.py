"""gunicorn's log: a line a request, with its id and duration; LOG_FORMAT says in which form.

`entrypoint.lines` has the forms. A request's line has its path without the query string, which may
carry tokens.
"""

from __future__ import annotations

import logging
import os

from gunicorn.instrument.statsd import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    Statsd,
)

from entrypoint import gunicorn_metrics, lines, request_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: gunicorn's access_log_format. `ms` is ours; `U` has another meaning here, see atoms().
ACCESS = "%(m)s %(U)s %(s)s in %(ms).1f ms, %(b)s bytes to %(h)s"


class Logger(Statsd):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's logger, which sends to statsd too where that is configured."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401
        """Set the handlers up, with our form unless the app has a logging configuration."""
        super().setup(cfg)
        if cfg.logconfig or cfg.logconfig_dict or cfg.logconfig_json:
            return
        form = lines.formatter(os.environ)
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
