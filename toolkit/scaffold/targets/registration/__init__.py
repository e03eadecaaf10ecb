"""How web's instances come into Consul: each with a check, so that only ready ones get traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.files import File
from toolkit.scaffold.instances import PORT, Instance, instances, options
from toolkit.scaffold.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest

UNITS, JOBS = "etc/systemd/system", "etc/init"

#: What the check asks: 200 when ready, 503 while draining, and it asks no backend.
CHECK = "/__lbheartbeat__"

#: Seconds that it may take to answer: a web whose every worker is busy is still there.
TIMEOUT = 5


def files(manifest: Manifest, host: str) -> Iterator[File]:
    """What tells Consul of each instance of web, for the inits that the manifest has targets of."""
    there = [each for each in instances(manifest, host) if each.port]
    if manifest.registration.kind == "registrator":
        yield from _registrator(manifest, there)
    else:
        for instance in there:
            yield from _agent(manifest, instance)


def _agent(manifest: Manifest, instance: Instance) -> Iterator[File]:
    """The definition of a service, and what gives it to the agent while the instance's job runs."""
    values = {"instance": instance, "check": CHECK, "timeout": TIMEOUT}
    yield File(
        path=f"etc/consul-services/{instance.job}.hcl",
        text=render("registration/JOB.hcl", manifest, **values),
    )
    if "systemd" in manifest.targets:
        unit = f"consul-registration@{instance.job}.service"
        yield File(
            path=f"{UNITS}/{unit}", text=render("registration/JOB.service", manifest, **values)
        )
        yield File(path=f"{UNITS}/{instance.job}.service.wants/{unit}", link=f"../{unit}")
    if "upstart" in manifest.targets:
        yield File(
            path=f"{JOBS}/consul-registration.{instance.job}.conf",
            text=render("registration/JOB.conf", manifest, **values),
        )


def _registrator(manifest: Manifest, there: list[Instance]) -> Iterator[File]:
    """The unit of registrator, and what each instance's container has for it to read."""
    for instance in there:
        words = " ".join((*options(instance, manifest), *variables(manifest)))
        yield File(
            path=f"{UNITS}/{instance.job}.service.d/registration.conf",
            text=render("registration/registration.conf", manifest, options=words),
        )
    if there:
        unit = render("registration/registrator.service", manifest)
        yield File(path=f"{UNITS}/registrator.service", text=unit, shared=True)
        yield File(
            path=f"{UNITS}/multi-user.target.wants/registrator.service",
            link="../registrator.service",
            shared=True,
        )


def variables(manifest: Manifest) -> Iterator[str]:
    """The options of `docker run` for what registrator reads of a container.

    Without SERVICE_8000_CHECK_HTTP it would register an instance before that is ready. See
    https://gliderlabs.github.io/registrator/latest/user/services/.

    Args:
        manifest: The app's.
    """
    interval = manifest.registration.interval
    for variable in (
        f"SERVICE_NAME={manifest.name}",
        f"SERVICE_{PORT}_NAME={manifest.name}",
        f"SERVICE_{PORT}_CHECK_HTTP={CHECK}",
        f"SERVICE_{PORT}_CHECK_INTERVAL={interval}s",
        f"SERVICE_{PORT}_CHECK_TIMEOUT={TIMEOUT}s",
    ):
        yield from ("--env", variable)
