"""A role that gets no requests: its jobs are restarted, each stopped before it is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.deploy.actions import Lane, Run, Step, Until
from toolkit.deploy.commands import init, script, switch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.deploy.commands import Remote
    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.rolling.goal import Goal
    from toolkit.deploy.state import State
    from toolkit.scaffold.instances import Instance

#: Seconds that an init has to start a job, beyond what its stop may take.
START = 60


def lane(fleet: Fleet, host: Host, role: str, goal: Goal) -> Lane:
    """The steps that give a host's jobs of a role another tag."""
    there = [each for each in fleet.instances(host) if each.role == role]
    steps = [switched(fleet, role, goal)]
    for each in there:
        steps += (
            restarted(fleet, host, each, goal) if goal.tags.tag else [stopped(fleet, host, each)]
        )
    return Lane(host=host, steps=tuple(steps))


def switched(fleet: Fleet, phase: str, goal: Goal) -> Step:
    """The step that writes TAG and REVERT: once on a host, whatever roles it has."""
    write = Run(remote=switch(fleet.app, goal.tags, force=goal.back))
    return Step(phase=phase, name="switch", actions=(write,))


def restarted(fleet: Fleet, host: Host, instance: Instance, goal: Goal) -> Iterator[Step]:
    """The step that restarts a job, and waits until it is healthy."""
    yield Step(
        phase=instance.role,
        name=f"restart {instance.job}",
        actions=(*restart(fleet, host, instance), ready(fleet, host, instance, goal)),
        needed=outdated(fleet, instance, goal),
        container=instance.name,
        job=instance.job,
        when="unless it runs the tag" + ("" if instance.settings.enabled else ", or does not run"),
    )


def stopped(fleet: Fleet, host: Host, instance: Instance) -> Step:
    """The step that stops a job, where a host is to run nothing."""
    stop = init(
        host, "stop", instance.job, upstart=upstart(fleet), timeout=instance.kill_after + START
    )
    return Step(
        phase=instance.role,
        name=f"stop {instance.job}",
        actions=(Run(remote=stop, may_fail=True),),
    )


def restart(fleet: Fleet, host: Host, instance: Instance) -> tuple[Run, ...]:
    """A job's restart. Upstart's own needs one that runs, and keeps its former definition."""
    timeout = instance.kill_after + START

    def ask(verb: str) -> Remote:
        return init(host, verb, instance.job, upstart=upstart(fleet), timeout=timeout)

    if upstart(fleet):
        return (Run(remote=ask("stop"), may_fail=True), Run(remote=ask("start")))
    return (Run(remote=ask("restart")),)


def ready(fleet: Fleet, host: Host, container: Instance, goal: Goal, *words: str) -> Until:
    """The wait until a container runs the image and is healthy."""
    sudo = " ".join(host.sudo)
    ask = script("ready", container.name, goal.image(fleet), sudo, *words)
    return Until(remote=ask, seconds=container.settings.start_timeout)


def outdated(fleet: Fleet, instance: Instance, goal: Goal) -> Callable[[State], bool]:
    """Whether a job has to be restarted: one that the manifest has disabled only if it runs."""

    def needed(state: State) -> bool:
        there = instance.settings.enabled or state.up(instance.name)
        return there and not goal.has(state, instance, fleet)

    return needed


def upstart(fleet: Fleet) -> bool:
    """Whether the hosts have Upstart."""
    return "upstart" in fleet.manifest.targets
