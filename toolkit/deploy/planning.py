"""Tells every command of a deploy, on every host, in its order, without running any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.deploy import state as states
from toolkit.deploy.commands import consul, identity, pull, runner, script
from toolkit.deploy.journal import FILE, Tags
from toolkit.deploy.preflight import CHECK, PHASE, PULL
from toolkit.deploy.rolling.goal import Goal
from toolkit.deploy.rolling.plan import stages
from toolkit.deploy.rolling.proxies import proxy_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.deploy.commands import Remote
    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.order import Order

#: What is known on the hosts alone.
FORMER, BEFORE = "<the tag that served>", "<the tag before it>"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One step of a plan.

    Attributes:
        phase: What it belongs to.
        host: Where.
        step: What it is called in the journal.
        when: When it is needed; an empty text for always.
        commands: What is done, in order.
    """

    phase: str
    host: str
    step: str
    when: str
    commands: tuple[str, ...]


def plan(
    fleet: Fleet, order: Order, prune: Callable[[Fleet, Host], Remote] | None = None
) -> Iterator[Planned]:
    """Every step, as it is where each host serves another tag and nothing was cut off.

    Args:
        fleet: The hosts.
        order: What is asked for.
        prune: Makes the command that removes old images from a host.
    """
    tag = order.tag or (BEFORE if order.backwards else FORMER)
    goals = {
        host: Goal(tags=Tags(tag=tag, revert=FORMER), fresh=order.kind == "restart")
        for host in fleet.hosts
    }
    for host in dict.fromkeys((fleet.leader, *fleet.hosts)):
        yield _said(host, "lock", "lock", script("lock", fleet.app, "<who, why and since when>"))
    yield from _preflight(fleet, order, tag)
    for host in fleet.hosts:
        yield _said(host, "journal", "open", script("put", fleet.app, FILE))
    yield from _rolled(fleet, order, goals)
    for host in fleet.hosts:
        yield _said(host, "end", "history", script("finish", fleet.app, "<id>"))
    if prune:
        for host in fleet.hosts:
            yield _said(host, "end", "prune", prune(fleet, host))


def _preflight(fleet: Fleet, order: Order, tag: str) -> Iterator[Planned]:
    for host in fleet.hosts:
        yield _said(host, PHASE, "facts", states.ask(fleet, host))
    for host in fleet.proxies:
        yield _said(host, PHASE, "list", proxy_list(fleet.app))
    if fleet.by_agent and not order.force:
        for host in fleet.hosts:
            if fleet.web(host):
                yield _said(host, PHASE, "consul", consul(fleet.manifest.registration.consul))
    image = fleet.manifest.image
    for host in fleet.hosts:
        missing = "" if order.kind == "deploy" else "where it is not there"
        yield _said(host, PHASE, "pull", pull(host, image, tag, PULL), when=missing)
        check = runner(host, fleet.app, "check", tag=tag, timeout=CHECK)
        yield _said(host, PHASE, "check", check)
        yield _said(host, PHASE, "image", identity(host, image, tag))
    if not order.force:
        for host in fleet.hosts:
            back = pull(host, image, FORMER, PULL)
            yield _said(host, PHASE, "pull", back, when="where it is not there")
    if order.kind != "restart":
        first = fleet.hosts[0]
        asked = (FORMER, tag) if order.backwards else (tag,)
        asks = [runner(first, fleet.app, "exec", "python", "-", tag=each) for each in asked]
        yield Planned(
            phase=PHASE,
            host=first.name,
            step="migrations",
            when="",
            commands=tuple(f"{each} < remote/migrations.py" for each in asks),
        )


def _rolled(fleet: Fleet, order: Order, goals: dict[Host, Goal]) -> Iterator[Planned]:
    made = stages(
        fleet,
        goals,
        parallel=order.parallel,
        release=order.kind == "deploy",
        reverse=order.backwards,
    )
    for stage in made:
        for lane in stage.lanes:
            for step in lane.steps:
                yield Planned(
                    phase=stage.phase,
                    host=lane.host.name,
                    step=step.name,
                    when=step.when,
                    commands=tuple(map(str, step.actions)),
                )


def _said(host: Host, phase: str, step: str, remote: Remote, *, when: str = "") -> Planned:
    return Planned(phase=phase, host=host.name, step=step, when=when, commands=(str(remote),))
