"""Commands in an app's image, on one host: `exec` and `manage`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from toolkit.deploy.commands import Remote, runner
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.deploy.hosts import Fleet, Host

Verb = Literal["exec", "manage"]
"""Any program of the image, or a command of Django's."""


def where(fleet: Fleet, hosts: Sequence[str]) -> Host:
    """The host: the one that is asked for, or the app's first.

    Args:
        fleet: The app's hosts, or those asked for.
        hosts: Those that are asked for.

    Raises:
        UsageError: Several are asked for.
    """
    if len(hosts) > 1:
        raise UsageError("this runs on one host, and several are named.", "Name one --host.")
    return fleet.hosts[0]


def command(fleet: Fleet, host: Host, verb: Verb, words: Sequence[str]) -> Remote:
    """The command that runs one in the image of the host's tag, with the app's variables.

    Args:
        fleet: The app's hosts.
        host: Where.
        verb: What it is.
        words: The program or the command, and its arguments, as they are.
    """
    return runner(host, fleet.app, verb, *words)
