"""A deploy, a rollback or a restart from its lock to its last line: and back, where it fails."""

from __future__ import annotations

import contextlib
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.deploy import journal as journals
from toolkit.deploy import review
from toolkit.deploy import state as states
from toolkit.deploy.clock import Clock
from toolkit.deploy.events import Ended, Note, Started, StepEnded, StepStarted
from toolkit.deploy.executing import AbandonedError, Execution
from toolkit.deploy.hosts import fleet as fleet_of
from toolkit.deploy.journal import Entry, Journal, now
from toolkit.deploy.lock import Claim, Lock
from toolkit.deploy.order import NothingToDoError, Order, before, goals
from toolkit.deploy.preflight import Preflight
from toolkit.deploy.rolling.goal import Goal
from toolkit.deploy.rolling.plan import stages
from toolkit.deploy.telling import step
from toolkit.errors import BetweenError, DeployError, HostError, LockedError, ToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolkit.deploy.actions import Stage
    from toolkit.deploy.commands import Remote
    from toolkit.deploy.events import Event, Kind, Outcome
    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.journal import Progress, Tags
    from toolkit.deploy.ssh import Shell
    from toolkit.deploy.state import State


@dataclass
class Deployment:
    """One deploy, rollback or restart.

    Args:
        shell: Runs commands on hosts.
        fleet: The hosts.
        order: What is asked for.
        tell: Is told of what happens.
        ready: Called when everything is known and nothing changed yet; it may raise.
        prune: Makes the command that removes old images from a host.
        clock: The time that is waited by.
    """

    shell: Shell
    fleet: Fleet
    order: Order
    tell: Callable[[Event], None]
    ready: Callable[[Started], None] = lambda _: None
    prune: Callable[[Fleet, Host], Remote] | None = None
    clock: Clock = field(default_factory=Clock)
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    _began: float = field(default_factory=time.monotonic)
    _spans: dict[str, tuple[float, float]] = field(default_factory=dict)
    _journals: dict[Host, Journal] = field(default_factory=dict)

    def run(self) -> None:
        """Do it, under the lock.

        Raises:
            LockedError: Somebody else deploys.
            HostError: A host cannot be reached; nothing was changed.
            PreflightError: Hosts are not ready; nothing was changed.
            RefusedError: It would break what runs; nothing was changed.
            DeployError: It failed, and every host is back at the tag that it had.
            BetweenError: It failed, and so did the way back.
            KeyboardInterrupt: Somebody interrupted it twice; the journals tell where it was.
        """
        claim = Claim(id=self.id, who=self.order.who, why=self._why(), since=now())
        try:
            with Lock(self.shell, self.fleet, claim, tell=self._timed) as lock:
                self._locked(lock)
        except NothingToDoError as nothing:
            self.tell(Note(text=f"{nothing}: nothing to do."))
            self._end("nothing")
        except (DeployError, BetweenError):
            raise
        except (ToolkitError, KeyboardInterrupt) as error:
            self._end("broken" if self._journals else "failed", _reason(error))
            raise

    def _locked(self, lock: Lock) -> None:
        preflight = Preflight(self.shell, self.fleet, self._timed)
        found = preflight.look()
        if not self.order.force:
            preflight.discovery()
        cut = _cut(found)
        goal = goals(self.order, found, cut, self._leader(found))
        had = before(found, cut)
        started = self._start(goal, had)
        wanted = {host: each.tags.tag for host, each in goal.items() if each.tags.tag}
        preflight.images(wanted, fetch=self.order.kind == "deploy")
        if not self.order.force:
            preflight.kept({host: tags.tag for host, tags in had.items()})
        applied = self._reviewed(goal, had, cut)
        self.ready(started)
        execution = self._execution(lock)
        execution.touched += cut  # what was cut off has changed them, for all that is known
        try:
            self._open(goal, had, cut)
            execution.run(self._stages(goal))
        except (LockedError, AbandonedError):
            raise  # nothing more is this one's to do
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever it was, the fleet comes first
            self._return(lock, execution, had, _reason(error))
        for host in self._journals:
            with contextlib.suppress(HostError):  # it is done there, too
                self._guard(lock, host)
        self._close("done", "succeeded", applied=applied)
        self._tidy()
        self._end("succeeded", former=_one(had))

    def _start(self, goal: Mapping[Host, Goal], had: Mapping[Host, Tags]) -> Started:
        beside = len({"check", "journal", "history"})
        beside += (self.order.kind == "deploy") + (self.prune is not None)
        for_hosts = {host.name: beside for host in goal}
        for stage in self._stages(goal):
            for lane in stage.lanes:
                for_hosts[lane.host.name] += len(lane.steps)
        event = Started(
            kind=self._kind,
            app=self.fleet.app,
            tag=_first(goal),
            former=_one(had),
            hosts=tuple(host.name for host in goal),
            who=self.order.who,
            steps=for_hosts,
        )
        self.tell(event)
        return event

    def _stages(self, goal: Mapping[Host, Goal]) -> tuple[Stage, ...]:
        return stages(
            self.fleet,
            goal,
            parallel=self.order.parallel,
            release=self.order.kind == "deploy",
            reverse=self.order.backwards,
        )

    def _reviewed(
        self, goal: Mapping[Host, Goal], had: Mapping[Host, Tags], cut: Mapping[Host, Journal]
    ) -> tuple[str, ...]:
        """What the release is going to apply, by name; what the old code cannot bear is told."""
        if self.order.kind == "restart":
            return ()
        host = next(iter(goal))
        asked = review.Review(self.shell, self.fleet, host, lambda text: self.tell(Note(text=text)))
        if self.order.backwards:
            older = goal[host].tags.tag
            tags = (*((cut[host].to,) if host in cut else ()), had[host].tag)
            asked.backwards(
                current=next((each for each in tags if each != older), older),
                older=older,
                force=self.order.force or self.order.unfinished,  # the older code serves already
            )
            return ()
        return asked.forwards(goal[host].tags.tag, strict=self.order.strict)

    def _open(
        self, goal: Mapping[Host, Goal], had: Mapping[Host, Tags], cut: Mapping[Host, Journal]
    ) -> None:
        """Write each host's journal, and a last line of a deploy that was cut off."""
        for host, each in cut.items():
            if each.open:
                self.tell(
                    Note(
                        text=f"the {each.kind} to {each.to} by {each.who} was {_where(each)}; "
                        "this one goes on from there.",
                        host=host.name,
                    )
                )
        for host, tags in had.items():
            self._journals[host] = Journal(
                id=self.id,
                kind=self.order.kind,
                app=self.fleet.app,
                to=goal[host].tags.tag if host in goal else "",
                before=tags,
                who=self.order.who,
                began=now(),
                at=now(),
            )
            opened = self._journals[host].write()
            if host in cut:
                former = _entry(cut[host], host, "interrupted", reason=_where(cut[host]))
                opened = former.close(self._journals[host])
            with step(self._timed, host.name, "journal", "open"):
                done = self.shell.run(host, opened)
                if not done.ok:
                    raise HostError(
                        f"{host.name}: its journal cannot be written: {done.said}",
                        "Nothing was changed. Is the disk full?",
                    )

    def _return(
        self, lock: Lock, execution: Execution, had: Mapping[Host, Tags], reason: str
    ) -> None:
        """Bring every host that was touched back to what it had.

        Raises:
            DeployError: Always, unless
            BetweenError: a host could not be brought back.
        """
        self.tell(Note(text=f"it failed: {reason}"))
        back = {host: Goal(tags=had[host], back=True) for host in execution.touched}
        way = self._execution(lock, lenient=True)
        if back:
            self.tell(
                Started(
                    kind="return",
                    app=self.fleet.app,
                    tag=_one(had),
                    hosts=tuple(host.name for host in back),
                    who=self.order.who,
                )
            )
            way.run(
                stages(
                    self.fleet,
                    back,
                    parallel=self.order.parallel,
                    release=False,
                    canary=False,
                    reverse=not self.order.backwards,
                )
            )
        self._close("returned", "returned", reason=reason, broken=way.errors)
        if way.errors:
            lines = "".join(f"\n  - {host.name}: {why}" for host, why in way.errors.items())
            self._end("broken", f"{reason}; and the way back failed:{lines}", former=_one(had))
            raise BetweenError(
                f"the {self.order.kind} failed: {reason}\n  The way back failed too:{lines}",
                f"When that is mended: toolkit rollback {self.fleet.app}, or deploy again.",
            )
        self._end("returned", reason, former=_one(had))
        raise DeployError(
            f"the {self.order.kind} of {self.fleet.app} failed: {reason}",
            f"{_one(had) or 'Nothing'} serves, as before.",
        )

    def _close(
        self,
        state: Progress,
        outcome: journals.Outcome,
        *,
        reason: str = "",
        applied: tuple[str, ...] = (),
        broken: Mapping[Host, str] | None = None,
    ) -> None:
        """Write the last lines of journals and audit logs, wherever that can be done."""
        for host, each in self._journals.items():
            failed = broken is not None and host in broken
            kept = each.now(state="broken" if failed else state)
            entry = _entry(
                kept,
                host,
                "broken" if failed else outcome,
                reason=broken[host] if broken and failed else reason,
                seconds=time.monotonic() - self._began,
                applied=applied,
            )
            with step(self._timed, host.name, "end", "history"):
                self._try(host, entry.close(kept))

    def _tidy(self) -> None:
        if self.prune is None:
            return
        for host in self._journals:
            with step(self._timed, host.name, "end", "prune"):
                self._try(host, self.prune(self.fleet, host))

    def _execution(self, lock: Lock, *, lenient: bool = False) -> Execution:
        return Execution(
            shell=self.shell,
            fleet=self.fleet,
            tell=self._timed,
            journals=self._journals,
            guard=lambda host: self._guard(lock, host),
            lenient=lenient,
            clock=self.clock,
        )

    def _guard(self, lock: Lock, host: Host) -> None:
        """See that a host is still this one's to work on.

        Raises:
            LockedError: Somebody else works there, or has done so since this one's last step, as
                after this machine slept: nothing more is this one's to do, not even the way back.
        """
        for each in lock.renew(host):
            found = states.read(self.shell.run(each, states.ask(self.fleet, each)).output)
            other = journals.read(found.journal)
            if other and each in self._journals and other.id != self.id:
                raise LockedError(
                    f"{each.name} was taken over meanwhile: {other.kind} to {other.to} by "
                    f"{other.who}, begun {other.began}.",
                    "This one ends where it is. `toolkit status` tells what serves.",
                )

    def _leader(self, found: Mapping[Host, State]) -> State:
        leader = self.fleet.leader
        if leader in found:
            return found[leader]
        whole = fleet_of(self.fleet.manifest, (leader.name,))
        return states.read(self.shell.run(leader, states.ask(whole, leader)).output)

    def _try(self, host: Host, remote: Remote) -> None:
        try:
            done = self.shell.run(host, remote)
        except HostError as error:
            self.tell(Note(text=str(error.args[0]), host=host.name))
            return
        if not done.ok:
            self.tell(Note(text=f"{remote}: {done.said}", host=host.name))

    def _timed(self, event: Event) -> None:
        if isinstance(event, StepStarted):
            self._spans.setdefault(event.phase, (time.monotonic(), 0))
        if isinstance(event, StepEnded) and event.outcome != "skipped":
            began, _ = self._spans[event.phase]
            self._spans[event.phase] = (began, time.monotonic())
        self.tell(event)

    def _end(self, outcome: Outcome, reason: str = "", former: str = "") -> None:
        self.tell(
            Ended(
                kind=self._kind,
                app=self.fleet.app,
                tag=self._tag,
                former=former,
                hosts=tuple(host.name for host in self.fleet.hosts),
                who=self.order.who,
                outcome=outcome,
                seconds=time.monotonic() - self._began,
                reason=reason,
                phases={name: end - began for name, (began, end) in self._spans.items()},
            )
        )

    @property
    def _kind(self) -> Kind:
        return "rollback" if self.order.backwards else "deploy"

    @property
    def _tag(self) -> str:
        return next((each.to for each in self._journals.values()), self.order.tag)

    def _why(self) -> str:
        return f"{self.order.kind} {self.order.tag}".strip()


