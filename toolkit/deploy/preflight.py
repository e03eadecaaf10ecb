"""Sees that every host is ready before anything is changed on any."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from toolkit.deploy import state as states
from toolkit.deploy.commands import consul, identity, pull, runner
from toolkit.deploy.events import Note, Output, StepEnded, StepStarted
from toolkit.deploy.rolling.proxies import proxy_list
from toolkit.deploy.side_by_side import end, side_by_side
from toolkit.errors import HostError, PreflightError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from toolkit.deploy.commands import Remote
    from toolkit.deploy.events import Event
    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.ssh import Done, Shell
    from toolkit.deploy.state import State

PHASE = "preflight"

#: What `remote/list` ends with while nginx is about to reload.
RELOADS = 75

#: Seconds that a host's clock may differ from this machine's.
SKEW = 30

#: Kilobytes that have to be free for an image.
FREE = 512 * 1024

#: Seconds that a pull may take, and a check.
PULL, CHECK = 1800, 300

#: Lines of a `check` that says no.
SHOWN = 40

P = TypeVar("P")
T = TypeVar("T")


@dataclass
class Preflight:
    """What is seen to, on each host at the same time.

    Args:
        shell: Runs commands on hosts.
        fleet: The hosts.
        tell: Is told of what happens.
    """

    shell: Shell
    fleet: Fleet
    tell: Callable[[Event], None]
    _problems: list[str] = field(default_factory=list)
    _found: dict[Host, State] = field(default_factory=dict)

    def look(self) -> Mapping[Host, State]:
        """What each host is and runs. Proxies are asked for their list, too.

        Raises:
            PreflightError: Hosts are not as they have to be, with all that is wrong.
        """
        asks: list[tuple[Host, Callable[[Host], State | None]]] = [
            *((host, self._look) for host in self.fleet.hosts),
            *((host, self._proxy) for host in self.fleet.proxies),
        ]
        said = _each(asks, lambda ask: ask[1](ask[0]))
        self._found = {host: state for (host, _), state in said.items() if state}
        self._end()
        return self._found

    def discovery(self) -> None:
        """See that instances can come into the proxies' lists, and out of them.

        Raises:
            PreflightError: A host's agent of Consul does not answer, or has no server to ask.
        """
        if not self.fleet.by_agent:
            return
        _each([host for host in self.fleet.hosts if self.fleet.web(host)], self._consul)
        self._end()

    def images(self, tags: Mapping[Host, str], *, fetch: bool) -> None:
        """Bring a tag's image to hosts, and ask it whether it can run with each host's variables.

        Args:
            tags: The tag of each.
            fetch: Ask the registry for it even where it is here: it may be another one by now.

        Raises:
            PreflightError: It cannot be had, is another one on another host, or says no.
        """
        found = _each(tags, lambda host: self._image(host, tags[host], fetch=fetch))
        ids = set(found.values()) - {""}
        named = sorted(set(tags.values()))
        if len(ids) > 1 and len(named) == 1:
            self._problems.append(
                f"the hosts have different images of {named[0]}: {', '.join(sorted(ids))}. "
                "Push it again, with a tag of its own."
            )
        self._end()

    def kept(self, before: Mapping[Host, str]) -> None:
        """See that each host has the image that it would go back to, or can have it.

        Raises:
            PreflightError: A host has nothing to go back to.
        """
        there = [host for host, tag in before.items() if tag]
        _each(there, lambda host: self._back(host, before[host]))
        self._end()

    def _look(self, host: Host) -> State | None:
        done = self._run(host, "facts", states.ask(self.fleet, host))
        if done is None:
            return None
        if not done.ok:
            self._problems.append(f"{host.name}: {done.said or 'no shell of POSIX there'}")
            return None
        state = states.read(done.output)
        found = problems(self.fleet, host, state, now=time.time())
        self._problems += [f"{host.name}: {each}" for each in found]
        return state

    def _consul(self, host: Host) -> None:
        address = self.fleet.manifest.registration.consul
        done = self._run(host, "consul", consul(address))
        if done is not None and not done.ok:
            last = (done.said.splitlines() or [""])[-1]
            self._problems.append(
                f"{host.name}: Consul does not answer at {address}: {last}. Without it no instance "
                "comes into the proxies' lists, or out of them."
            )

    def _proxy(self, host: Host) -> None:
        done = self._run(host, "list", proxy_list(self.fleet.app))
        if done is not None and done.code not in {0, RELOADS}:
            self._problems.append(
                f"{host.name}: nginx has no site of {self.fleet.app} there. Is consul-template "
                f"running? `toolkit apply {self.fleet.app}` installs what is missing."
            )

    def _image(self, host: Host, tag: str, *, fetch: bool) -> str:
        if not self._fetched(host, tag, fetch=fetch):
            return ""
        check = runner(host, self.fleet.app, "check", tag=tag, timeout=CHECK)
        done = self._run(host, "check", check)
        if done is not None and not done.ok:
            lines = f"{done.output}\n{done.error}".strip().splitlines()[-SHOWN:]
            for line in lines:
                self.tell(Output(host=host.name, phase=PHASE, step="check", line=line))
            self._problems.append(
                f"{host.name}: {tag}'s own check ended with {done.code}: see its lines above."
            )
        return self._id(host, tag)

    def _fetched(self, host: Host, tag: str, *, fetch: bool) -> bool:
        image = self.fleet.manifest.image
        here = host in self._found and tag in self._found[host].images
        if here and not fetch:
            return True
        done = self._run(host, "pull", pull(host, image, tag, PULL))
        if done is None:
            return False
        if done.ok:
            return True
        last = (done.said.splitlines() or [""])[-1]
        if here:
            text = f"{image}:{tag} cannot be pulled ({last}); the one that is here is taken."
            self.tell(Note(text=text, host=host.name))
            return True
        self._problems.append(
            f"{host.name}: {image}:{tag} cannot be pulled: {last}. Is the tag right, the registry "
            "there, `docker login` done as root?"
        )
        return False

    def _back(self, host: Host, tag: str) -> None:
        if not self._fetched(host, tag, fetch=False):
            self._problems.append(f"{host.name}: so there is nothing to go back to.")

    def _id(self, host: Host, tag: str) -> str:
        done = self._run(host, "", identity(host, self.fleet.manifest.image, tag))
        return done.output.strip() if done else ""

    def _run(self, host: Host, step: str, remote: Remote) -> Done | None:
        """A command of a step, or None where the host cannot be reached, which is a problem."""
        began = time.monotonic()
        if step:
            self.tell(StepStarted(host=host.name, phase=PHASE, step=step))
        try:
            done = self.shell.run(host, remote)
        except HostError as error:
            self._problems.append(str(error.args[0]))
            done = None
        if step:
            self.tell(
                StepEnded(
                    host=host.name,
                    phase=PHASE,
                    step=step,
                    outcome="done" if done and done.ok else "failed",
                    seconds=time.monotonic() - began,
                )
            )
        return done

    def _end(self) -> None:
        if self._problems:
            found = [*dict.fromkeys(self._problems)]
            count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
            lines = "".join(f"\n  - {each}" for each in found)
            raise PreflightError(
                f"{self.fleet.app} is not ready for this, {count}:{lines}",
                "Nothing was changed. `toolkit doctor` looks at everything.",
            )


def _each(places: Iterable[P], work: Callable[[P], T]) -> dict[P, T]:
    """What work gives at each place. What is wrong with a host is no error of it, but a problem."""
    results = side_by_side(places, work)
    end(results.failed)
    return results.done


def problems(fleet: Fleet, host: Host, state: State, *, now: float) -> Iterator[str]:
    """What is wrong with a host, a sentence each.

    Args:
        fleet: The app's hosts.
        host: The host.
        state: What it said.
        now: This machine's time, in seconds since 1970.
    """
    app = fleet.app
    if not state.installed:
        yield f"it has no files of {app}. `toolkit apply {app}` installs them."
    if not state.writable:
        yield (
            f"/var/www/{app} is not {host.user}'s, or not there. "
            f"`toolkit setup {host.name}` makes it."
        )
    if not state.tag and any(state.up(each.name) for each in fleet.instances(host)):
        yield (
            f"/var/www/{app}/TAG has no tag that can be read, and containers run. Write it anew: "
            "echo 'export TAG=…'."
        )
    if state.engine:
        yield f"its engine does not answer: {state.engine}"
    skew = state.clock - now
    if abs(skew) > SKEW:
        yield (
            f"its clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} this "
            "machine's. Sessions, tokens and schedules go wrong: set it, by NTP."
        )
    if state.free is not None and state.free < FREE:
        yield (
            f"{state.free // 1024} MB are free for images, and {FREE // 1024} are needed. "
            f"`toolkit prune {app}` removes old ones."
        )
