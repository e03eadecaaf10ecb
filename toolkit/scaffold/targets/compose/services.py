"""The services of a compose file that are the app's: one for each role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.manifest.models import WEB
from toolkit.scaffold.instances import LOCAL, PORT, instances, web_variables
from toolkit.scaffold.targets.compose.options import Options, translated
from toolkit.scaffold.targets.compose.words import literal

if TYPE_CHECKING:
    from toolkit.manifest import Manifest, Role
    from toolkit.scaffold.instances import Instance

#: What the images declare as writable: their labels django-container.tmpfs and .volumes.
TMPFS = ("/tmp", "/run/app", "/home/app")  # noqa: S108 - the container's
DATA = "data:/data"

#: Lists that every service has already; a service that adds to one repeats it.
_COMMON = {
    "security_opt": ("no-new-privileges:true",),
    "tmpfs": TMPFS,
    "volumes": (DATA,),
}

#: Services that are not roles, though a role may be called so. No role is called `release`.
_OTHERS = ("postgres", "redis")
_APART = "role-"


@dataclass(frozen=True, kw_only=True)
class Service:
    """One role.

    Attributes:
        name: The service's name.
        role: The role's.
        settings: What the manifest says of it.
        count: How many containers it has.
        ports: The ports on this machine; empty for a role without.
        environment: The variables that it has beside the app's.
        options: What the manifest has of `docker run`.
    """

    name: str
    role: str
    settings: Role
    count: int
    ports: tuple[str, ...]
    environment: dict[str, str | None]
    options: Options

    @property
    def command(self) -> tuple[str, ...]:
        """The verb and its arguments, as compose reads them."""
        return tuple(map(literal, self.settings.verb))

    @property
    def lists(self) -> dict[str, list[str]]:
        """The lists that it has of its own, whole."""
        lists = {"ports": [*self.ports]} if self.ports else {}
        for name, more in self.options.lists.items():
            common = _COMMON.get(name, ())
            if name == "volumes" and "/data" in map(_target, more):
                common = ()  # the app has another volume there
            lists[name] = [*common, *lists.get(name, ()), *map(literal, more)]
        return lists

    @property
    def named_volumes(self) -> tuple[str, ...]:
        """The volumes of its options that have a name, not a path."""
        sources = [word.split(":") for word in self.options.lists.get("volumes", ())]
        return tuple(
            source
            for source, *target in sources
            if target and not source.startswith(("/", ".", "~"))
        )


def services(manifest: Manifest, host: str) -> tuple[Service, ...]:
    """A service for each role, in the manifest's order.

    Args:
        manifest: The app's.
        host: The host whose roles they are; an empty text for all.
    """
    by_role: dict[str, list[Instance]] = {}
    for instance in instances(manifest, host):
        by_role.setdefault(instance.role, []).append(instance)
    return tuple(_service(manifest, role, there) for role, there in by_role.items())


def _service(manifest: Manifest, role: str, there: list[Instance]) -> Service:
    first, options = there[0], translated(there[0].settings.options)
    environment: dict[str, str | None] = {**first.settings.env, **options.environment}
    if role == WEB:
        environment |= web_variables(first, manifest)
    return Service(
        name=f"{_APART}{role}" if role in _OTHERS or role.startswith(_APART) else role,
        role=role,
        settings=first.settings,
        count=len(there),
        ports=_ports(there) if role == WEB else (),
        environment=environment,
        options=options,
    )


def _ports(there: list[Instance]) -> tuple[str, ...]:
    """Where web is; several instances take one each of a range."""
    ports = [each.port for each in there if each.port]
    span = str(ports[0]) if len(ports) == 1 else f"{ports[0]}-{ports[-1]}"
    return (f"{LOCAL}${{WEB_PORT:-{span}}}:{PORT}",)


def _target(volume: str) -> str:
    """The path in the container: ``source:path``, ``source:path:ro`` or a path alone."""
    parts = volume.split(":")
    return parts[1] if len(parts) > 1 else parts[0]
