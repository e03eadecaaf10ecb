"""A person's lock: no deploy begins until it is taken away."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from toolkit.deploy.commands import Remote, script
from toolkit.deploy.lock import STALE, Claim, owner
from toolkit.deploy.side_by_side import Results, side_by_side
from toolkit.deploy.state import json_object
from toolkit.errors import HostError, LockedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.ssh import Shell

#: What scripts end with where somebody has the lock.
TAKEN = 75


def mark(app: str, claim: Claim) -> Remote:
    """The command that writes a lock on a host."""
    return script("operate/mark", app, json.dumps(asdict(claim)))


def unmark(app: str, *, force: bool = False, identity: str = "") -> Remote:
    """The command that takes a lock away on a host.

    Args:
        app: The app.
        force: A deploy's that is under way as well.
        identity: That lock alone; an empty text for whichever there is.
    """
    return script("operate/unmark", app, "force" if force else "", identity)


def lock(
    shell: Shell, fleet: Fleet, claim: Claim, note: Callable[[str], None]
) -> Results[Host, str]:
    """Lock an app on all of its hosts, the leader's first.

    Args:
        shell: Runs commands on hosts.
        fleet: The hosts.
        claim: Whose lock, and why.
        note: Is told what is worth knowing.

    Returns:
        What came of each host; those that could not be reached are not locked, and the others are.

    Raises:
        LockedError: Somebody has it; then nothing is locked.
        HostError: The leader cannot be reached; then nothing is locked.
    """

    def take(host: Host) -> str:
        done = shell.run(host, mark(fleet.app, claim))
        if done.code == TAKEN:
            return (done.output.strip().splitlines() or ["somebody"])[-1]
        if not done.ok:
            raise _refused(fleet, host, done.said)
        if done.output.startswith(STALE):
            former = owner(done.output.removeprefix(STALE))
            note(f"{host.name}: a lock that nobody held any more was taken over: {former}.")
        return ""

    taken = take(fleet.leader)
    if taken:
        raise _locked(fleet, fleet.leader, taken)
    rest = [host for host in fleet.hosts if host != fleet.leader]
    answers = side_by_side(rest, take)
    done = {fleet.leader: "", **answers.done}
    others = [(host, line) for host, line in done.items() if line]
    if others:
        own = [host for host, line in done.items() if not line]
        again = unmark(fleet.app, identity=claim.id)
        side_by_side(own, lambda host: shell.run(host, again))
        raise _locked(fleet, *others[0])
    return Results(done=done, failed=answers.failed)


def unlock(shell: Shell, fleet: Fleet, *, force: bool) -> Results[Host, str]:
    """Take the locks of an app's hosts away, the leader's last.

    Args:
        shell: Runs commands on hosts.
        fleet: The hosts.
        force: A deploy's that is under way as well: it ends at its next step.

    Returns:
        What each had; a host that could not be reached has its lock still.

    Raises:
        LockedError: A deploy is under way, and force was not said.
    """
    held: dict[str, str] = {}

    def remove(host: Host) -> str:
        done = shell.run(host, unmark(fleet.app, force=force))
        if done.code == TAKEN:
            held[host.name] = done.output.strip()
            return ""
        if not done.ok:
            raise _refused(fleet, host, done.said)
        return done.output.strip()

    rest = [host for host in fleet.hosts if host != fleet.leader]
    answers = side_by_side(rest, remove)
    last = side_by_side([fleet.leader], remove)
    if held:
        text = owner(next(iter(held.values())))
        raise LockedError(
            f"a deploy of {fleet.app} is under way on {', '.join(held)}: {text}.",
            "Wait for its end. --force ends it where it is; then `toolkit rollback --unfinished` "
            "puts right what it has left.",
        )
    return Results(done=last.done | answers.done, failed=last.failed | answers.failed)


def unlocked(answers: Results[Host, str]) -> list[str]:
    """Whose the locks were that were taken away, a sentence each.

    Args:
        answers: What `unlock` gave.
    """
    removed: dict[str, list[str]] = {}
    for host, line in answers.done.items():
        if line:
            removed.setdefault(owner(line), []).append(host.name)
    return [f"Unlocked {', '.join(hosts)}: it was {text}." for text, hosts in removed.items()]


def _locked(fleet: Fleet, host: Host, line: str) -> LockedError:
    more = (
        f"`toolkit unlock {fleet.app}` takes it away."
        if json_object(line).get("kind") == "manual"
        else "Wait for its end: `toolkit status` shows where it is."
    )
    return LockedError(f"{fleet.app} is locked on {host.name}: {owner(line)}.", more)


def _refused(fleet: Fleet, host: Host, said: str) -> HostError:
    return HostError(
        f"{host.name} does not let its lock be changed: {said or 'it says nothing'}",
        f"Does /var/www/{fleet.app} belong to {host.user} there? `toolkit doctor` looks.",
    )
