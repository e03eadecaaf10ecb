"""What hosts say of an app, asked at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.deploy import state
from toolkit.deploy.commands import Remote, script
from toolkit.deploy.side_by_side import side_by_side
from toolkit.errors import HostError

if TYPE_CHECKING:
    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.ssh import Shell
    from toolkit.deploy.state import State
    from toolkit.errors import ToolkitError


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a host says beside its facts.

    Attributes:
        home: It has the app's folder.
        held: Somebody holds the app's lock.
        maintenance: Visitors get the sorry page.
    """

    home: bool = False
    held: bool = False
    maintenance: bool = False


@dataclass(frozen=True, kw_only=True)
class Report:
    """One host's answer.

    Attributes:
        host: The host.
        state: What it runs; of a proxy that runs no role, nothing.
        look: What it says beside.
        lost: Why there is none of these.
    """

    host: Host
    state: State | None = None
    look: Look = Look()
    lost: ToolkitError | None = None


def look(app: str) -> Remote:
    """The command by which a host tells what its facts do not."""
    return script("operate/look", app)


def read(text: str) -> Look:
    """What the script `look` printed."""
    names = {line.partition(" ")[0] for line in text.splitlines()}
    return Look(**{name: name in names for name in ("home", "held", "maintenance")})


def observe(shell: Shell, fleet: Fleet) -> tuple[Report, ...]:
    """Ask every host of an app, and every proxy, at the same time.

    Args:
        shell: Runs commands on hosts.
        fleet: The app's hosts.
    """

    def ask(host: Host) -> Report:
        looked = shell.run(host, look(fleet.app))
        if not looked.ok:
            raise HostError(
                f"{host.name} does not tell its state: {looked.said}", f"Try it: ssh {host.address}"
            )
        found = None
        if host in fleet.hosts:
            done = shell.run(host, state.ask(fleet, host))
            if not done.ok:
                raise HostError(
                    f"{host.name} does not tell what it runs: {done.said}",
                    f"Try it: ssh {host.address}",
                )
            found = state.read(done.output)
        return Report(host=host, state=found, look=read(looked.output))

    answers = side_by_side(fleet.everywhere, ask)
    return tuple(
        answers.done.get(host) or Report(host=host, lost=answers.failed[host])
        for host in fleet.everywhere
    )
