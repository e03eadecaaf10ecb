"""Web: no instance stops before another one serves in its place, on a single host too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.deploy.actions import Lane, Run, Step
from toolkit.deploy.commands import docker, runner
from toolkit.deploy.rolling import proxies
from toolkit.deploy.rolling.roles import outdated, ready, restart, stopped, switched
from toolkit.manifest.models import WEB
from toolkit.scaffold.temporary import CANARY, SURGE, of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.deploy.actions import Until
    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.rolling.goal import Goal
    from toolkit.deploy.state import State
    from toolkit.scaffold.instances import Instance
    from toolkit.scaffold.temporary import Temporary

#: Seconds that a container has to be stopped and removed, beyond its own stop timeout.
REMOVE = 60


def lane(fleet: Fleet, host: Host, goal: Goal) -> Lane:
    """The steps that give a host's web another tag.

    A surge instance of the new tag serves beside the others; then each of these is drained and
    restarted; then the surge instance is drained and removed. What an earlier deploy has left at
    any of these steps is taken as it is.
    """
    roll = _Roll(fleet=fleet, host=host, goal=goal)
    return Lane(host=host, steps=tuple(roll.steps() if goal.tags.tag else roll.stops()))


def canary(fleet: Fleet, host: Host, goal: Goal) -> Lane:
    """The steps that see whether an instance of the new tag becomes ready, without traffic."""
    there = fleet.web(host)
    container = of_kind(fleet.manifest, CANARY)
    start = runner(
        host,
        fleet.app,
        *container.settings.verb,
        tag=goal.tags.tag,
        instance=CANARY,
        timeout=REMOVE,
    )
    return Lane(
        host=host,
        steps=(
            Step(
                phase=CANARY,
                name="canary",
                actions=(
                    Run(remote=start),
                    ready(fleet, host, container, goal, "--ready"),
                    *remove(host, container),
                ),
                needed=lambda state: not all(goal.has(state, each, fleet) for each in there),
                failed=remove(host, container),
                container=container.name,
                when="unless its web runs the tag",
            ),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Roll:
    """The steps of one host's web.

    Args:
        fleet: The app's hosts.
        host: The host.
        goal: What it is to run.
    """

    fleet: Fleet
    host: Host
    goal: Goal

    @cached_property
    def there(self) -> tuple[Instance, ...]:
        """Its instances that have a job."""
        return self.fleet.web(self.host)

    @cached_property
    def surge(self) -> Temporary:
        """The one that serves in their place."""
        return of_kind(self.fleet.manifest, SURGE)

    def steps(self) -> Iterator[Step]:
        """From one tag to another."""
        yield self._former()
        yield from self._surge()
        instead: Instance = self.surge
        for each in self.there:
            yield from self._replaced(each, instead)
            instead = each if each.settings.enabled else self.surge
        yield from self._serving()
        yield self._unsurge()

    def stops(self) -> Iterator[Step]:
        """From a tag to none."""
        yield switched(self.fleet, WEB, self.goal)
        for each in self.there:
            yield stopped(self.fleet, self.host, each)
        yield self._removed()

    def _former(self) -> Step:
        """What takes traffic from a surge instance that an earlier deploy has left while it ended.

        Lists may have it alone: it stops when they have not, and another one may have its port.
        """
        surge = self.surge
        return Step(
            phase=WEB,
            name="former surge ends",
            actions=(
                *(self._undrained(each) for each in self.there),
                *proxies.out_of(self.fleet, self.host, surge, self.there, None),
                *proxies.deregistered(self.fleet, self.host, surge),
            ),
            needed=lambda state: (
                self._bridged(state) and state.up(surge.name) and surge.name not in state.ready
            ),
            container=surge.name,
            when="where an earlier deploy has left one that is not ready",
        )

    def _surge(self) -> Iterator[Step]:
        fleet, host, surge = self.fleet, self.host, self.surge
        start = runner(
            host,
            fleet.app,
            *surge.settings.verb,
            tag=self.goal.tags.tag,
            instance=SURGE,
            timeout=REMOVE,
        )
        yield Step(
            phase=WEB,
            name="surge",
            actions=(Run(remote=start), self._ready(surge)),
            needed=lambda state: self._bridged(state) and surge.name not in state.ready,
            failed=(*proxies.deregistered(fleet, host, surge), *remove(host, surge)),
            container=surge.name,
            when="where web runs another tag",
        )
        yield Step(
            phase=WEB,
            name="surge is ready",
            actions=(
                *proxies.registered(fleet, host, surge),
                self._undrained(surge),
                *proxies.known(fleet, surge),
            ),
            needed=self._bridged,
            container=surge.name,
            when="where web runs another tag",
        )

    def _replaced(self, instance: Instance, instead: Instance) -> Iterator[Step]:
        fleet, host, goal = self.fleet, self.host, self.goal
        others = (*(each for each in self.there if each != instance), self.surge)
        yield Step(
            phase=WEB,
            name=f"drain {instance.job}",
            actions=(
                *proxies.out_of(fleet, host, instance, others, instead),
                proxies.drain(host, instance, "--over"),
            ),
            needed=lambda state: state.up(instance.name) and not goal.has(state, instance, fleet),
            failed=(self._undrained(instance),),
            container=instead.name,
            when="where it runs another tag",
        )
        if instance == self.there[0]:
            yield switched(fleet, WEB, goal)
        yield Step(
            phase=WEB,
            name=f"restart {instance.job}",
            actions=(*restart(fleet, host, instance), self._ready(instance)),
            needed=outdated(fleet, instance, goal),
            container=instance.name,
            job=instance.job,
            when="unless it runs the tag",
        )
        yield Step(
            phase=WEB,
            name=f"{instance.job} is ready",
            actions=(
                self._undrained(instance),
                self._ready(instance),
                *proxies.known(fleet, instance),
            ),
            needed=lambda state: instance.settings.enabled or state.up(instance.name),
            container=instance.name,
            job=instance.job,
        )

    def _serving(self) -> Iterator[Step]:
        """The proxies' lists, where no surge instance has to come out of them."""
        surge = self.surge
        if actions := tuple(proxies.serving(self.fleet, self.host, self.there)):
            yield Step(
                phase=WEB,
                name="web serves",
                actions=actions,
                needed=lambda state: (
                    not self._bridged(state) and surge.name not in state.containers
                ),
                when="where no surge instance serves",
            )

    def _unsurge(self) -> Step:
        fleet, host, surge, last = self.fleet, self.host, self.surge, self.there[-1]
        instead = last if last.settings.enabled else None
        return Step(
            phase=WEB,
            name="surge ends",
            actions=(
                *proxies.deregistered(fleet, host, surge),
                *proxies.out_of(fleet, host, surge, self.there, instead),
                *remove(host, surge),
            ),
            needed=lambda state: self._bridged(state) or surge.name in state.containers,
            when="where there is a surge instance",
        )

    def _removed(self) -> Step:
        surge = self.surge
        return Step(
            phase=WEB,
            name="surge ends",
            actions=(
                *proxies.deregistered(self.fleet, self.host, surge),
                *remove(self.host, surge),
            ),
            needed=lambda state: surge.name in state.containers,
            when="where there is a surge instance",
        )

    def _bridged(self, state: State) -> bool:
        """Whether a surge instance serves meanwhile.

        It does where web is to be restarted, and runs while proxies have a list that it can come
        into; or where an earlier deploy has left one that is ready, whatever its tag. Where web is
        as it is to be, one that is left has only to end: a way back needs nothing of what may have
        failed.
        """
        if all(self.goal.has(state, each, self.fleet) for each in self.there):
            return False
        running = any(state.up(each.name) for each in self.there)
        return self.surge.name in state.ready or (self.fleet.discovery != "none" and running)

    def _ready(self, instance: Instance) -> Until:
        return ready(self.fleet, self.host, instance, self.goal, "--ready")

    def _undrained(self, instance: Instance) -> Run:
        return proxies.drain(self.host, instance, "--undo")


def remove(host: Host, container: Temporary) -> tuple[Run, ...]:
    """What ends a container that no init has, and removes it."""
    timeout = container.settings.stop_timeout + REMOVE
    return (
        Run(remote=docker(host, "stop", container.name, timeout=timeout), may_fail=True),
        Run(remote=docker(host, "rm", "--force", container.name, timeout=timeout)),
    )
