"""Does what a plan says: stage by stage, hosts side by side, each step in its host's journal."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.deploy import state as states
from toolkit.deploy.actions import OVER, Listed, Run, Until
from toolkit.deploy.clock import Clock
from toolkit.deploy.commands import script
from toolkit.deploy.events import Note, Output, StepEnded, StepStarted
from toolkit.deploy.state import State
from toolkit.errors import HostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping

    from toolkit.deploy.actions import Action, Lane, Stage, Step
    from toolkit.deploy.events import Event, StepOutcome
    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.journal import Journal
    from toolkit.deploy.ssh import Shell

#: Seconds between two looks at something that is waited for.
EVERY = 0.25

#: Seconds that nginx has to begin with a list that is in its place, before an instance that is no
#: longer in it stops.
SETTLES = 0.5

#: Lines of a failing container's log that are shown.
LOGS = 50

_SERVER = re.compile(r"^\s*server\s+(\S+):([0-9]+)\b(?!.*\bdown;)", re.MULTILINE)


class StepError(Exception):
    """A step failed.

    Args:
        host: Where.
        step: The step.
        reason: Why, in one line or several.
    """

    def __init__(self, host: Host, step: Step, reason: str) -> None:
        super().__init__(f"{step.phase}, {step.name} on {host.name}: {reason}")
        self.host = host


class AbandonedError(KeyboardInterrupt):
    """Somebody interrupted it twice: every host stays as it is, and its journal tells where."""


class StoppedError(Exception):
    """It was to be stopped: another host's step has failed, or somebody interrupted."""


