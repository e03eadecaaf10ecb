"""How an instance of web comes into the lists of the proxies, and out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.deploy.actions import Action, Listed, Run
from toolkit.deploy.commands import Remote, docker, init, passing, script
from toolkit.deploy.rolling.roles import START, upstart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.scaffold.instances import Instance

#: Seconds that a proxy which has a list may wait for older requests before it reloads.
RELOAD = 15

#: Seconds in which a proxy has to have a new instance, beyond three intervals of its check.
LISTED = 30


def known(fleet: Fleet, instance: Instance) -> Iterator[Listed]:
    """The wait until proxies learn of an instance that is ready: from Consul, if that tells.

    They need not have its list by then: see `out_of`. nginx beside them is told there.
    """
    if fleet.discovery == "consul":
        asked = passing(fleet.app, fleet.manifest.registration.consul) if fleet.by_agent else None
        yield _listed(fleet, instance.drain, present=_ports(instance), told=asked)


def serving(fleet: Fleet, host: Host, there: Sequence[Instance]) -> Iterator[Action]:
    """What gives all of a host's instances traffic, where none has just been taken out."""
    if fleet.discovery == "nginx":
        yield Run(remote=upstream(fleet, host, there))
    elif fleet.proxies and there[0].settings.enabled:
        yield _listed(fleet, there[0].drain, present=_ports(*there))


def out_of(
    fleet: Fleet,
    host: Host,
    instance: Instance,
    others: Iterable[Instance],
    instead: Instance | None,
) -> Iterator[Action]:
    """What takes traffic from an instance that goes on serving what it has.

    Another one comes into the lists with that, at the latest: proxies reload once for both.

    Args:
        fleet: The app's hosts.
        host: Where it runs.
        instance: The instance.
        others: Those that serve on that host then.
        instead: The one of them that has just become ready; None where there is none.
    """
    if fleet.discovery == "nginx":
        yield Run(remote=upstream(fleet, host, others))
        yield drain(host, instance, "--begin")
    elif fleet.discovery == "consul":
        yield drain(host, instance, "--begin")
        present = _ports(instead) if instead else ()
        yield _listed(fleet, instance.drain, present=present, absent=_ports(instance))
    else:
        yield Run(
            remote=docker(
                host, "exec", instance.name, "entrypoint", "drain", timeout=instance.drain + START
            ),
            may_fail=True,
        )


def drain(host: Host, instance: Instance, option: str) -> Run:
    """A call of the container's own drain: an image that does not know the option drains later."""
    ask = docker(host, "exec", instance.name, "entrypoint", "drain", option)
    return Run(remote=ask, may_fail=True)


def registered(fleet: Fleet, host: Host, instance: Instance) -> Iterator[Run]:
    """What tells Consul of an instance that no job has. Upstart starts no job that runs."""
    if fleet.by_agent:
        start = _registration(fleet, host, instance, "start")
        yield Run(remote=start, may_fail=upstart(fleet))


def deregistered(fleet: Fleet, host: Host, instance: Instance) -> Iterator[Run]:
    """What takes it out of Consul.

    A unit that does not run takes nothing out when it is stopped, as after a power cut, so it is
    started first: that does nothing to one that runs.
    """
    if fleet.by_agent:
        for verb in ("start", "stop"):
            yield Run(remote=_registration(fleet, host, instance, verb), may_fail=True)


def _registration(fleet: Fleet, host: Host, instance: Instance, verb: str) -> Remote:
    old = upstart(fleet)
    job = f"consul-registration{'.' if old else '@'}{instance.job}"
    return init(host, verb, job, upstart=old, timeout=START)


def upstream(fleet: Fleet, host: Host, serving: Iterable[Instance]) -> Remote:
    """The list of nginx beside them, which is reloaded."""
    ports = (str(each.port) for each in serving)
    return Remote(argv=(*host.sudo, "/usr/local/bin/nginx-upstream", fleet.app, *ports))


def _listed(
    fleet: Fleet,
    drain: int,
    *,
    present: tuple[int, ...] = (),
    absent: tuple[int, ...] = (),
    told: Remote | None = None,
) -> Listed:
    comes = LISTED + 3 * fleet.manifest.registration.interval if present else 0
    goes = drain + RELOAD if absent else 0
    return Listed(
        present=present,
        absent=absent,
        seconds=max(comes, goes) if fleet.proxies else max(drain, comes if told else 0),
        remote=proxy_list(fleet.app),
        proxies=fleet.proxies,
        told=told,
    )


def _ports(*instances: Instance) -> tuple[int, ...]:
    return tuple(each.port for each in instances if each.port)


def proxy_list(app: str) -> Remote:
    """What shows a proxy's list."""
    return script("list", app)
