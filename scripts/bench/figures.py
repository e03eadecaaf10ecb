"""What the benchmark makes of its measurements: medians, ratios, goals and tables."""

from __future__ import annotations

import json
import random
import statistics
from dataclasses import dataclass, field

#: Resamples from which the interval of a ratio is taken; drawn the same way every time.
RESAMPLES = 1000
SEED = 1

#: Between these lines of a page stands what the command writes.
BEGIN = "<!-- Written by `make bench-entrypoint BENCH=--write`; do not edit. -->\n"
END = "<!-- The end of what is written. -->\n"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a comparison is to show.

    Args:
        ratio: the most that the first side may take, as a share of the other's median.
        difference: the most, in ms, that it may take longer.
        digits: to how many decimals that is meant: the figure is rounded to them first.
    """

    ratio: float | None = None
    difference: float | None = None
    digits: int = 2

    def __str__(self) -> str:
        if self.ratio is not None:
            return f"ratio ≤ {self.ratio:.{self.digits}f}"
        return f"difference ≤ {self.difference:.{self.digits}f} ms"

    def met(self, *, ratio: float, difference: float) -> bool:
        """Return whether it is reached."""
        if self.ratio is not None:
            return round(ratio, self.digits) <= self.ratio
        return self.difference is not None and round(difference, self.digits) <= self.difference


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One job, done by two sides in turn.

    Args:
        name: the job.
        goal: what it is to show.
        ours: each run of the first side, in ms.
        theirs: each run of the other, in ms, in the same order.
        cpu: the CPU time of each run of both sides, in ms; empty where it is not known.
    """

    name: str
    goal: Goal
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    cpu: tuple[tuple[float, ...], ...] = field(default=())

    @property
    def medians(self) -> tuple[float, float]:
        """The medians of both sides, in ms."""
        return statistics.median(self.ours), statistics.median(self.theirs)

    @property
    def spreads(self) -> tuple[float, float]:
        """The interquartile ranges of both sides, in ms: what half of the runs lie within."""
        return _spread(self.ours), _spread(self.theirs)

    @property
    def difference(self) -> float:
        """The first side's median less the other's, in ms."""
        ours, theirs = self.medians
        return ours - theirs

    @property
    def ratio(self) -> float:
        """The first side's median as a share of the other's."""
        ours, theirs = self.medians
        return ours / theirs

    @property
    def interval(self) -> tuple[float, float]:
        """The bootstrap's 95 % interval of the ratio: how much of it is noise."""
        generator = random.Random(SEED)  # noqa: S311 - statistics, no secret
        ratios = sorted(
            statistics.median(generator.choices(self.ours, k=len(self.ours)))
            / statistics.median(generator.choices(self.theirs, k=len(self.theirs)))
            for _ in range(RESAMPLES)
        )
        return ratios[RESAMPLES // 40], ratios[-1 - RESAMPLES // 40]

    @property
    def met(self) -> bool:
        """Whether its goal is reached."""
        return self.goal.met(ratio=self.ratio, difference=self.difference)

    def cells(self) -> tuple[str, ...]:
        """Return it as a table's line, as HEAD has it."""
        low, high = self.interval
        ours, theirs = (
            f"{median:.1f} ± {spread / 2:.1f}"
            for median, spread in zip(self.medians, self.spreads, strict=True)
        )
        cpu = " / ".join(f"{statistics.median(side):.1f}" for side in self.cpu) or "-"
        return (
            self.name,
            ours,
            theirs,
            f"{self.difference:+.1f}",
            f"{self.ratio:.3f}",
            f"{low:.3f} to {high:.3f}",
            cpu,
            f"{self.goal}: {'met' if self.met else 'MISSED'}",
        )

    def data(self) -> dict[str, object]:
        """Return it for a machine; all times are in ms."""
        sides = zip(("ours", "theirs"), self.medians, self.spreads, strict=True)
        return {
            "name": self.name,
            "runs": len(self.ours),
            **{side: {"median": median, "spread": spread} for side, median, spread in sides},
            "cpu": [statistics.median(side) for side in self.cpu],
            "difference": self.difference,
            "ratio": self.ratio,
            "interval": list(self.interval),
            "goal": str(self.goal),
            "met": self.met,
        }


def _spread(values: tuple[float, ...]) -> float:
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return high - low


def head(ours: str, theirs: str) -> tuple[str, ...]:
    """Return a table's first line."""
    return ("job", ours, theirs, "difference", "ratio", "95 % of it", "CPU", "goal")


def text_table(lines: list[tuple[str, ...]]) -> str:
    """Return a table for a terminal: names to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    last = len(widths) - 1
    return "".join(
        "  ".join(
            cell.ljust(width) if number in {0, last} else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in lines
    )


def markdown_table(lines: list[tuple[str, ...]]) -> str:
    """Return a table for a page."""
    first, *rest = lines
    rule = ("---", *("---:" for _ in first[1:-1]), "---")
    return "".join(f"| {' | '.join(line)} |\n" for line in (first, rule, *rest))


def json_text(machine: dict[str, str], comparisons: list[Comparison]) -> str:
    """Return everything for a machine."""
    results = [comparison.data() for comparison in comparisons]
    return json.dumps({"machine": machine, "results": results}, ensure_ascii=False, indent=2)


def replace_block(page: str, block: str) -> str:
    """Return a page with another block between BEGIN and END.

    Raises:
        ValueError: the page has no such block.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no block between {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n{block.strip()}\n\n{END}{after}"