def _cut(found: Mapping[Host, State]) -> dict[Host, Journal]:
    """The journals of deploys that were cut off; on some hosts they may be over already."""
    each = {host: one for host, state in found.items() if (one := journals.read(state.journal))}
    ids = {one.id for one in each.values() if one.open}
    return {host: one for host, one in each.items() if one.id in ids}


def _where(cut: Journal) -> str:
    return f"cut off at {cut.phase}, {cut.step}" if cut.phase else "cut off at its start"


def _entry(
    journal: Journal,
    host: Host,
    outcome: journals.Outcome,
    *,
    reason: str = "",
    seconds: float = 0,
    applied: tuple[str, ...] = (),
) -> Entry:
    return Entry(
        id=journal.id,
        kind=journal.kind,
        app=journal.app,
        host=host.name,
        tag=journal.to,
        before=journal.before.tag,
        outcome=outcome,
        who=journal.who,
        seconds=round(seconds, 1),
        reason=reason,
        migrations=applied,
    )


def _reason(error: BaseException) -> str:
    return str(error.args[0]) if error.args else "interrupted"


def _one(had: Mapping[Host, Tags]) -> str:
    """The tag that the hosts had, the first of them if they had several."""
    return next((each.tag for each in had.values() if each.tag), "")


def _first(goal: Mapping[Host, Goal]) -> str:
    return next((each.tags.tag for each in goal.values()), "")
