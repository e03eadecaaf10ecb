"""The time that passes while hosts are waited for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading


class Clock:
    """This machine's."""

    def now(self) -> float:
        """Seconds, since some moment."""
        return time.monotonic()

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait, and say whether it was to be stopped meanwhile.

        Args:
            seconds: How long.
            stop: Ends it early.
        """
        return stop.wait(seconds)
