"""How an instance of web comes into the lists of the proxies, and out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.deploy.actions import Action, Listed, Run
from toolkit.deploy.commands import Remote, docker, init, script
from toolkit.deploy.rolling.roles import START, upstart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.scaffold.instances import Instance

#: Seconds that a proxy which has a list may wait for older requests before it reloads.
RELOAD = 15

#: Seconds in which a proxy has to have a new instance, beyond three intervals of its check.
LISTED = 30


def into(
    fleet: Fleet, host: Host, instance: Instance, serving: Iterable[Instance]
) -> Iterator[Action]:
    """What gives an instance traffic.

    Args:
        fleet: The app's hosts.
        host: Where it runs.
        instance: The instance, which is ready.
        serving: All that serve on that host then, itself among them.
    """
    if fleet.discovery == "nginx":
        yield Run(remote=upstream(fleet, host, serving))
    elif fleet.discovery == "consul":
        yield _listed(fleet, instance, present=True)


def out_of(
    fleet: Fleet, host: Host, instance: Instance, serving: Iterable[Instance]
) -> Iterator[Action]:
    """What takes traffic from an instance that goes on serving what it has.

    Args:
        fleet: The app's hosts.
        host: Where it runs.
        instance: The instance.
        serving: Those that serve on that host then, itself not among them.
    """
    if fleet.discovery == "nginx":
        yield Run(remote=upstream(fleet, host, serving))
        yield drain(host, instance, "--begin")
    elif fleet.discovery == "consul":
        yield drain(host, instance, "--begin")
        yield _listed(fleet, instance, present=False)
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


def _listed(fleet: Fleet, instance: Instance, *, present: bool) -> Listed:
    interval = fleet.manifest.registration.interval
    seconds = LISTED + 3 * interval if present else instance.drain + RELOAD
    if not fleet.proxies:
        seconds = instance.drain
    return Listed(
        port=instance.port or 0,
        present=present,
        seconds=seconds,
        remote=proxy_list(fleet.app),
        proxies=fleet.proxies,
    )


def proxy_list(app: str) -> Remote:
    """What shows a proxy's list."""
    return script("list", app)
