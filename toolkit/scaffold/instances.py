"""The containers that a host runs of a role, and the options of `docker run` that each has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.manifest.models import WEB
from toolkit.scaffold import consul

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest, Role

#: Where an image's web role listens.
PORT = 8000

#: Where nobody but this host's own proxy comes.
LOCAL = "127.0.0.1:"

#: Seconds that an init gives a job to end, beyond what its container is given.
MARGIN = 15


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One container of a role.

    Attributes:
        role: The role's name.
        name: The container's name.
        job: What an init calls it.
        port: Its port on the host; None where it has none.
        settings: What the manifest says of the role.
    """

    role: str
    name: str
    job: str
    port: int | None
    settings: Role

    @property
    def drain(self) -> int:
        """Seconds that proxies have to notice that it goes."""
        return (self.settings.drain or 0) if self.port else 0

    @property
    def kill_after(self) -> int:
        """Seconds after which an init that wants it to stop may kill what is left."""
        return self.drain + self.settings.stop_timeout + MARGIN


def instances(manifest: Manifest, host: str = "") -> Iterator[Instance]:
    """Every container of an app.

    Args:
        manifest: The app's.
        host: The host that they run on; an empty text for all that there are on any.
    """
    for role, settings in manifest.roles.items():
        hosts = manifest.hosts_of(role)
        if host and hosts and host not in hosts:
            continue
        job = manifest.name if role == WEB else f"{manifest.name}-{role}"
        for number in range(settings.instances):
            port = (settings.port or PORT) + number if role == WEB else None
            more = "" if settings.instances == 1 else f"-{port or number + 1}"
            yield Instance(
                role=role,
                name=f"{manifest.name}-{role}{more}",
                job=f"{job}{more}",
                port=port,
                settings=settings,
            )


def options(instance: Instance, manifest: Manifest) -> tuple[str, ...]:
    """The options of `docker run` that an instance has, beside those of every container.

    Args:
        instance: The instance.
        manifest: Its app's.
    """
    settings = instance.settings
    return (
        *(_of_web(instance, manifest) if instance.role == WEB else ()),
        *(("--memory", settings.memory) if settings.memory else ()),
        *(("--cpus", f"{settings.cpus:g}") if settings.cpus else ()),
        *("--stop-timeout", str(settings.stop_timeout)),
        *(("--env-file", f"/{env_file(manifest.name, instance.role)}") if settings.env else ()),
        *settings.options,
    )


def _of_web(instance: Instance, manifest: Manifest) -> tuple[str, ...]:
    own = (f"{name}={value}" for name, value in web_variables(instance, manifest).items())
    variables = (*own, *consul.variables(manifest, PORT, traffic=instance.port is not None))
    published = ("--publish", f"{address(manifest)}{instance.port}:{PORT}")
    return (
        *(published if instance.port else ()),
        *(word for variable in variables for word in ("--env", variable)),
    )


def web_variables(instance: Instance, manifest: Manifest) -> dict[str, str]:
    """What web has to know of how it is run, whatever the app's own variables say.

    Args:
        instance: An instance of web.
        manifest: Its app's.
    """
    return {
        "PORT": str(PORT),
        "DRAIN_SECONDS": str(instance.drain),
        "WEB_KEEPALIVE": str(manifest.proxy.keepalive),
    }


def address(manifest: Manifest) -> str:
    """Where web's ports are: proxies on other hosts need them on another address than this host's.

    Returns:
        The address and a colon; nothing for every address.
    """
    if manifest.web and manifest.web.address:
        return f"{manifest.web.address}:"
    return "" if {"proxy", "registration"} & set(manifest.targets) else LOCAL


def env_file(app: str, role: str = "") -> str:
    """The path of a file of variables: the app's, or one of its roles'."""
    return f"etc/default/{app}-{role}.env" if role else f"etc/default/{app}.env"
