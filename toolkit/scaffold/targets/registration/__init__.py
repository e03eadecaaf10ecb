"""How web's instances come into Consul: each with a check, so that only ready ones get traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.consul import CHECK, TIMEOUT
from toolkit.scaffold.files import File
from toolkit.scaffold.instances import Instance, instances
from toolkit.scaffold.templates import render, static
from toolkit.scaffold.temporary import surge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest

UNITS, JOBS = "etc/systemd/system", "etc/init"

UNIT = "consul-registration@{}.service"

#: Addresses of web that stand for every one of its host.
EVERY = ("0.0.0.0", "[::]")  # noqa: S104 - nothing is bound here


def registered(manifest: Manifest) -> bool:
    """Whether a host's own agent of Consul is told of each instance, by a unit or a job."""
    return "registration" in manifest.targets and manifest.registration.kind == "consul"


def files(manifest: Manifest, host: str) -> Iterator[File]:
    """What tells Consul of each instance of web, for the inits that the manifest has targets of."""
    there = [each for each in instances(manifest, host) if each.port]
    if there and manifest.registration.kind == "registrator":
        yield from _registrator()
        return
    for instance in there:
        yield from _agent(manifest, instance)
        if "systemd" in manifest.targets:
            unit = UNIT.format(instance.job)
            yield File(path=f"{UNITS}/{instance.job}.service.wants/{unit}", link=f"../{unit}")
    if passing := surge(manifest, host):
        yield from _agent(manifest, passing, lasting=False)


def _agent(manifest: Manifest, instance: Instance, *, lasting: bool = True) -> Iterator[File]:
    """The definition of a service, and what gives it to the agent.

    Args:
        manifest: The app's.
        instance: An instance of web.
        lasting: It has a job, with which this begins and ends; a deploy sees to others.
    """
    address = manifest.web.address if manifest.web else None
    if address in EVERY:  # nobody is reached there: the agent's own address is told
        address = None
    values = {"instance": instance, "check": CHECK, "timeout": TIMEOUT, "lasting": lasting}
    values |= {"address": address}
    yield File(
        path=f"etc/consul-services/{instance.job}.hcl",
        text=render("registration/JOB.hcl", manifest, **values),
    )
    if "systemd" in manifest.targets:
        unit = render("registration/JOB.service", manifest, **values)
        yield File(path=f"{UNITS}/{UNIT.format(instance.job)}", text=unit)
    if "upstart" in manifest.targets:
        yield File(
            path=f"{JOBS}/consul-registration.{instance.job}.conf",
            text=render("registration/JOB.conf", manifest, **values),
        )


def _registrator() -> Iterator[File]:
    """The unit of registrator, which reads the rest of each container's own variables."""
    unit = static("registration/registrator.service")
    yield File(path=f"{UNITS}/registrator.service", text=unit, shared=True)
    yield File(
        path=f"{UNITS}/multi-user.target.wants/registrator.service",
        link="../registrator.service",
        shared=True,
    )
