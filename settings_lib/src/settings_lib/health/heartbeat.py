"""``/__heartbeat__``: are the backends there?"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from typing import TYPE_CHECKING, Any

from settings_lib.health.runs import ERROR, OK, WARNING

if TYPE_CHECKING:
    from settings_lib.health.runs import Run, Watch

#: Seconds, where no setting says it.
TIMEOUT = 3.0

#: Python's and Dockerflow's numbers of the levels.
LEVELS = {OK: 0, WARNING: 30, ERROR: 40}


class Heartbeat:
    """Asks every check at the same time and answers before the deadline.

    Nothing is imported, and nothing connected to, before somebody asks.

    Args:
        timeout: How many seconds a check has; 3 by default.
    """

    def __init__(self, timeout: float | None = None) -> None:
        self._timeout = timeout or TIMEOUT
        self._lock = threading.Lock()
        self._watches: tuple[Watch, ...] | None = None

    def ask(self) -> dict[str, Any]:
        """Ask, in a thread that may wait.

        Returns:
            Dockerflow's answer: the worst status, the status of each check by its name, and the
            details of those that are not fine.
        """
        runs = self._begun(self._made())
        for run in runs.values():
            concurrent.futures.wait([run.future], timeout=run.left(self._timeout))
        return self._answer(runs)

    async def ask_async(self) -> dict[str, Any]:
        """Ask, in an event loop, which goes on meanwhile. Returns what `ask` does."""
        if self._watches is None:
            await asyncio.to_thread(self._made)  # it imports
        runs = self._begun(self._made())
        for run in runs.values():
            future = asyncio.wrap_future(run.future)
            await asyncio.wait([future], timeout=run.left(self._timeout))
            future.cancel()  # if the run goes on, its end is nothing to this loop any more
        return self._answer(runs)

    def _made(self) -> tuple[Watch, ...]:
        with self._lock:
            if self._watches is None:
                from settings_lib.health.checks import watches  # noqa: PLC0415 - costs time

                self._watches = tuple(watches(self._timeout))
            return self._watches

    def _begun(self, watches: tuple[Watch, ...]) -> dict[Watch, Run]:
        return {watch: watch.run() for watch in watches}

    def _answer(self, runs: dict[Watch, Run]) -> dict[str, Any]:
        found = {watch: watch.tell(run, self._timeout) for watch, run in runs.items()}
        statuses = [outcome.status for outcome in found.values()]
        return {
            "status": max(statuses, key=LEVELS.__getitem__, default=OK),
            "checks": {watch.name: outcome.status for watch, outcome in found.items()},
            "details": {
                watch.name: {
                    "status": outcome.status,
                    "level": LEVELS[outcome.status],
                    "messages": {watch.kind: outcome.text},
                }
                for watch, outcome in found.items()
                if outcome.status != OK
            },
        }
