"""The lock by which two deploys of one app exclude each other: a process on each host holds it.

A deployer that is killed, or whose machine dies, loses its connections, and so the locks: nobody
has to remove anything. What is left of it is the journal.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

from toolkit.deploy.commands import Remote, script
from toolkit.deploy.events import Note
from toolkit.deploy.ssh import LOST, lost
from toolkit.deploy.state import json_object
from toolkit.deploy.telling import step
from toolkit.deploy.wording import clean
from toolkit.errors import HostError, LockedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from toolkit.deploy.events import Event
    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.ssh import Held, Shell

#: Seconds between two signs of life; a lock without any for a minute is anybody's.
SIGN = 5

#: Seconds in which a host says whether it has the lock.
ANSWER = 30

HELD, STALE = "held", "stale "


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a lock says of its owner.

    Attributes:
        id: The deploy's.
        who: Who has it.
        why: What for.
        since: Since when, in ISO 8601.
        kind: A deploy's, which ends with it, or a person's, which ends by `toolkit unlock`.
    """

    id: str
    who: str
    why: str
    since: str
    kind: Literal["deploy", "manual"] = "deploy"


def take(app: str, claim: Claim) -> Remote:
    """The command that holds a host's lock as long as its stdin is open."""
    return script("lock", app, json.dumps(asdict(claim)))


@dataclass
class Lock:
    """The locks of all hosts. A context: at its end they are given back.

    Args:
        shell: Runs commands on hosts.
        fleet: The hosts. Its leader's is taken first, so that of two deploys one has all.
        claim: Who wants it.
        tell: Is told of what happens.
    """

    shell: Shell
    fleet: Fleet
    claim: Claim
    tell: Callable[[Event], None]
    _held: dict[Host, Held] = field(default_factory=dict)
    _lost: set[Host] = field(default_factory=set)
    _ended: threading.Event = field(default_factory=threading.Event)
    _renewing: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        """Take them.

        Raises:
            LockedError: Somebody else has one.
            HostError: A host cannot be reached.
        """
        leader, others = self.fleet.leader, self.fleet.hosts
        try:
            self._take(leader)
            rest = [host for host in others if host != leader]
            with ThreadPoolExecutor(max_workers=max(1, len(rest))) as pool:
                for future in [pool.submit(self._take, host) for host in rest]:
                    future.result()
        except BaseException:
            self._give_back()
            raise
        threading.Thread(target=self._live, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._give_back()

    def renew(self, host: Host) -> tuple[Host, ...]:
        """Take a host's lock, and the leader's, again where their connections broke.

        Whoever else deploys needs all of them, so nobody else works on a host whose lock is had.

        Returns:
            The hosts whose locks were taken again: somebody else may have had them meanwhile.

        Raises:
            LockedError: Somebody else has one by now: nothing more is this one's to do.
            HostError: The host cannot be reached.
        """
        again = []
        with self._renewing:
            for each in dict.fromkeys((self.fleet.leader, host)):
                if each in self._held and not self._held[each].ended:
                    continue
                if each in self._lost and each != host:
                    continue
                try:
                    self._take(each)
                    again.append(each)
                except HostError:
                    if each == host:
                        raise
                    self._lost.add(each)
        return tuple(again)

    def _take(self, host: Host) -> None:
        with step(self.tell, host.name, "lock", "lock"):
            self._ask(host)

    def _ask(self, host: Host) -> None:
        held = self.shell.hold(host, take(self.fleet.app, self.claim))
        line = held.line(ANSWER)
        if line.startswith(STALE):
            text = f"the lock of {owner(line.removeprefix(STALE))}, is taken over: it is stale."
            self.tell(Note(text=text, host=host.name))
            line = held.line(ANSWER)
        if line == HELD:
            self._held[host] = held
            return
        done = held.end()
        if line:
            raise LockedError(
                f"{self.fleet.app} is locked on {host.name}: {owner(line)}.",
                "Wait for its end, or ask. `toolkit unlock` takes away what somebody forgot.",
            )
        if done.code == LOST:
            raise lost(host, done.error)
        raise HostError(
            f"{host.name} does not give the lock: {done.said or 'no answer'}",
            f"Does /var/www/{self.fleet.app} belong to {host.user} there? `toolkit doctor` looks.",
        )

    def _live(self) -> None:
        while not self._ended.wait(SIGN):
            for held in tuple(self._held.values()):
                held.say("")

    def _give_back(self) -> None:
        self._ended.set()
        for held in self._held.values():
            held.end()
        self._held.clear()


def owner(said: str | Mapping[str, Any]) -> str:
    """Whose a lock is, what for and since when.

    Args:
        said: What the lock says: its line of JSON, or what is in that. Another line, such as a
            login shell's, is given back.
    """
    found = json_object(said) if isinstance(said, str) else said
    if isinstance(said, str) and not found:
        return clean(said) or "somebody"
    who, why, since = (clean(str(found.get(key) or "")) for key in ("who", "why", "since"))
    return f"{who or 'somebody'}{f', {why}' if why else ''}{f', since {since}' if since else ''}"
