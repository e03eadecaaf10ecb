"""What people and programs see of a deploy: a live table, plain lines, or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from toolkit.deploy import summary, wording
from toolkit.deploy.events import (
    Ended,
    Event,
    Listener,
    Note,
    Output,
    Started,
    StepEnded,
    StepStarted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

_PHASE = 9
_STEP = 24


class Display(Listener, Protocol):
    """A listener that is there from a deploy's begin to its end."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the terminal back, whatever happened."""


def choose(stdout: TextIO, *, json: bool, environ: Mapping[str, str]) -> Display:
    """The display that fits.

    Args:
        stdout: Where to.
        json: One JSON object a line, for programs.
        environ: The environment: TERM, NO_COLOR, COLUMNS.

    Returns:
        The live table on a terminal that moves its cursor and has UTF-8, plain lines elsewhere.
    """
    if json:
        return JsonLines(stdout)
    dumb = environ.get("TERM", "") in {"", "dumb", "unknown"}
    if not stdout.isatty() or dumb or not stdout.encoding.lower().startswith("utf"):
        return Plain(stdout)
    from toolkit.deploy.live import Live  # noqa: PLC0415 - rich is not loaded where it is not used

    return Live(stdout, environ=environ)


class _Writer:
    """Writes whole lines, at once, in whatever characters the output has."""

    def __init__(self, stdout: TextIO) -> None:
        self._stdout = stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is kept back that would have to be written."""

    def _write(self, line: str) -> None:
        encoding = self._stdout.encoding or "utf-8"
        self._stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        self._stdout.flush()


class JsonLines(_Writer):
    """One JSON object a line and an event.

    Args:
        stdout: Where to.
    """

    def __call__(self, event: Event) -> None:
        """Write the event."""
        self._write(json.dumps(event.data()))


class Plain(_Writer):
    """One line an event, and tables of what took how long at the end: for logs.

    Args:
        stdout: Where to.
    """

    def __init__(self, stdout: TextIO) -> None:
        super().__init__(stdout)
        self._host = len(wording.HERE)
        self._steps: list[StepEnded] = []

    def __call__(self, event: Event) -> None:
        """Write the event."""
        for line in self._lines(event):
            self._write(line)

    def _lines(self, event: Event) -> Iterator[str]:
        match event:
            case Started():
                self._host = max(self._host, *map(len, event.hosts), 0)
                yield wording.beginning(event)
            case StepStarted():
                yield f"{self._where(event)}  begins"
            case StepEnded():
                self._steps.append(event)
                first, *more = wording.ended(event)
                yield f"{self._where(event)}  {first}"
                for line in more:
                    yield from wording.told(event.host, line)
            case Output():
                yield from wording.told(event.host, event.line)
            case Note():
                yield from wording.note(event)
            case Ended():
                yield from self._ended(event)

    def _where(self, event: StepStarted | StepEnded) -> str:
        host, phase, step = event.host or wording.HERE, event.phase, event.step
        return wording.clean(f"{host:<{self._host}}  {phase:<{_PHASE}} {step:<{_STEP}}")

    def _ended(self, event: Ended) -> Iterator[str]:
        if event.kind != "return":
            for table in summary.tables(self._steps, event):
                yield ""
                yield from table.lines()
            yield ""
        yield wording.ending(event)
