"""How an instance of web comes into the lists of the proxies, and out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.deploy.actions import Action, Listed, Run
from toolkit.deploy.commands import Remote, docker, init, passing, script
from toolkit.deploy.rolling.roles import START, upstart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
        yield _listed(fleet, instance, present=(instance.port,), passing=asked)


def serving(fleet: Fleet, host: Host, there: Iterable[Instance]) -> Iterator[Action]:
    """What gives all of a host's instances traffic, where none has just been taken out."""
    if fleet.discovery == "nginx":
        yield Run(remote=upstream(fleet, host, there))
    elif fleet.proxies:
        enabled = [each for each in there if each.settings.enabled]
        if enabled:
            yield _listed(fleet, enabled[-1], present=tuple(each.port for each in enabled))


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
        present = (instead.port,) if instead else ()
        yield _listed(fleet, instance, present=present, absent=(instance.port,))
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
    """What tells Consul of an instance that no job has."""
    if fleet.by_agent:
        yield Run(remote=_registration(fleet, host, instance, "start"))


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
    instance: Instance,
    *,
    present: tuple[int | None, ...] = (),
    absent: tuple[int | None, ...] = (),
    passing: Remote | None = None,
) -> Listed:
    comes = LISTED + 3 * fleet.manifest.registration.interval if present else 0
    goes = instance.drain + RELOAD if absent else 0
    return Listed(
        present=tuple(each for each in present if each),
        absent=tuple(each for each in absent if each),
        seconds=max(comes, goes) if fleet.proxies else instance.drain,
        remote=proxy_list(fleet.app),
        proxies=fleet.proxies,
        passing=passing,
    )


def proxy_list(app: str) -> Remote:
    """What shows a proxy's list."""
    return script("list", app)
