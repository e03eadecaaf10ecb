"""Runs checks side by side, and never two runs of one check at a time.

A driver that waits for a silent server cannot be interrupted; only its thread can be left alone.
So each run has a thread, whoever asks meanwhile waits for that same run, and not past its deadline.
However many ask, a check that hangs holds one thread and one connection.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

OK, WARNING, ERROR = "ok", "warning", "error"

#: Seconds for which what a run found is told again: several who ask every second are one.
FRESH = 1.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a check found.

    Attributes:
        status: ``ok``, ``warning`` or ``error``.
        text: What is wrong, for everybody to read; empty where nothing is.
    """

    status: str
    text: str = ""


class Run:
    """One run of a check. It begins at once, in a thread that does not keep the process alive.

    A pool of threads would: its threads are joined when the interpreter ends.

    Attributes:
        began: When, on the monotonic clock.
        ended: When; None while it is under way.
        future: Its outcome, for those who wait.
    """

    def __init__(self, ask: Callable[[], Outcome]) -> None:
        self.began = time.monotonic()
        self.ended: float | None = None
        self.future: Future[Outcome] = Future()
        self.future.set_running_or_notify_cancel()
        try:
            threading.Thread(target=self._work, args=(ask,), daemon=True, name="heartbeat").start()
        except RuntimeError:
            self._end(Outcome(status=ERROR, text="no thread can be started"))

    def left(self, timeout: float) -> float:
        """Seconds until it has had its time, never less than 0.

        Args:
            timeout: The seconds that it has.
        """
        return max(0.0, self.began + timeout - time.monotonic())

    def _work(self, ask: Callable[[], Outcome]) -> None:
        try:
            outcome = ask()
        except BaseException as error:  # noqa: BLE001 - somebody waits for an outcome
            outcome = Outcome(status=ERROR, text=type(error).__name__)
        self._end(outcome)

    def _end(self, outcome: Outcome) -> None:
        self.ended = time.monotonic()
        self.future.set_result(outcome)


class Watch:
    """A check, its latest run, and what was last told of it.

    Args:
        name: For people.
        kind: The check's class, in the answer's details.
        ask: Runs the check.
        silence: The status of a check that does not end in time.
    """

    def __init__(
        self, name: str, kind: str, ask: Callable[[], Outcome], silence: str = ERROR
    ) -> None:
        self.name = name
        self.kind = kind
        self._ask = ask
        self._silence = silence
        self._lock = threading.Lock()
        self._run: Run | None = None
        self._told = OK

    def run(self) -> Run:
        """Return the run that is under way or ended just now, else begin one."""
        with self._lock:
            run = self._run
            if run is None or (run.ended is not None and time.monotonic() - run.ended > FRESH):
                run = self._run = Run(self._ask)
            return run

    def tell(self, run: Run, timeout: float) -> Outcome:
        """Return what a run found by now, and log it where the status is another than before.

        Args:
            run: The run.
            timeout: The seconds that it had.
        """
        if run.future.done():
            outcome = run.future.result()
        else:
            outcome = Outcome(status=self._silence, text=f"no answer within {timeout:g} s")
        with self._lock:
            changed, self._told = outcome.status != self._told, outcome.status
        if changed:
            level = logging.INFO if outcome.status == OK else logging.WARNING
            text = f": {outcome.text}" if outcome.text else ""
            logger.log(level, "/__heartbeat__: %s: %s%s", self.name, outcome.status, text)
        return outcome
