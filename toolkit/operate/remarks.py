"""What of an app's hosts needs attention, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.deploy import journal
from toolkit.deploy.lock import owner
from toolkit.operate.status import LOST, STARTING
from toolkit.scaffold.temporary import temporary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.deploy.hosts import Fleet
    from toolkit.deploy.journal import Journal
    from toolkit.deploy.state import State
    from toolkit.operate.observing import Report
    from toolkit.operate.status import Row


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something that there is to say.

    Attributes:
        text: A sentence or two: what is so, and what to do.
        wrong: It is not as it should be; else it is what somebody wanted.
    """

    text: str
    wrong: bool = True


def remarks(fleet: Fleet, reports: Sequence[Report], rows: Sequence[Row]) -> tuple[Remark, ...]:
    """All that there is to say, what matters most first.

    Args:
        fleet: The app's hosts.
        reports: What they said.
        rows: What they run.
    """
    busy = {each.host.name for each in reports if _under_way(each)}  # these are between two tags
    calm = [each for each in reports if each.host.name not in busy]
    return (
        *_lost(reports),
        *_hosts(fleet, reports),
        *_unfinished(fleet, reports),
        *_tags(calm),
        *_containers(row for row in rows if row.host not in busy),
        *_locks(fleet, reports),
        *_leftovers(fleet, reports),
        *_maintenance(fleet, reports),
    )


def _lost(reports: Iterable[Report]) -> Iterator[Remark]:
    for each in reports:
        if each.lost:
            yield Remark(text=f"{each.lost.args[0].rstrip('.')}. {each.lost.hint}".strip())


def _hosts(fleet: Fleet, reports: Sequence[Report]) -> Iterator[Remark]:
    for host, state in _states(reports):
        if state.engine:
            yield Remark(text=f"{host}: Docker does not answer: {state.engine}")
        if not state.installed:
            yield Remark(
                text=f"{host} lacks the app's files: `toolkit apply {fleet.app}` installs them."
            )
    without = [host for host, state in _states(reports) if not state.tag]
    if without:
        yield Remark(
            text=f"{_and(without)} {_has(without)} no tag of {fleet.app}: "
            f"`toolkit deploy {fleet.app}` brings one."
        )


def _unfinished(fleet: Fleet, reports: Sequence[Report]) -> Iterator[Remark]:
    """Deploys that are under way, or were cut off, or left hosts between two tags."""
    found: dict[str, dict[str, Journal]] = {}
    for host, state in _states(reports):
        read = journal.read(state.journal)
        if read and read.open:
            found.setdefault(read.id, {})[host] = read
    for each in found.values():
        first = next(iter(each.values()))
        held = any(report.look.held for report in reports if report.host.name in each)
        where = "; ".join(f"{host}: {_at(at)}" for host, at in each.items())
        what = f"The {first.kind} of {first.to or 'no tag'} by {first.who}, begun {first.began},"
        if held:
            yield Remark(text=f"{what} is under way ({where}).")
            continue
        broken = any(at.state == "broken" for at in each.values())
        how = "failed, and so did its way back" if broken else "was cut off"
        yield Remark(
            text=f"{what} {how} ({where}). Go on: `toolkit deploy {fleet.app} --tag {first.to}`; "
            f"or back: `toolkit rollback {fleet.app} --unfinished`."
        )


def _under_way(report: Report) -> bool:
    read = journal.read(report.state.journal) if report.state else None
    return bool(read and read.open and report.look.held)


def _at(at: Journal) -> str:
    return f"{at.phase}, {at.step}" if at.step else at.phase or "at its begin"


def _tags(reports: Sequence[Report]) -> Iterator[Remark]:
    tags: dict[str, list[str]] = {}
    for host, state in _states(reports):
        if state.tag:
            tags.setdefault(state.tag, []).append(host)
    if len(tags) > 1:
        told = "; ".join(f"{tag} on {_and(hosts)}" for tag, hosts in tags.items())
        yield Remark(text=f"Hosts are on different tags: {told}.")


def _containers(rows: Iterable[Row]) -> Iterator[Remark]:
    for row in rows:
        if row.right or row.health == LOST:
            continue
        if not row.tag:
            more = f" ({row.detail})" if row.detail else ""
            yield Remark(text=f"{row.instance} does not run on {row.host}{more}.")
        elif row.tag != row.expected:
            yield Remark(
                text=f"{row.instance} on {row.host} runs {row.tag}, and TAG says "
                f"{row.expected or 'none'}: it was not restarted since."
            )
        else:  # Docker's first check of a container may come half a minute after its start
            text = f"{row.instance} on {row.host} is {row.health}."
            yield Remark(text=text, wrong=row.health != STARTING)


def _locks(fleet: Fleet, reports: Sequence[Report]) -> Iterator[Remark]:
    found: dict[str, tuple[Mapping[str, Any], list[Report]]] = {}
    for each in reports:
        if each.state and each.state.lock:
            key = str(sorted(each.state.lock.items()))
            found.setdefault(key, (each.state.lock, []))[1].append(each)
    for lock, where in found.values():
        hosts = [each.host.name for each in where]
        text = owner(lock)
        if lock.get("kind") == "manual":
            yield Remark(
                text=f"Locked on {_and(hosts)} by {text}. Deploys are refused until `toolkit "
                f"unlock {fleet.app}`.",
                wrong=False,
            )
        elif held := [each.host.name for each in where if each.look.held]:
            yield Remark(text=f"{_and(held)}: a deploy has the lock: {text}.", wrong=False)
        else:
            yield Remark(
                text=f"A lock is left on {_and(hosts)}, and nobody holds it: {text}. The next "
                f"deploy takes it over; `toolkit unlock {fleet.app}` removes it.",
            )


def _leftovers(fleet: Fleet, reports: Sequence[Report]) -> Iterator[Remark]:
    """Containers that only a deploy has, where there is none."""
    names = [each.name for each in temporary(fleet.manifest)]
    for each in reports:
        if each.state is None or each.look.held:
            continue
        read = journal.read(each.state.journal)
        if read and read.open:
            continue
        for name in names:
            if name in each.state.containers:
                what = each.state.containers[name]
                verb = "deploy" if what.up else "prune"
                yield Remark(
                    text=f"{name} is left on {each.host.name} ({what.status}): `toolkit {verb} "
                    f"{fleet.app}` removes it."
                )


def _maintenance(fleet: Fleet, reports: Iterable[Report]) -> Iterator[Remark]:
    hosts = [each.host.name for each in reports if each.look.maintenance]
    if hosts:
        yield Remark(
            text=f"Visitors get the sorry page of {_and(hosts)}, until `toolkit maintenance off "
            f"{fleet.app}`.",
            wrong=False,
        )


def _states(reports: Iterable[Report]) -> Iterator[tuple[str, State]]:
    return ((each.host.name, each.state) for each in reports if each.state)


def _and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _has(names: Sequence[str]) -> str:
    return "have" if len(names) > 1 else "has"
