"""The logs of an app's containers, on all of its hosts, as they come."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.deploy.commands import Remote, script
from toolkit.deploy.wording import clean

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from toolkit.deploy.hosts import Fleet, Host

#: Seconds that logs may take that do not go on.
TIMEOUT = 120.0

#: How many of the last lines of each container are shown.
TAIL = 50


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for.

    Attributes:
        follow: Go on with what comes.
        tail: The last lines of each container; None for all.
        since: Only what is younger: a time, or an age such as `10m`; an empty text for any.
        pattern: Only lines in which it is found.
    """

    follow: bool = False
    tail: int | None = TAIL
    since: str = ""
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a container's log.

    Attributes:
        host: The host.
        instance: The container.
        text: The line.
    """

    host: str
    instance: str
    text: str


def command(fleet: Fleet, host: Host, wanted: Wanted, user: Host) -> Remote:
    """The command that shows the logs of a host's containers.

    Args:
        fleet: The app's hosts, with the roles asked for.
        host: The host.
        wanted: What is asked for.
        user: The same host, for the user who asks.
    """
    tail = "" if wanted.tail is None else str(wanted.tail)
    names = [each.name for each in fleet.instances(host)]
    sudo, follow = " ".join(user.sudo), "follow" if wanted.follow else ""
    return script("operate/tail-logs", sudo, follow, tail, wanted.since, *names, timeout=TIMEOUT)


def read(host: Host, said: str) -> Line:
    """A line that the script `tail-logs` printed: the container's name, a blank, the line."""
    instance, _, text = said.rstrip("\r\n").partition(" ")
    return Line(host=host.name, instance=instance, text=clean(text))


class Printer:
    """Writes the lines of several hosts, one at a time, from whatever thread they come.

    Args:
        write: Writes one line.
        fleet: The app's hosts: what stands before the lines is as wide as the longest needs.
        pattern: Only lines in which it is found are written.
        colour: Gives what stands before a line its host's colour.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        fleet: Fleet,
        pattern: re.Pattern[str] | None,
        colour: Callable[[str, int], str],
    ) -> None:
        self._write, self._pattern, self._colour = write, pattern, colour
        self._places = {host.name: at for at, host in enumerate(fleet.hosts)}
        self._width = max(
            len(f"{host.name} {each.name}")
            for host in fleet.hosts
            for each in fleet.instances(host)
        )
        self._lock = threading.Lock()

    def __call__(self, line: Line) -> None:
        """Write a line, if it is wanted."""
        if self._pattern and not self._pattern.search(line.text):
            return
        where = f"{line.host} {line.instance}".ljust(self._width)
        with self._lock:
            self._write(f"{self._colour(where, self._places.get(line.host, 0))} | {line.text}")
