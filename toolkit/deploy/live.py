"""A deploy on a terminal: one table, a row a host, below what the hosts print."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TextIO

from rich.console import Console, Group
from rich.live import Live as Region
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from toolkit.deploy import summary, wording
from toolkit.deploy.events import Ended, Event, Note, Output, Started, StepEnded, StepStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from rich.console import RenderableType

_PER_SECOND = 8

#: Columns from which on a table has room for how the last step ended, and for phases.
_WIDE, _MIDDLE = 76, 50

#: Lines of a table beside its hosts' rows: what is done, the head, how many hosts are not shown.
_FRAME = 4

_STYLES = {"done": "green", "skipped": "dim", "failed": "bold red", "succeeded": "bold green"}


@dataclass
class _Row:
    """Where a host is.

    Attributes:
        total: Its steps, or 0 where nobody knows how many there are.
        done: Those that are over.
        running: Those that are not, and since when.
        last: The one that ended last.
    """

    total: int = 0
    done: int = 0
    running: dict[tuple[str, str], float] = field(default_factory=dict)
    last: StepEnded | None = None

    @property
    def rank(self) -> int:
        """Which hosts are shown first where there is no room for all."""
        if self.running:
            return 0
        return 1 if self.last and self.last.outcome == "failed" else 2


class Live:
    """The live table. A context: at its end the terminal is as it was.

    Args:
        stdout: The terminal.
        environ: The environment: NO_COLOR, COLUMNS, TERM.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        stdout: TextIO,
        *,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = Console(
            file=stdout,
            force_terminal=True,
            markup=False,
            emoji=False,
            highlight=False,
            soft_wrap=True,
            _environ=environ,
        )
        self._clock = clock
        self._rows: dict[str, _Row] = {}
        self._title, self._began = "", clock()
        self._steps: list[StepEnded] = []
        # The thread that draws takes this one last, so nothing is printed while it is held.
        self._lock = threading.Lock()
        self._spinner = Spinner("dots")
        self._region = Region(
            console=self._console,
            get_renderable=self._draw,
            refresh_per_second=_PER_SECOND,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave what the table says, and give the terminal back, if there is one still."""
        with contextlib.suppress(OSError):
            self._region.stop()

    def __call__(self, event: Event) -> None:
        """Show the event."""
        with self._lock:
            self._take(event)
        match event:
            case Started():
                self._print([wording.beginning(event)], "bold")
                self._region.start()
            case StepEnded(outcome="failed"):
                self._print(_failure(event), "red")
            case Output():
                self._print(wording.told(event.host, event.line))
            case Note():
                self._print(wording.note(event), "yellow")
            case Ended():
                self._end(event)

    def _take(self, event: Event) -> None:
        match event:
            case Started():
                self._title = f"{event.app}: {wording.headline(event).removesuffix(' begins')}"
                if event.kind != "return":
                    self._began = self._clock()
                self._rows = {host: _Row(total=event.steps.get(host, 0)) for host in event.hosts}
            case StepStarted():
                row = self._rows.setdefault(event.host, _Row())
                row.running[event.phase, event.step] = self._clock()
            case StepEnded():
                self._steps.append(event)
                row = self._rows.setdefault(event.host, _Row())
                row.running.pop((event.phase, event.step), None)
                row.done += 1
                row.last = event

    def _end(self, event: Ended) -> None:
        if event.kind == "return":
            self._print([wording.ending(event)], _STYLES.get(event.outcome, "bold red"))
            return
        self._region.transient = True
        self._region.stop()
        for table in summary.tables(self._steps, event):
            head, *rows = table.lines(self._console.width)
            self._print(["", head], "bold")
            self._print(rows)
        self._print(["", wording.ending(event)], _STYLES.get(event.outcome, "bold red"))

    def _print(self, lines: Iterable[str], style: str = "") -> None:
        self._console.print(Text("\n".join(lines), style=style), soft_wrap=True)

    def _draw(self) -> RenderableType:
        now = self._clock()
        with self._lock:
            rows, left = self._shown()
            table = self._table()
            for host, row in rows:
                self._add(table, host, row, now)
            taken = wording.duration(now - self._began)
            title = Text(f"{self._title}  {taken}", "bold", no_wrap=True, overflow="ellipsis")
            more = [Text(f"and {left} more hosts", "dim")] if left else []
        return Group(title, table, *more)

    def _shown(self) -> tuple[list[tuple[str, _Row]], int]:
        """The hosts that there is room for, those that work first, and how many are left out."""
        rows = list(self._rows.items())
        room = max(self._console.height - _FRAME, 1)
        if len(rows) <= room:
            return rows, 0
        chosen = {host for host, _ in sorted(rows, key=lambda each: each[1].rank)[:room]}
        return [each for each in rows if each[0] in chosen], len(rows) - room

    def _table(self) -> Table:
        width = self._console.width
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        table.add_column("host", no_wrap=True, max_width=max(width // 4, 8), overflow="ellipsis")
        table.add_column("", no_wrap=True, width=1)
        if width >= _MIDDLE:
            table.add_column("phase", no_wrap=True, min_width=9, max_width=12, overflow="ellipsis")
        table.add_column("step", no_wrap=True, ratio=3, overflow="ellipsis")
        table.add_column("time", no_wrap=True, justify="right", min_width=6)
        table.add_column("steps", no_wrap=True, justify="right")
        if width >= _WIDE:
            table.add_column("last", no_wrap=True, ratio=3, overflow="ellipsis")
        table.expand = True
        return table

    def _add(self, table: Table, host: str, row: _Row, now: float) -> None:
        (phase, step), since = next(reversed(row.running.items()), (("", ""), now))
        steps = f"{row.done}/{row.total}" if row.total else str(row.done or "-")
        words: list[RenderableType] = [Text(host or wording.HERE)]
        words.append(self._spinner.render(now) if row.running else _mark(row.last))
        if self._console.width >= _MIDDLE:
            words.append(Text(wording.clean(phase), "cyan"))
        words.append(Text(wording.clean(step)) if row.running else Text("waits", "dim"))
        words.append(Text(wording.duration(now - since) if row.running else ""))
        words.append(Text(steps))
        if self._console.width >= _WIDE:
            words.append(_last(row.last))
        table.add_row(*words)


def _failure(event: StepEnded) -> list[str]:
    host = event.host or wording.HERE
    first, *more = wording.ended(event)
    told = [line for each in more for line in wording.told(host, each)]
    return [f"{host}: {wording.clean(f'{event.phase} {event.step}')} {first}", *told]


def _mark(last: StepEnded | None) -> Text:
    if last is None:
        return Text("")
    return Text("x", "bold red") if last.outcome == "failed" else Text("-", "green")


def _last(last: StepEnded | None) -> Text:
    if last is None:
        return Text("")
    text = f"{wording.clean(last.step)} {wording.ended(last)[0]}"
    return Text(text, _STYLES[last.outcome])
