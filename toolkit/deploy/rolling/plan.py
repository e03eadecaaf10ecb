"""The whole of a roll, stage by stage."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from toolkit.deploy.actions import Lane, Run, Stage, Step
from toolkit.deploy.commands import environment, script
from toolkit.deploy.rolling import roles, web
from toolkit.manifest.models import WEB
from toolkit.scaffold.temporary import CANARY, RELEASE, of_kind, temporary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.rolling.goal import Goal
    from toolkit.deploy.state import State
    from toolkit.scaffold.temporary import Temporary

LEFTOVERS = "leftovers"

#: Seconds that a release has beyond its own limit, to be started and stopped.
MARGIN = 120


def stages(
    fleet: Fleet,
    goals: Mapping[Host, Goal],
    *,
    parallel: int = 1,
    release: bool = True,
    canary: bool = True,
    reverse: bool = False,
) -> tuple[Stage, ...]:
    """What is done on which host, in which order.

    Args:
        fleet: The hosts.
        goals: What each is to have in the end.
        parallel: Hosts at a time.
        release: What is done once for a tag is done first.
        canary: A canary is tried before anything is switched.
        reverse: The roles come in the reverse order, as on the way back: the old web, which sends
            what any worker knows, comes before the old workers.
    """
    first = next(iter(goals))
    found = [_leftovers(fleet, goals, release=release)]
    if release:
        found.append(Stage(phase=RELEASE, lanes=(_release(fleet, first, goals[first]),)))
    tried = (host for host, goal in goals.items() if fleet.web(host) and goal.tags.tag)
    if canary and (host := next(tried, None)):
        found.append(Stage(phase=CANARY, lanes=(web.canary(fleet, host, goals[host]),)))
    order = [role for role in fleet.manifest.order if not fleet.roles or role in fleet.roles]
    for role in reversed(order) if reverse else order:
        lanes = tuple(_lanes(fleet, goals, role))
        if lanes:
            found.append(Stage(phase=role, lanes=lanes, parallel=parallel))
    return tuple(found)


def _lanes(fleet: Fleet, goals: Mapping[Host, Goal], role: str) -> Iterator[Lane]:
    for host, goal in goals.items():
        if any(each.role == role for each in fleet.instances(host)):
            if role == WEB:
                yield web.lane(fleet, host, goal)
            else:
                yield roles.lane(fleet, host, role, goal)


def _leftovers(fleet: Fleet, goals: Mapping[Host, Goal], *, release: bool) -> Stage:
    """The removal of what a deploy that was cut off has left; a release that is wanted goes on."""
    kinds = {CANARY} if release else {CANARY, RELEASE}
    names = [each for each in temporary(fleet.manifest) if each.kind in kinds]
    lanes = tuple(Lane(host=host, steps=tuple(_removals(host, names))) for host in goals)
    return Stage(phase=LEFTOVERS, lanes=lanes, parallel=len(lanes))


def _removals(host: Host, containers: Iterable[Temporary]) -> Iterator[Step]:
    for each in containers:
        yield Step(
            phase=LEFTOVERS,
            name=f"remove {each.name}",
            actions=web.remove(host, each),
            needed=partial(_there, each.name),
            when="where an earlier deploy has left it",
        )


def _there(name: str, state: State) -> bool:
    return name in state.containers


def _release(fleet: Fleet, host: Host, goal: Goal) -> Lane:
    manifest = fleet.manifest
    container = of_kind(manifest, RELEASE)
    run = script(
        "release",
        fleet.app,
        container.name,
        goal.image(fleet),
        str(manifest.release.timeout),
        " ".join(environment(host, goal.tags.tag, RELEASE)),
        " ".join(host.sudo),
        *manifest.release.verb,
        timeout=manifest.release.timeout + MARGIN,
    )
    step = Step(phase=RELEASE, name=RELEASE, actions=(Run(remote=run, heard=True),))
    return Lane(host=host, steps=(step,))
