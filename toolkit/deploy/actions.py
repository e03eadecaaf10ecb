"""What a step of a deploy does on a host, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.deploy.commands import Remote
    from toolkit.deploy.hosts import Host
    from toolkit.deploy.state import State

#: What `remote/ready` ends with where there is nothing more to wait for.
OVER = 3


@dataclass(frozen=True, kw_only=True)
class Run:
    """A command.

    Attributes:
        remote: The command.
        may_fail: Its exit code does not matter.
        heard: What it prints is told as it comes.
    """

    remote: Remote
    may_fail: bool = False
    heard: bool = False

    def __str__(self) -> str:
        return str(self.remote)


@dataclass(frozen=True, kw_only=True)
class Until:
    """A command, again and again until it ends with 0.

    Attributes:
        remote: The command; 3 means that it never will.
        seconds: How long at most.
    """

    remote: Remote
    seconds: float

    def __str__(self) -> str:
        return f"until it ends with 0, {self.seconds:g} s at most: {self.remote}"


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The proxies' lists, until some instances of a host are in them, and others no longer.

    Attributes:
        present: The ports of those that are to be there.
        absent: The ports of those that are to be gone.
        seconds: How long at most. Then one that is to be there is a failure, where proxies are
            known; one that is to be gone was given the time that its drain has.
        remote: What reads a proxy's list.
        proxies: The proxies; none where nobody knows them: then the time is waited.
        told: What has the host's agent of Consul tell which instances pass. Where it tells all of
            `present`, that is enough: no proxy that learns of what comes later has not learnt of
            these. Where it tells of others alone, they are waited for; where it tells of none, the
            lists are asked. None where only a list will do.
    """

    present: tuple[int, ...] = ()
    absent: tuple[int, ...] = ()
    seconds: float
    remote: Remote
    proxies: tuple[Host, ...]
    told: Remote | None = None

    def __str__(self) -> str:
        most = f"{self.seconds:g} s at most"
        passes = f"until {_ports(self.present, 'passes', 'pass')} in Consul" if self.told else ""
        if not self.proxies:
            wait = f"wait {self.seconds:g} s for proxies"
            return f"{passes}, {most}: {self.told}" if passes else wait
        where = ", ".join(each.name for each in self.proxies)
        asked = (
            _ports(ports, f"is {word}", f"are {word}")
            for word, ports in (("in", self.present), ("not in", self.absent))
            if ports
        )
        lists = f"until {' and '.join(asked)} the list of {where}, {most}: {self.remote}"
        return f"{passes}: {self.told}; or {lists}" if passes else lists


def _ports(ports: tuple[int, ...], one: str, several: str) -> str:
    if len(ports) == 1:
        return f"port {ports[0]} {one}"
    return f"ports {', '.join(map(str, ports))} {several}"


Action = Run | Until | Listed


def always(state: State) -> bool:  # noqa: ARG001 - one signature for all
    """A step that is needed whatever a host runs."""
    return True


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step on one host.

    Attributes:
        phase: What it belongs to: a role's name, `release`, `canary`.
        name: What it is called in the journal.
        actions: What is done, in order.
        needed: Whether it is, by what the host ran before the first step of its lane.
        failed: What is done where it failed, once its log lines were read.
        container: Whose last log lines tell why it failed; an empty text for none.
        job: That container's job; an empty text for none.
        when: When it is needed, for people; an empty text for always.
    """

    phase: str
    name: str
    actions: tuple[Action, ...]
    needed: Callable[[State], bool] = always
    failed: tuple[Run, ...] = ()
    container: str = ""
    job: str = ""
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The steps of one host in a stage, one after the other."""

    host: Host
    steps: tuple[Step, ...]

    @property
    def depends(self) -> bool:
        """Whether it matters what the host runs, or which addresses it has."""
        return any(
            step.needed is not always or any(isinstance(each, Listed) for each in step.actions)
            for step in self.steps
        )


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A part of a deploy that is over on every host before the next one begins.

    Attributes:
        phase: What it is called.
        lanes: What is done on each host.
        parallel: How many hosts at a time.
    """

    phase: str
    lanes: tuple[Lane, ...]
    parallel: int = 1
