"""What `toolkit apply` does with one host: looks, tells the difference, installs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError, HostError, ToolkitError
from toolkit.provision import comparing, packing, remotes
from toolkit.provision.former import stale
from toolkit.scaffold.changes import Change, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.deploy.ssh import Done, Shell
    from toolkit.provision.comparing import Found
    from toolkit.provision.machines import Machine

#: What the script `install` ends with.
SUDO, NGINX, FILES = 65, 66, 73


@dataclass(frozen=True, kw_only=True)
class Installed:
    """What was done to a host.

    Attributes:
        written: Paths of files that were written.
        removed: Paths of files that were removed.
        done: What was done besides, a sentence each.
        lacks: What people have to do, a sentence each.
        former: Containers that run with the options that they had before.
    """

    written: tuple[str, ...]
    removed: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


def look(shell: Shell, app: str, machine: Machine) -> Found:
    """How an app's files stand on a host.

    Raises:
        HostError: It cannot be reached, or does not tell.
    """
    listing = comparing.listing(machine.files, app)
    done = shell.run(machine.admin, remotes.files(machine.admin, app, listing))
    if not done.ok:
        raise not_allowed(machine, done)
    return comparing.read(done.output, machine.files, app, machine.name)


def wanted(found: Found, *, prune: bool) -> tuple[Change, ...]:
    """What is to be installed or removed.

    While a unit runs that is no longer made, nothing is removed: it could not be stopped any more,
    nor start again without its variables.

    Args:
        found: What the host has.
        prune: Remove what is no longer made.
    """

    def goes(change: Change) -> bool:
        if change.state is not State.LEFT:
            return change.stale
        return prune and not found.running

    return tuple(change for change in found.changes if goes(change))


def hand(found: Found) -> tuple[Change, ...]:
    """What was edited by hand, or is another's."""
    return tuple(change for change in found.changes if change.hand)


def difference(found: Found, *, prune: bool, whole: bool) -> str:
    """What would change, for people: the lines that differ. Nothing of files of variables.

    Args:
        found: What the host has.
        prune: With what would be removed.
        whole: With the text of new files, and of those that go.
    """
    return "".join(_shown(each, found, whole=whole) for each in wanted(found, prune=prune))


def install(shell: Shell, app: str, machine: Machine, found: Found, *, prune: bool) -> Installed:
    """Put a host's files in place, and have what reads them read them.

    Raises:
        HostError: It cannot be reached.
        ConfigurationError: It does not take them; every file is as it was.
    """
    changes = wanted(found, prune=prune)
    if not changes:
        return Installed(written=())
    remote = remotes.install(machine.admin, app, packing.tar(changes))
    done = shell.run(machine.admin, remote)
    if not done.ok:
        raise _refused(machine, done)
    written = tuple(each.path for each in changes if each.state is not State.LEFT)
    return Installed(
        written=written,
        removed=tuple(each.path for each in changes if each.state is State.LEFT),
        done=tuple(_said(done, "did")),
        lacks=tuple(_said(done, "lacks")),
        former=tuple(stale(app, machine, written, found.containers)),
    )


def not_allowed(machine: Machine, done: Done) -> ToolkitError:
    """Why a command of root's has failed before it has changed anything."""
    last = done.said.splitlines()[-1:] or [f"it ended with {done.code}"]
    return HostError(
        f"{machine.name} does not do what {machine.admin.user} asks: {last[0]}",
        "deploy.admin is root, or a user whose sudo asks for no password.",
    )


def _shown(change: Change, found: Found, *, whole: bool) -> str:
    if change.path in found.hidden:
        return f"{change.state}: {change.path} (its text stays on the host)\n"
    if change.state is State.NEW and change.path.endswith(".env"):
        return f"{change.state}: {change.path} (to be filled in)\n"
    if change.link or (change.state in {State.NEW, State.LEFT} and not whole):
        to = f" -> {change.new}" if change.link and change.new else ""
        return f"{change.state}: {change.path}{to}\n"
    return change.diff()


def _refused(machine: Machine, done: Done) -> ToolkitError:
    said = "".join(f"\n  {line}" for line in done.error.strip().splitlines()[-12:])
    if done.code == NGINX:
        return ConfigurationError(
            f"nginx on {machine.name} does not take the files; every file is as it was:{said}",
            "A certificate that is not there yet? The manifest names it: proxy.tls.",
        )
    if done.code == SUDO:
        return ConfigurationError(
            f"sudo on {machine.name} does not take its file; nothing was installed:{said}"
        )
    return ConfigurationError(
        f"the files of {machine.name} could not be installed; each is as it was:{said}",
        "Is its disk full, or a folder in the way?",
    )


def _said(done: Done, word: str) -> Iterator[str]:
    for line in done.output.splitlines():
        first, _, rest = line.partition(" ")
        if first == word:
            yield rest