@dataclass
class Execution:
    """One way of a fleet from some tags to others.

    Args:
        shell: Runs commands on hosts.
        fleet: The hosts.
        tell: Is told of what happens.
        journals: Each host's, which is kept there; empty where none is to be kept.
        guard: Called before each action on a host; raises where somebody else works on it by now.
        lenient: On the way back: one host's failure does not stop the others, nor does a journal
            that cannot be written.
        errors: Hosts on which a step failed, and why, where that does not stop the others.
        touched: Hosts on which a step has begun that changes what runs there.
        stop: Set, it ends what is under way at the next moment where that leaves nothing half done.
        clock: The time.
    """

    shell: Shell
    fleet: Fleet
    tell: Callable[[Event], None]
    journals: MutableMapping[Host, Journal]
    guard: Callable[[Host], None] = lambda _: None
    lenient: bool = False
    touched: list[Host] = field(default_factory=list)
    errors: dict[Host, str] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)
    clock: Clock = field(default_factory=Clock)
    _running: int = 0
    _ended_lane: threading.Condition = field(default_factory=threading.Condition)
    _states: dict[Host, State] = field(default_factory=dict)

    def run(self, stages: Iterable[Stage]) -> None:
        """Go through stages, one after the other.

        Raises:
            StepError: A step failed; nothing more was begun.
            HostError: A host cannot be reached.
            KeyboardInterrupt: Somebody interrupted it; what was under way has ended.
            AbandonedError: Somebody interrupted that, too.
        """
        for stage in stages:
            self._stage(stage)

    def _stage(self, stage: Stage) -> None:
        with ThreadPoolExecutor(max_workers=max(1, stage.parallel)) as pool:
            try:
                futures = [pool.submit(self._lane, stage, lane) for lane in stage.lanes]
                wait(futures)
            except KeyboardInterrupt:
                self._interrupted()
                raise
        errors = [error for future in futures if (error := future.exception())]
        for error in errors:
            if not isinstance(error, StoppedError):
                raise error

    def _interrupted(self) -> None:
        """Wait until what is under way has ended; raise where somebody has no patience for that."""
        self.stop.set()
        text = "interrupted: what is under way ends; once more, and every host stays as it is."
        self.tell(Note(text=text))
        try:
            with self._ended_lane:
                self._ended_lane.wait_for(lambda: not self._running)
        except KeyboardInterrupt:
            raise AbandonedError from None

    def _lane(self, stage: Stage, lane: Lane) -> None:
        with self._ended_lane:
            self._running += 1
        try:
            self._try(stage, lane)
        finally:
            with self._ended_lane:
                self._running -= 1
                self._ended_lane.notify_all()

    def _try(self, stage: Stage, lane: Lane) -> None:
        if lane.host in self.errors:
            return
        try:
            self._go(stage, lane)
        except (StepError, HostError) as error:
            if not self.lenient:
                self.stop.set()
                raise
            self.errors[lane.host] = str(error.args[0])
        except BaseException:
            self.stop.set()
            raise

    def _go(self, stage: Stage, lane: Lane) -> None:
        self._check()
        state = self._look(lane.host) if lane.depends else State()
        for step in lane.steps:
            self._check()
            self.guard(lane.host)
            if not step.needed(state):
                self._ended(lane.host, step, "skipped", 0)
                continue
            self._keep(lane.host, step)
            if stage.phase in self.fleet.manifest.roles and lane.host not in self.touched:
                self.touched.append(lane.host)
            self._step(lane.host, step)

    def _step(self, host: Host, step: Step) -> None:
        self.tell(StepStarted(host=host.name, phase=step.phase, step=step.name))
        began = self.clock.now()
        try:
            for action in step.actions:
                self._perform(host, step, action)
        except StoppedError:
            self._ended(host, step, "failed", self.clock.now() - began, "stopped")
            raise
        except (_Failed, HostError) as error:
            reason = str(error.args[0])
            if isinstance(error, _Failed):
                self._autopsy(host, step)
            self._ended(host, step, "failed", self.clock.now() - began, reason)
            raise StepError(host, step, reason) from error
        self._ended(host, step, "done", self.clock.now() - began)

    def _perform(self, host: Host, step: Step, action: Action) -> None:
        self.guard(host)
        if isinstance(action, Run):
            listen = self._listener(host, step) if action.heard else None
            done = self.shell.run(host, action.remote, listen)
            if not done.ok and not action.may_fail:
                raise _Failed(_reason(done.code, "" if action.heard else done.said))
        elif isinstance(action, Until):
            self._until(host, action)
        else:
            self._listed(host, action)

    def _until(self, host: Host, action: Until) -> None:
        deadline = self.clock.now() + action.seconds
        while True:
            done = self.shell.run(host, action.remote)
            if done.ok:
                return
            if done.code == OVER:
                raise _Failed(done.said)
            if self.clock.now() > deadline:
                raise _Failed(f"not after {action.seconds:g} s: {done.said}")
            self._pause(EVERY)

    def _listed(self, host: Host, action: Listed) -> None:
        addresses = self._states[host].addresses | self._address()
        deadline = self.clock.now() + action.seconds
        waiting = dict.fromkeys(action.proxies, (*action.present, *action.absent))
        while True:
            told = self._told(host, action)
            if told:
                if set(action.present) <= ports_of(told, addresses):
                    return
            else:
                asked = {each: self._open(each, action, addresses) for each in waiting}
                waiting = {each: ports for each, ports in asked.items() if ports}
                if action.proxies and not waiting:
                    self._pause(SETTLES if action.absent else 0)
                    return
            if self.clock.now() >= deadline:
                self._late(host, action, waiting, told=bool(told))
                return
            self._pause(EVERY)

    def _told(self, host: Host, action: Listed) -> frozenset[tuple[str, int]]:
        """The instances that pass, by Consul; none, too, where it does not tell."""
        if not action.told:
            return frozenset()
        done = self.shell.run(host, action.told)
        return instances_told(done.output) if done.ok else frozenset()

    def _open(self, proxy: Host, action: Listed, addresses: frozenset[str]) -> tuple[int, ...]:
        """The ports that a proxy's list does not have as it should: all, if it cannot be read."""
        done = self.shell.run(proxy, action.remote)
        if not done.ok:
            return (*action.present, *action.absent)
        there = ports_of(servers(done.output), addresses)
        missing = (each for each in action.present if each not in there)
        return (*missing, *(each for each in action.absent if each in there))

    def _late(
        self, host: Host, action: Listed, waiting: Mapping[Host, tuple[int, ...]], *, told: bool
    ) -> None:
        """Fail, if an instance has not come into a list; one that is still there had its time."""

        def names(port: int) -> str:
            return ", ".join(each.name for each, ports in waiting.items() if port in ports)

        after = f"after {action.seconds:g} s"
        for port in action.present:
            if told or (action.told and not action.proxies):
                text = f"Consul does not have port {port} of {host.name} as passing {after}"
                if action.proxies:
                    raise _Failed(f"{text}. Its own log tells what its check got.")
                self.tell(Note(text=f"{text}; going on.", host=host.name))
            elif names(port):
                raise _Failed(
                    f"{names(port)} has no {host.name}, port {port}, in its list {after}. "
                    "Does Consul answer, and consul-template run there?"
                )
        for port in action.absent:
            if names(port):
                text = f"{names(port)} still has port {port} in its list {after}; going on."
                self.tell(Note(text=text, host=host.name))

    def _address(self) -> frozenset[str]:
        web = self.fleet.manifest.web
        return frozenset({web.address.strip("[]")} if web and web.address else ())

    def _look(self, host: Host) -> State:
        done = self.shell.run(host, states.ask(self.fleet, host))
        state = states.read(done.output)
        if not done.ok or state.engine:  # it is no host on which nothing runs
            raise HostError(
                f"{host.name} does not tell what it runs: {state.engine or done.said}",
                "`toolkit doctor` looks at everything.",
            )
        self._states[host] = state
        return state

    def _keep(self, host: Host, step: Step) -> None:
        if host not in self.journals:
            return
        self.journals[host] = self.journals[host].now(phase=step.phase, step=step.name)
        done = self.shell.run(host, self.journals[host].write())
        if not done.ok and not self.lenient:
            raise StepError(host, step, f"its journal cannot be written: {done.said}")

    def _autopsy(self, host: Host, step: Step) -> None:
        """Show why a container is not what it should be, and remove it where nobody needs it."""
        try:
            if step.container:
                ask = script("logs", step.container, step.job, " ".join(host.sudo))
                for line in self.shell.run(host, ask).output.splitlines()[-LOGS:]:
                    self._listener(host, step)(line)
            for action in step.failed:
                self.guard(host)
                self.shell.run(host, action.remote)
        except HostError as error:
            self.tell(Note(text=str(error.args[0]), host=host.name))

    def _listener(self, host: Host, step: Step) -> Callable[[str], None]:
        def listen(line: str) -> None:
            self.tell(Output(host=host.name, phase=step.phase, step=step.name, line=line))

        return listen

    def _ended(
        self, host: Host, step: Step, outcome: StepOutcome, seconds: float, detail: str = ""
    ) -> None:
        self.tell(
            StepEnded(
                host=host.name,
                phase=step.phase,
                step=step.name,
                outcome=outcome,
                seconds=seconds,
                detail=detail,
            )
        )

    def _check(self) -> None:
        if self.stop.is_set():
            raise StoppedError

    def _pause(self, seconds: float) -> None:
        if self.clock.wait(seconds, self.stop):
            raise StoppedError


