"""How long a deploy's steps and phases took, as tables of text."""

from __future__ import annotations

import statistics
import textwrap
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.deploy.wording import HERE, clean, cut, duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolkit.deploy.events import Ended, StepEnded

_GAP = "  "

#: Characters of a step's name: a longer one is cut.
_LONGEST = 36


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of words.

    Attributes:
        head: The columns' names.
        rows: The rows, each with as many words.
        right: The columns that are flush right.
        labels: How many columns say what a row is about.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    labels: int = 1

    def lines(self, width: int | None = None) -> list[str]:
        """The table, its head first.

        Args:
            width: The columns that there are; where it is wider, each row becomes a list of what
                it says. None for as many as it takes.
        """
        widths = [max(map(len, each)) for each in zip(self.head, *self.rows, strict=True)]
        made = [self._line(row, widths) for row in (self.head, *self.rows)]
        if width is None or max(map(len, made)) <= width:
            return made
        return [line for row in self.rows for line in self._stacked(row, width)]

    def _line(self, row: Sequence[str], widths: Sequence[int]) -> str:
        words = (
            f"{word:>{wide}}" if number in self.right else f"{word:<{wide}}"
            for number, (word, wide) in enumerate(zip(row, widths, strict=True))
        )
        return _GAP.join(words).rstrip()

    def _stacked(self, row: Sequence[str], width: int) -> list[str]:
        said = (f"{name} {word}".strip() for name, word in zip(self.head, row, strict=True) if word)
        text = f"{' '.join(row[: self.labels])}: {', '.join(list(said)[self.labels :])}"
        return textwrap.wrap(text, max(width, 20), subsequent_indent=_GAP)


def tables(steps: Iterable[StepEnded], ended: Ended) -> list[Table]:
    """What each step took, and each phase on each host.

    Args:
        steps: The steps that are over, in their order.
        ended: How it ended.
    """
    known = tuple(steps)
    made = [_by_step(known), _by_host(known, ended)]
    return [each for each in made if each.rows]


def _by_step(steps: Sequence[StepEnded]) -> Table:
    groups: dict[tuple[str, str], list[StepEnded]] = defaultdict(list)
    for each in steps:
        groups[each.phase, each.step].append(each)
    rows = tuple(
        (clean(phase), cut(clean(step), _LONGEST), *_figures(group))
        for (phase, step), group in groups.items()
    )
    if len({each.host for each in steps}) > 1:
        head = ("phase", "step", "hosts", "median", "longest", "")
        return Table(head=head, rows=rows, right=frozenset({2, 3, 4}), labels=2)
    alone = tuple((phase, step, longest, tail) for phase, step, _, _, longest, tail in rows)
    return Table(head=("phase", "step", "time", ""), rows=alone, right=frozenset({2}), labels=2)


def _figures(group: Sequence[StepEnded]) -> tuple[str, str, str, str]:
    """On how many hosts a step was, its times, and what was uncommon."""
    hosts = len({each.host for each in group})
    run = [each for each in group if each.outcome != "skipped"]
    if not run:
        return str(hosts), "", "", "skipped"
    longest = max(run, key=lambda each: each.seconds)
    failed = list(dict.fromkeys(each.host or HERE for each in run if each.outcome == "failed"))
    where = longest.host if hosts > 1 else ""
    tail = f"failed on {', '.join(failed)}" if failed else where
    median = statistics.median(each.seconds for each in run)
    return str(hosts), duration(median), duration(longest.seconds), tail


def _by_host(steps: Sequence[StepEnded], ended: Ended) -> Table:
    run = [each for each in steps if each.outcome != "skipped"]
    phases = tuple(dict.fromkeys(each.phase for each in run))
    spent: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for each in run:
        spent[each.host or HERE][each.phase] += each.seconds
    hosts = dict.fromkeys((*(each for each in ended.hosts if each in spent), *spent))
    rows = [_row(host, phases, spent[host], sum(spent[host].values())) for host in hosts]
    rows.append(_row("in all", phases, ended.phases, ended.seconds))
    right = frozenset(range(1, len(phases) + 2))
    return Table(head=("host", *map(clean, phases), "total"), rows=tuple(rows), right=right)


def _row(
    host: str, phases: Iterable[str], spent: Mapping[str, float], total: float
) -> tuple[str, ...]:
    times = (duration(spent[each]) if each in spent else "-" for each in phases)
    return (host, *times, duration(total))
