"""Asks a host all that is looked at."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.deploy import state as states
from toolkit.deploy.commands import Remote, pull, runner, script
from toolkit.deploy.hosts import ROOT
from toolkit.deploy.preflight import CHECK, PULL
from toolkit.operate import observing
from toolkit.operate.doctor import files
from toolkit.scaffold.temporary import surge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.ssh import Done, Shell
    from toolkit.deploy.state import State
    from toolkit.operate.observing import Look


@dataclass(frozen=True, kw_only=True)
class Examination:
    """What a host said.

    Attributes:
        host: The host.
        look: Its folder, its lock, its maintenance.
        runs: It runs roles; else it is a proxy alone, and there is nothing but its files.
        state: What it is, and runs of the app.
        skew: Seconds by which its clock is ahead of this machine's.
        files: What the script `read-files` printed.
        refused: Commands that its sudo refuses.
        listening: Ports at which something listens, with the program where it was told.
        pulled: How the pull of its tag ended; None where it has none.
        checked: How the image's own check ended; None where there is no image.
    """

    host: Host
    look: Look
    state: State
    listening: Mapping[int, str]
    runs: bool = True
    skew: float = 0
    files: str = ""
    refused: tuple[str, ...] = ()
    pulled: Done | None = None
    checked: Done | None = None


def ports(fleet: Fleet, host: Host) -> dict[int, str]:
    """The ports of an app on a host, with the container that each belongs to."""
    passing = surge(fleet.manifest, files.named(fleet.manifest, host))
    every = (*fleet.web(host), *((passing,) if passing else ()))
    return {each.port: each.name for each in every if each.port}


def listening(fleet: Fleet, host: Host) -> Remote:
    """The command by which a host tells at which of these ports something listens."""
    return script("operate/listening", *map(str, ports(fleet, host)))


def heard(text: str) -> dict[int, str]:
    """What the script `listening` printed."""
    words = [line.partition(" ") for line in text.splitlines()]
    return {int(port): who for port, _, who in words if port.isdigit()}


def skew(clock: float, before: float, after: float) -> float:
    """Seconds by which a host's clock is ahead of this machine's; 0 where it may be right.

    Args:
        clock: Its time, in whole seconds since 1970; 0 where it is not known.
        before: This machine's when it was asked.
        after: This machine's when it had answered.
    """
    if not clock or before - 1 <= clock <= after:
        return 0
    return clock - after if clock > after else clock + 1 - before


def examine(shell: Shell, fleet: Fleet, host: Host) -> Examination:
    """Ask a host everything, one after the other; hosts are asked at the same time.

    Args:
        shell: Runs commands on hosts.
        fleet: The app's hosts.
        host: The host.

    Raises:
        HostError: It cannot be reached, or does not answer in time.
    """
    looked = observing.read(shell.run(host, observing.look(fleet.app)).output)
    there = shell.run(host, files.ask(files.wanted(fleet, host))).output
    if host not in {each.admin(host.user) for each in fleet.hosts}:
        return Examination(
            host=host, look=looked, runs=False, files=there, listening={}, state=states.State()
        )
    before = time.time()
    told = shell.run(host, states.ask(fleet, host))
    after = time.time()
    state = states.read(told.output)
    refused: tuple[str, ...] = ()
    if host.user != ROOT:
        refused = (*shell.run(host, files.may(files.commands(fleet, host))).output.splitlines(),)
    open_ports = heard(shell.run(host, listening(fleet, host)).output)
    pulled = checked = None
    if state.tag and not state.engine:
        image = fleet.manifest.image
        pulled = shell.run(host, pull(host, image, state.tag, PULL))
        if pulled.ok or state.tag in state.images:
            checked = shell.run(host, runner(host, fleet.app, "check", timeout=CHECK))
    return Examination(
        host=host,
        look=looked,
        state=state,
        skew=skew(state.clock, before, after),
        files=there,
        refused=refused,
        listening=open_ports,
        pulled=pulled,
        checked=checked,
    )
