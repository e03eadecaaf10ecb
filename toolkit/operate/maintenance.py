"""The sorry page instead of the app: a file on the proxies, for which nginx looks each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from toolkit.deploy.commands import Remote, script
from toolkit.errors import HostError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.ssh import Shell

Switch = Literal["on", "off"]


def proxies(fleet: Fleet) -> tuple[Host, ...]:
    """The hosts whose nginx visitors come to.

    Args:
        fleet: The app's hosts.

    Raises:
        UsageError: No target of the app's has a proxy.
    """
    if fleet.proxies:
        return fleet.proxies
    if fleet.discovery != "nginx":
        raise UsageError(
            f"the targets of {fleet.app} have no proxy, so there is no sorry page.",
            "It belongs to the targets nginx and proxy.",
        )
    return tuple(host for host in fleet.hosts if fleet.web(host)) or fleet.hosts


def command(app: str, switch: Switch) -> Remote:
    """The command that shows the sorry page on a proxy, or the app again."""
    return script("operate/maintain", app, switch)


def switcher(shell: Shell, fleet: Fleet, switch: Switch) -> Callable[[Host], str]:
    """What does it on one host, and says how it was before: `on` or `off`.

    Args:
        shell: Runs commands on hosts.
        fleet: The app's hosts.
        switch: What is wanted.
    """

    def of(host: Host) -> str:
        done = shell.run(host, command(fleet.app, switch))
        if not done.ok:
            raise HostError(
                f"{host.name} does not switch: {done.said}",
                f"/var/www/{fleet.app} has to be {host.user}'s; `toolkit setup` makes it.",
            )
        return done.output.strip()

    return of
