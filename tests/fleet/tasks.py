"""Numbered tasks: asked for steadily, and counted afterwards, lost ones and doubled ones too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from containers import wait_until

if TYPE_CHECKING:
    from containers import Container, Containers
    from fleet import Fleet


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What tasks came to.

    Args:
        asked: how many numbers there are.
        done: how many of them were done.
        lost: the numbers that were not.
        doubled: the numbers that were done more than once, and how often.
        versions: how often each version of the worker did one.
    """

    asked: int
    done: int
    lost: list[int]
    doubled: dict[int, int]
    versions: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        by = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        return (
            f"{self.asked} tasks, {self.done} done, {len(self.lost)} lost, "
            f"{len(self.doubled)} doubled; {by}"
        )


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """Tasks that are being asked for, from a container of this machine's engine.

    Args:
        fleet: whose workers do them.
        container: asks.
        count: how many.
    """

    fleet: Fleet
    container: Container
    count: int

    @property
    def all_asked(self) -> bool:
        state = self.container.inspect()["State"]
        assert state["Running"] or state["ExitCode"] == 0, self.container.logs()
        return not state["Running"]

    def done(self) -> int:
        """Return how many numbers were done."""
        return int(self.fleet.sql("SELECT count(DISTINCT number) FROM probe_done"))

    def wait(self, timeout: float) -> Tally:
        """Wait until every task has been asked for and done, and count.

        Args:
            timeout: seconds; what is not done then is lost.
        """
        try:
            wait_until(lambda: self.all_asked and self.done() == self.count, "", timeout=timeout)
        except AssertionError:
            assert self.all_asked, f"after {timeout} s tasks are still being asked for"
        return self.tally()

    def tally(self) -> Tally:
        """Count."""
        rows = self.fleet.sql("SELECT number, count(*) FROM probe_done GROUP BY number")
        times = {int(number): int(often) for number, often in map(_columns, rows.splitlines())}
        by = self.fleet.sql("SELECT version, count(*) FROM probe_done GROUP BY version ORDER BY 1")
        return Tally(
            asked=self.count,
            done=len(times),
            lost=sorted(set(range(self.count)) - set(times)),
            doubled={number: often for number, often in times.items() if often > 1},
            versions={name: int(often) for name, often in map(_columns, by.splitlines())},
        )


def _columns(row: str) -> list[str]:
    return row.split("|")


def ask(
    fleet: Fleet,
    containers: Containers,
    count: int,
    *,
    rate: float,
    longest: float = 30,
    seed: int = 1,
) -> Tasks:
    """Begin to ask for tasks; the database has to have been migrated.

    Args:
        fleet: whose workers do them.
        containers: starts the container that asks.
        count: how many.
        rate: how many a second.
        longest: seconds that one takes at most; all times are equally likely.
        seed: of these.
    """
    fleet.sql("TRUNCATE probe_done")
    network = next(iter(fleet.container("redis").inspect()["NetworkSettings"]["Networks"]))
    settings = {**fleet.variables, "ALLOWED_HOSTS": "*"}
    variables = (f"{name}={value}" for name, value in settings.items())
    options = ("--network", network, *(word for each in variables for word in ("--env", each)))
    argv = ("manage", "enqueue", count, "--rate", rate, "--longest", longest, "--seed", seed)
    container = containers.start(fleet.images["probe"], *map(str, argv), options=options)
    return Tasks(fleet=fleet, container=container, count=count)
