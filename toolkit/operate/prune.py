"""Removes images of an app that no rollback needs, and containers that a deploy has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.deploy.commands import Remote, script
from toolkit.errors import HostError
from toolkit.scaffold.temporary import temporary

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.ssh import Shell

#: Seconds in which a host removes what it has too much.
TIMEOUT = 600.0

#: What the script ends with where somebody deploys.
TAKEN = 75


def command(
    fleet: Fleet, host: Host, keep: int, *, dry: bool = False, unless_held: bool = False
) -> Remote:
    """The command that prunes a host. For a deploy, at its end: it has the lock itself.

    Args:
        fleet: The app's hosts.
        host: The host.
        keep: How many images stay: those deployed last, by the audit log, then the newest that
            never were. Those of TAG, of REVERT, of the journal and of containers stay besides.
        dry: Only tell what would be removed.
        unless_held: Do nothing where somebody has the app's lock.

    Returns:
        The command. It prints a line for each thing: ``removed image TAG``, ``removed container
        NAME``, ``would remove …``, ``failed image TAG why``; 0 also where some of it failed, 69
        where Docker does not answer.
    """
    left = " ".join(each.name for each in temporary(fleet.manifest))
    image, sudo = fleet.manifest.image, " ".join(host.sudo)
    dry_word, free_word = "dry" if dry else "", "free" if unless_held else ""
    args = (fleet.app, image, sudo, str(keep), dry_word, free_word, left)
    return script("operate/prune", *args, timeout=TIMEOUT)


def pruner(shell: Shell, fleet: Fleet, keep: int, *, dry: bool) -> Callable[[Host], list[str]]:
    """What prunes one host by hand, and gives the lines that it told.

    Args:
        shell: Runs commands on hosts.
        fleet: The app's hosts.
        keep: As of `command`.
        dry: As of `command`.
    """

    def of(host: Host) -> list[str]:
        done = shell.run(host, command(fleet, host, keep, dry=dry, unless_held=True))
        if done.code == TAKEN:
            return ["nothing is removed while a deploy is under way"]
        if not done.ok:
            raise HostError(
                f"{host.name} cannot be pruned: {done.said}", "`toolkit doctor` looks why."
            )
        return done.output.splitlines()

    return of
