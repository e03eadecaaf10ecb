"""What earlier deploys have left on a host: journals, containers, locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.deploy import journal
from toolkit.deploy.lock import owner
from toolkit.operate.doctor.findings import Finding
from toolkit.scaffold.temporary import temporary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.deploy.hosts import Fleet
    from toolkit.operate.doctor.examining import Examination


def judge(fleet: Fleet, seen: Examination) -> Iterator[Finding]:
    """What is left, or belongs to a deploy that is under way.

    Args:
        fleet: The app's hosts.
        seen: What the host said.
    """
    yield from _left(fleet, seen)
    yield from _lock(fleet, seen)


def _left(fleet: Fleet, seen: Examination) -> Iterator[Finding]:
    read = journal.read(seen.state.journal)
    if read and read.open:
        what = "is under way" if seen.look.held else "was cut off"
        yield Finding(
            host=seen.host.name,
            what="journal",
            level="warning" if seen.look.held else "problem",
            text=f"the {read.kind} of {read.to or 'no tag'} by {read.who} {what}",
            hint=f"Go on: `toolkit deploy {fleet.app} --tag {read.to}`; or back: `toolkit rollback "
            f"{fleet.app} --unfinished`.",
        )
    names = [each.name for each in temporary(fleet.manifest)]
    left = [name for name in names if name in seen.state.containers]
    if left and not seen.look.held:
        yield Finding(
            host=seen.host.name,
            what="containers",
            level="warning",
            text=f"a deploy has left {', '.join(left)}",
            hint=f"`toolkit status {fleet.app}` tells what to do.",
        )


def _lock(fleet: Fleet, seen: Examination) -> Iterator[Finding]:
    lock, name = seen.state.lock, seen.host.name
    if not lock:
        return
    if lock.get("kind") == "manual":
        text = f"locked by {owner(lock)}"
    elif seen.look.held:
        text = f"a deploy has it: {owner(lock)}"
    else:
        text = f"left, and nobody holds it: {owner(lock)}"
    hint = f"`toolkit unlock {fleet.app}` takes it away."
    yield Finding(host=name, what="lock", level="warning", text=text, hint=hint)