class _Failed(Exception):  # noqa: N818 - never leaves this module
    """An action did not do what it should."""


def servers(site: str) -> Iterator[tuple[str, int]]:
    """The addresses and ports that a site of nginx sends requests to."""
    for address, port in _SERVER.findall(site):
        yield address.strip("[]"), int(port)


def instances_told(text: str) -> frozenset[tuple[str, int]]:
    """The addresses and ports of the instances that `consul watch` tells of, as its API does.

    None where the text is not that alone: a login shell may print something, too.
    https://developer.hashicorp.com/consul/api-docs/health#list-service-instances-for-service
    """
    try:
        return frozenset(
            (each["Service"]["Address"] or each["Node"]["Address"], each["Service"]["Port"])
            for each in json.loads(text)
        )
    except (ValueError, LookupError, TypeError):
        return frozenset()


def ports_of(found: Iterable[tuple[str, int]], addresses: frozenset[str]) -> frozenset[int]:
    """The ports of a host among addresses and ports."""
    return frozenset(port for address, port in found if address in addresses)


def _reason(code: int, said: str) -> str:
    if said:
        return said
    return "it took too long, and was stopped" if code == TIMED_OUT else f"it ended with {code}"


#: What `timeout` ends with, and so `remote/release`.
TIMED_OUT = 124
