"""What each host runs of an app, as rows."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from toolkit.deploy.wording import clean
from toolkit.manifest.describing import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.deploy.hosts import Fleet
    from toolkit.deploy.state import Container, State
    from toolkit.operate.observing import Report
    from toolkit.operate.remarks import Remark
    from toolkit.scaffold.instances import Instance

DOWN, LOST, STARTING, UP = "not running", "unreachable", "starting", "running"

HEAD = ("host", "role", "tag", "health", "since", "restarts")

_UP = re.compile(r"Up (?P<since>.*?)(?: \((?:health: )?(?P<health>[A-Za-z ]+)\))?")

#: As many characters of an image's id as Docker shows.
_SHORT = 12


@dataclass(frozen=True, kw_only=True)
class Row:
    """One container that a host is to run.

    Attributes:
        host: The host.
        role: Its role.
        instance: Its container's name.
        tag: The tag that it runs; an empty text for none. An image that no tag names any more is
            its id, with `sha256:` before it.
        expected: The host's TAG.
        health: Docker's word for it; `running` where the image has no health check; else
            `not running` or `unreachable`.
        since: How long it has run, in Docker's words.
        started: Since when its job runs, in its init's words.
        restarts: How often the init has started it again by itself; None where it does not count.
        detail: What Docker says of one that has ended.
    """

    host: str
    role: str
    instance: str
    tag: str = ""
    expected: str = ""
    health: str
    since: str = ""
    started: str = ""
    restarts: int | None = None
    detail: str = ""

    @property
    def right(self) -> bool:
        """Whether it serves the tag that the host is to serve, in good health."""
        return self.tag == self.expected != "" and self.health in {UP, "healthy"}

    def cells(self, *, several: bool) -> tuple[str, ...]:
        """What a person reads.

        Args:
            several: The role has several containers on a host, which are told apart.
        """
        tag = self.tag or "-"
        if tag.startswith("sha256:"):
            tag = tag[: len("sha256:") + _SHORT]
        if self.expected and self.tag and self.tag != self.expected:
            tag += f" (TAG: {self.expected})"
        elif self.expected and not self.tag:
            tag = f"- (TAG: {self.expected})"
        return (
            self.host,
            self.instance if several else self.role,
            tag,
            f"{self.health}: {self.detail}" if self.detail else self.health,
            self.since or "-",
            "-" if self.restarts is None else str(self.restarts),
        )


def rows(fleet: Fleet, reports: Sequence[Report]) -> tuple[Row, ...]:
    """A row for each container that there should be; of a host that is lost as well.

    Args:
        fleet: The app's hosts.
        reports: What they said.
    """
    return tuple(row for report in reports for row in _rows(fleet, report))


def _rows(fleet: Fleet, report: Report) -> Iterator[Row]:
    if report.host not in fleet.hosts:
        if report.lost:
            yield Row(host=report.host.name, role="proxy", instance="nginx", health=LOST)
        return
    for each in fleet.instances(report.host):
        if report.state is None:
            yield Row(host=report.host.name, role=each.role, instance=each.name, health=LOST)
        else:
            yield _row(report.host.name, each, report.state, fleet.manifest.image)


def _row(host: str, instance: Instance, state: State, image: str) -> Row:
    container = state.containers.get(instance.name)
    job = state.jobs.get(instance.job)
    since, health, detail = _status(container)
    up = container is not None and container.up
    return Row(
        host=host,
        role=instance.role,
        instance=instance.name,
        tag=container.image.removeprefix(f"{image}:") if container and up else "",
        expected=state.tag,
        health=health,
        since=since,
        started=job.since if job and up else "",
        restarts=job.restarts if job else None,
        detail=detail,
    )


def _status(container: Container | None) -> tuple[str, str, str]:
    """How long it has run, how it is, and what else there is to say of it."""
    if container is None:
        return "", DOWN, ""
    found = _UP.fullmatch(container.status)
    if found is None:
        return "", DOWN, container.status[:1].lower() + container.status[1:]
    return found["since"], (found["health"] or UP).lower(), ""


def text(found: Sequence[Row], remarks: Sequence[Remark]) -> str:
    """What a person reads: a table, and below it what there is to say.

    Args:
        found: The rows.
        remarks: What there is to say.
    """
    places = [(each.host, each.role) for each in found]
    lines = [
        each.cells(several=places.count(place) > 1)
        for each, place in zip(found, places, strict=True)
    ]
    said = "".join(f"\n- {clean(each.text)}" for each in remarks)
    return table(HEAD, lines) + (f"\n{said}" if said else "")


def data(
    fleet: Fleet, reports: Sequence[Report], found: Sequence[Row], remarks: Sequence[Remark]
) -> dict[str, Any]:
    """What a program reads.

    Args:
        fleet: The app's hosts.
        reports: What they said.
        found: The rows.
        remarks: What there is to say.
    """
    return {
        "app": fleet.app,
        "ok": not any(each.wrong for each in remarks),
        "containers": [asdict(each) for each in found],
        "hosts": [_host(each) for each in reports],
        "attention": [asdict(each) for each in remarks],
    }


def _host(report: Report) -> dict[str, Any]:
    state = report.state
    return {
        "host": report.host.name,
        "reachable": report.lost is None,
        "error": str(report.lost.args[0]) if report.lost else "",
        "tag": state.tag if state else "",
        "revert": state.revert if state else "",
        "journal": dict(state.journal) if state else {},
        "lock": dict(state.lock) if state else {},
        "held": report.look.held,
        "maintenance": report.look.maintenance,
        "engine": state.engine if state else "",
    }
