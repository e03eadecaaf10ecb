"""What a person sees: one line that lives on a terminal, plain lines elsewhere."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING, TextIO

from build_wheels.redact import redact

if TYPE_CHECKING:
    from types import TracebackType

_TICK = 0.5  # seconds


class Progress:
    """Reports what goes on.

    Args:
        stream: where to.
        live: whether it is a terminal.
        quiet: whether only errors and the summary are wanted.
    """

    def __init__(self, stream: TextIO, *, live: bool, quiet: bool = False) -> None:
        self._stream = stream
        self._live = live and not quiet
        self._quiet = quiet
        self._lock = threading.Lock()
        self._active: dict[str, float] = {}
        self._done = 0
        self._total = 0
        self._stop = threading.Event()
        self._ticker: threading.Thread | None = None

    def __enter__(self) -> Progress:  # noqa: PYI034 - Self is Python 3.11's
        if self._live:
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        if self._ticker is not None:
            self._ticker.join()
        with self._lock:
            self._clear()

    def expect(self, total: int) -> None:
        """Say how many steps there will be.

        Args:
            total: their number; those done so far count.
        """
        self._total = total

    def started(self, text: str, *, brief: bool = False) -> None:
        """A step begins.

        Args:
            text: such as ``building psycopg2 2.9.10``.
            brief: whether it is too short for a line of its own.
        """
        with self._lock:
            self._active[text] = time.monotonic()
            if not self._live and not brief:
                self._line(f"{text} …")

    def ended(self, text: str, done: str) -> None:
        """A step is done.

        Args:
            text: as it began.
            done: what to say, such as ``django 6.0 downloaded``.
        """
        with self._lock:
            self._active.pop(text, None)
            self._done += 1
            self._line(done)

    def note(self, text: str) -> None:
        """Say something that is no step.

        Args:
            text: one line.
        """
        with self._lock:
            self._line(text)

    def summary(self, text: str) -> None:
        """Say how it ended, even where only that is wanted.

        Args:
            text: one line.
        """
        with self._lock:
            self._quiet = False
            self._line(text)

    def _line(self, text: str) -> None:
        if self._quiet:
            return
        self._clear()
        print(redact(text), file=self._stream, flush=True)
        self._draw()

    def _tick(self) -> None:
        while not self._stop.wait(_TICK):
            with self._lock:
                self._clear()
                self._draw()

    def _clear(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _draw(self) -> None:
        if not self._live or not self._active or self._stop.is_set():
            return
        steps = [f"{text} {elapsed(since)}" for text, since in self._active.items()]
        count = f"[{self._done}/{self._total}] " if self._total else ""
        line = redact(count + " · ".join(steps))
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(line if len(line) <= width else line[: width - 1] + "…")
        self._stream.flush()


def elapsed(since: float) -> str:
    """The time since a moment, as people read it, such as ``1:05``.

    Args:
        since: of :func:`time.monotonic`, in seconds.
    """
    minutes, seconds = divmod(int(time.monotonic() - since), 60)
    return f"{minutes}:{seconds:02d}"
