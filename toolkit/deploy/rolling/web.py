"""Web: no instance stops before another one serves in its place, on a single host too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.deploy.actions import Lane, Run, Step
from toolkit.deploy.commands import docker, runner
from toolkit.deploy.rolling import proxies
from toolkit.deploy.rolling.roles import outdated, ready, restart, stopped, switched
from toolkit.manifest.models import WEB
from toolkit.scaffold.temporary import CANARY, SURGE, of_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    there, surge = fleet.web(host), of_kind(fleet.manifest, SURGE)
    if not goal.tags.tag:
        stops = (stopped(fleet, host, each) for each in there)
        ends = (switched(fleet, WEB, goal), *stops, _removed(fleet, host, surge))
        return Lane(host=host, steps=ends)
    bridged = _bridged(fleet, there, surge, goal)
    steps = [_former(fleet, host, surge, there, bridged), *_surge(fleet, host, goal, bridged)]
    instead: Instance = surge
    for each in there:
        steps += _replaced(fleet, host, each, goal, instead)
        instead = each if each.settings.enabled else surge
    steps += _serving(fleet, host, surge, there, bridged)
    steps.append(_unsurge(fleet, host, surge, there, bridged))
    return Lane(host=host, steps=tuple(steps))


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


def _former(
    fleet: Fleet,
    host: Host,
    surge: Temporary,
    there: tuple[Instance, ...],
    bridged: Callable[[State], bool],
) -> Step:
    """What takes traffic from a surge instance that an earlier deploy has left while it ended.

    Lists may have it alone: it stops when they have not, and then another one may have its port.
    """
    return Step(
        phase=WEB,
        name="former surge ends",
        actions=(
            *(proxies.drain(host, each, "--undo") for each in there),
            *proxies.out_of(fleet, host, surge, there, None),
            *proxies.deregistered(fleet, host, surge),
        ),
        needed=lambda state: (
            bridged(state) and state.up(surge.name) and surge.name not in state.ready
        ),
        container=surge.name,
        when="where an earlier deploy has left one that is not ready",
    )


def _surge(
    fleet: Fleet, host: Host, goal: Goal, bridged: Callable[[State], bool]
) -> Iterator[Step]:
    surge = of_kind(fleet.manifest, SURGE)
    start = runner(
        host, fleet.app, *surge.settings.verb, tag=goal.tags.tag, instance=SURGE, timeout=REMOVE
    )
    yield Step(
        phase=WEB,
        name="surge",
        actions=(Run(remote=start), ready(fleet, host, surge, goal, "--ready")),
        needed=lambda state: bridged(state) and surge.name not in state.ready,
        failed=(*proxies.deregistered(fleet, host, surge), *remove(host, surge)),
        container=surge.name,
        when="where web runs another tag",
    )
    yield Step(
        phase=WEB,
        name="surge is ready",
        actions=(
            *proxies.registered(fleet, host, surge),
            proxies.drain(host, surge, "--undo"),
            *proxies.known(fleet, surge),
        ),
        needed=bridged,
        container=surge.name,
        when="where web runs another tag",
    )


def _replaced(
    fleet: Fleet, host: Host, instance: Instance, goal: Goal, instead: Instance
) -> Iterator[Step]:
    there, surge = fleet.web(host), of_kind(fleet.manifest, SURGE)
    others = (*(each for each in there if each != instance), surge)
    yield Step(
        phase=WEB,
        name=f"drain {instance.job}",
        actions=(
            *proxies.out_of(fleet, host, instance, others, instead),
            proxies.drain(host, instance, "--over"),
        ),
        needed=lambda state: state.up(instance.name) and not goal.has(state, instance, fleet),
        failed=(proxies.drain(host, instance, "--undo"),),
        container=instead.name,
        when="where it runs another tag",
    )
    if instance == there[0]:
        yield switched(fleet, WEB, goal)
    yield Step(
        phase=WEB,
        name=f"restart {instance.job}",
        actions=(
            *restart(fleet, host, instance),
            ready(fleet, host, instance, goal, "--ready"),
        ),
        needed=outdated(fleet, instance, goal),
        container=instance.name,
        job=instance.job,
        when="unless it runs the tag",
    )
    yield Step(
        phase=WEB,
        name=f"{instance.job} is ready",
        actions=(
            proxies.drain(host, instance, "--undo"),
            ready(fleet, host, instance, goal, "--ready"),
            *proxies.known(fleet, instance),
        ),
        needed=lambda state: instance.settings.enabled or state.up(instance.name),
        container=instance.name,
        job=instance.job,
    )


def _serving(
    fleet: Fleet,
    host: Host,
    surge: Temporary,
    there: tuple[Instance, ...],
    bridged: Callable[[State], bool],
) -> Iterator[Step]:
    """The proxies' lists, where no surge instance has to come out of them."""
    if actions := tuple(proxies.serving(fleet, host, there)):
        yield Step(
            phase=WEB,
            name="web serves",
            actions=actions,
            needed=lambda state: not bridged(state) and surge.name not in state.containers,
            when="where no surge instance serves",
        )


def _unsurge(
    fleet: Fleet,
    host: Host,
    surge: Temporary,
    there: tuple[Instance, ...],
    bridged: Callable[[State], bool],
) -> Step:
    instead = there[-1] if there[-1].settings.enabled else None
    return Step(
        phase=WEB,
        name="surge ends",
        actions=(
            *proxies.deregistered(fleet, host, surge),
            *proxies.out_of(fleet, host, surge, there, instead),
            *remove(host, surge),
        ),
        needed=lambda state: bridged(state) or surge.name in state.containers,
        when="where there is a surge instance",
    )


def _removed(fleet: Fleet, host: Host, surge: Temporary) -> Step:
    return Step(
        phase=WEB,
        name="surge ends",
        actions=(*proxies.deregistered(fleet, host, surge), *remove(host, surge)),
        needed=lambda state: surge.name in state.containers,
        when="where there is a surge instance",
    )


def _bridged(
    fleet: Fleet, there: tuple[Instance, ...], surge: Temporary, goal: Goal
) -> Callable[[State], bool]:
    """Whether a surge instance serves meanwhile.

    It does where web is to be restarted, and runs while proxies have a list that it can come into;
    or where an earlier deploy has left one that is ready, whatever its tag. Where web is as it is
    to be, one that is left has only to end: a way back needs nothing of what may have failed.
    """

    def needed(state: State) -> bool:
        if all(goal.has(state, each, fleet) for each in there):
            return False
        running = any(state.up(each.name) for each in there)
        return surge.name in state.ready or (fleet.discovery != "none" and running)

    return needed


def remove(host: Host, container: Temporary) -> tuple[Run, ...]:
    """What ends a container that no init has, and removes it."""
    timeout = container.settings.stop_timeout + REMOVE
    return (
        Run(remote=docker(host, "stop", container.name, timeout=timeout), may_fail=True),
        Run(remote=docker(host, "rm", "--force", container.name, timeout=timeout)),
    )
