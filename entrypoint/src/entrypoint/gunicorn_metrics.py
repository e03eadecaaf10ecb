"""Metrics for Prometheus, which gunicorn's arbiter serves for all of its workers.

WEB_METRICS=prometheus://[HOST]:PORT. Each worker writes its numbers into files of its own, and
the arbiter adds them up: "Multiprocess Mode" in prometheus_client's documentation. What the app
counts with prometheus_client itself is served with them.
"""

from __future__ import annotations

import os

from entrypoint import role
from entrypoint.errors import UnavailableError
from entrypoint.web import metrics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLDER = "PROMETHEUS_MULTIPROC_DIR"

#: Other methods are one, so that nobody can make series without end.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

#: What a worker counts with, once it has begun, and what serves it; empty without Prometheus.
_counting: dict[str, Any] = {}
_serving: list[Any] = []


def prepare() -> None:
    """Make the folder for the files, without those of an earlier run of the container."""
    folder = os.environ[FOLDER]
    os.makedirs(folder, exist_ok=True)
    if role.is_this_process() and "GUNICORN_PID" not in os.environ:
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))


def serve() -> None:
    """Serve the numbers, in a thread of the arbiter, where WEB_METRICS says so.

    Raises:
        UnavailableError: its port is taken.
    """
    target = metrics(os.environ)
    if target is None or target.kind != "prometheus" or "GUNICORN_PID" in os.environ:
        return  # an arbiter that takes over from another one finds the port taken by that
    from prometheus_client import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        CollectorRegistry,
        start_http_server,
    )
    from prometheus_client.multiprocess import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        MultiProcessCollector,
    )

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call,unused-ignore]
    try:
        _serving[:] = start_http_server(target.port, target.host, registry) or ()
    except OSError as error:
        raise UnavailableError(
            f"cannot listen on port {target.port} of {target.host}: {error.strerror or error}.",
            "WEB_METRICS names another one.",
        ) from None


def pre_fork(server: Any, worker: Any) -> None:  # noqa: ANN401 - gunicorn's
    """Give a worker the first number that no other one has.

    Its files have it in their name, and its successor goes on with them. With process ids there
    were new files for each worker that is ever started.
    """
    used = {each.metrics_number for each in server.WORKERS.values()}
    worker.metrics_number = next(number for number in range(len(used) + 1) if number not in used)


def post_fork(server: Any, worker: Any) -> None:  # noqa: ANN401, ARG001
    """Let a worker count."""
    from prometheus_client import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        Counter,
        Histogram,
        values,
    )

    if _serving:
        _serving[0].socket.close()
    own = values.MultiProcessValue(lambda: worker.metrics_number)  # type: ignore[no-untyped-call,unused-ignore]
    values.ValueClass = own
    names = ("method", "status")
    _counting["requests"] = Counter("http_requests", "Requests answered.", names)
    _counting["seconds"] = Histogram("http_request_duration_seconds", "Their duration.", names[:1])


def observe(method: str, status: str, seconds: float) -> None:
    """Count a request."""
    if _counting:
        method = method if method in METHODS else "other"
        _counting["requests"].labels(method, status).inc()
        _counting["seconds"].labels(method).observe(seconds)


def child_exit(server: Any, worker: Any) -> None:  # noqa: ANN401, ARG001
    """Take a worker's gauges out of the sum: it has ended."""
    from prometheus_client.multiprocess import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        mark_process_dead,
    )

    mark_process_dead(worker.metrics_number)  # type: ignore[no-untyped-call,unused-ignore]
