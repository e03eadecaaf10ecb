"""The pulse of a worker or of beat: a heartbeat as long as its loop turns, or why it does not.

The loop itself touches the file, so that a loop that is stuck has no pulse. There is one good
reason to be stuck: clients of brokers block while the broker does not answer and its connection is
not closed (a host that is gone, a firewall that forgets). That must not be the end of a role, which
would find no broker after a restart either. So a thread watches the loop, and where it has stopped
turning, asks the broker over a connection of its own.
"""

from __future__ import annotations

import threading
import time

from celery.utils.log import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    get_logger,
)

from entrypoint import heartbeat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: Seconds between two heartbeats.
INTERVAL = 2.0

#: Seconds without one after which the broker is asked, and between two times of asking.
STALL = 10.0

BROKER = "the broker"

logger = get_logger("entrypoint.pulse")


class Pulse:
    """Says that a loop turns, or what it waits for.

    Args:
        connection: makes a new connection to the broker, not yet established.
        busy: whether the loop stands still for good reason: it is working.
    """

    def __init__(
        self, connection: Callable[[], Any], busy: Callable[[], bool] = lambda: False
    ) -> None:
        self._connection = connection
        self._busy = busy
        self._seen = time.monotonic()
        self._waiting: str | None = None
        self._stalled = False
        self._ending = False
        self._complained = False
        # A signal's handler may come here while the main thread already is.
        self._lock = threading.RLock()
        self._watcher: threading.Thread | None = None

    def beat(self) -> None:
        """Say that the loop turns, and waits for nothing. The loop calls it every INTERVAL."""
        with self._lock:
            self._seen = time.monotonic()
            self._stalled = False
            self._write(heartbeat.touch())
            if self._waiting is not None and not self._ending:
                self._waiting = None
                self._write(heartbeat.ready())

    def wait_for(self, what: str) -> None:
        """Say that the loop stands still until something is there."""
        with self._lock:
            if not self._ending and self._waiting != what:
                self._waiting = what
                self._write(heartbeat.wait_for(what))
            self._stalled = False

    def end(self, what: str) -> None:
        """Say that the role is ending, which takes as long as something does."""
        self.wait_for(what)
        self._ending = True

    def watch(self) -> None:
        """Begin to watch the loop, once. After the first children were forked, if possible."""
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="pulse", daemon=True)
            self._watcher.start()

    def _watch(self) -> None:
        asked = 0.0
        while not self._ending:
            time.sleep(INTERVAL)
            now = time.monotonic()
            if self._busy():
                heartbeat.touch()
            elif (self._stalled or self._waiting is None) and now - max(self._seen, asked) > STALL:
                self._ask_broker()
                asked = time.monotonic()

    def _ask_broker(self) -> None:
        """Find out whether the loop stands still because of the broker."""
        with self._lock:
            was_away = self._stalled
            if not was_away:
                if self._waiting is not None or time.monotonic() - self._seen < STALL:
                    return
                self.wait_for(BROKER)  # asking may take as long as the broker is away
                self._stalled = True
        try:
            with self._connection() as connection:
                connection.connect()
        except Exception as error:  # noqa: BLE001 - whatever the transport raises
            if not was_away:
                logger.warning(
                    "The loop waits for the broker, which is away (%s).", type(error).__name__
                )
            return
        with self._lock:
            if not self._stalled:
                return
            self._stalled = False
            self._waiting = None
            if was_away:
                heartbeat.touch()  # it has as long as ever to find its way back
            heartbeat.ready()
        logger.warning(
            "The loop has not turned for %d s, and the broker answers.",
            time.monotonic() - self._seen,
        )

    def _write(self, written: bool) -> None:  # noqa: FBT001 - what the last write returned
        if not written and not self._complained:
            self._complained = True
            logger.warning("The heartbeat's files cannot be written; `health` will be wrong.")
