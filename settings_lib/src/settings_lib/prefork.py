"""Celery's prefork pool, which stops promptly once no task is running.

Celery ends a warm shutdown by waiting: up to a second until its event loop looks at the signal's
flag, and a second in which each child sleeps before it exits (billiard's ``Worker._do_exit``). A
deploy waits for that on every host. Here the signal wakes the loop, and children that have nothing
to do any more are not waited for. A task in flight is finished first, as in Celery.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from celery.concurrency import prefork  # type: ignore[import-untyped]

#: Seconds that an idle child has for the handlers of ``worker_process_shutdown``.
GRACE = 0.5

#: Seconds between two looks at the tasks in flight.
INTERVAL = 0.05


class TaskPool(prefork.TaskPool):  # type: ignore[misc]  # Celery has no types
    """Celery's default pool, named by the setting ``worker_pool``."""

    def register_with_event_loop(self, loop: Any) -> None:  # noqa: ANN401 - kombu's Hub
        """Let a signal wake the event loop, which looks at its flag then.

        Args:
            loop: The worker's event loop. Transports without one (the filesystem's) do not call
                this, and notice a signal within their polling interval.
        """
        super().register_with_event_loop(loop)
        reader, self._waker = socket.socketpair()
        reader.settimeout(0)
        self._waker.settimeout(0)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        loop.add_reader(reader, reader.recv, 4096)

    def on_stop(self) -> None:
        """Finish the tasks in flight and stop; the children end as soon as the last one has."""
        if self._pool is not None:
            threading.Thread(target=_end_when_idle, args=(self._pool,), daemon=True).start()
        super().on_stop()


def _end_when_idle(pool: Any) -> None:  # noqa: ANN401 - billiard's Pool
    while pool._cache:  # noqa: SLF001 - the tasks whose results are outstanding
        time.sleep(INTERVAL)
    children = [process.pid for process in pool._pool]  # noqa: SLF001
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(GRACE)
