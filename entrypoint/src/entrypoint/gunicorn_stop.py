"""A worker that is told to end does not wait for connections on which nothing happens.

Connections are kept for longer than a container has time to end. gunicorn 27's thread worker gives
the used ones two seconds then, and those that never had a request as long as always; its ASGI
worker waits for all, for as long as the graceful timeout. This makes it LINGER for each. With
a worker or a version that is made differently, nothing is changed.
"""

from __future__ import annotations

import signal
import sys
import time
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Seconds for a request that is on its way already. A proxy has been told long before (`drain`).
LINGER = 0.5


def install(worker: Any) -> None:  # noqa: ANN401 - gunicorn's worker
    """Change how a worker ends, in its own process."""
    if hasattr(worker, "asgi") and hasattr(worker, "handle_exit_signal"):
        _asgi(worker, sys.modules[type(worker).__module__])
    elif hasattr(worker, "pending_conns") and hasattr(worker, "method_queue"):
        _gthread(worker, sys.modules[type(worker).__module__])


def _gthread(worker: Any, module: Any) -> None:  # noqa: ANN401
    if hasattr(module, "STOP_KEEPALIVE_LINGER"):
        module.STOP_KEEPALIVE_LINGER = LINGER

    def expire() -> None:
        now = time.monotonic()
        for connection in worker.pending_conns:
            connection.timeout = min(connection.timeout, now)

    def stop(number: int, frame: object) -> None:
        worker.handle_exit(number, frame)
        worker.method_queue.defer(expire)

    signal.signal(signal.SIGTERM, stop)
    signal.siginterrupt(signal.SIGTERM, False)  # noqa: FBT003 - as gunicorn has it


def _asgi(worker: Any, module: Any) -> None:  # noqa: ANN401
    connections: weakref.WeakSet[Any] = weakref.WeakSet()

    class Protocol(module.ASGIProtocol):  # type: ignore[misc]
        """A connection that is known to the worker."""

        def connection_made(self, transport: Any) -> None:  # noqa: ANN401
            connections.add(self)
            super().connection_made(transport)

    def close_idle() -> None:
        for connection in list(connections):
            if getattr(connection, "_awaiting_request", False):
                connection.transport.close()

    def stop() -> None:
        worker.handle_exit_signal()
        worker.loop.call_later(LINGER, close_idle)

    module.ASGIProtocol = Protocol
    worker.loop.add_signal_handler(signal.SIGTERM, stop)
