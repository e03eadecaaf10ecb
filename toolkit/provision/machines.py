"""Which hosts are set up, as whom, and the files that each of them has of an app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.deploy.hosts import ROOT, Host, fleet
from toolkit.errors import UsageError
from toolkit.scaffold.instances import Instance, instances
from toolkit.scaffold.targets import HOSTS, files
from toolkit.scaffold.targets.base.sudo import sudoers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.manifest import Manifest
    from toolkit.scaffold.files import File


@dataclass(frozen=True, kw_only=True, eq=False)
class Machine:
    """A host, for somebody who may do everything there.

    Attributes:
        admin: The host, and the user who sets it up.
        user: The user who deploys.
        files: What the host has of the app, by path.
        instances: The containers that it runs.
    """

    admin: Host
    user: str
    files: tuple[File, ...]
    instances: tuple[Instance, ...]

    @property
    def name(self) -> str:
        """What the manifest calls it, without a user."""
        return self.admin.name

    def has(self, start: str) -> bool:
        """Whether one of its files has a path that begins so."""
        return any(file.path.startswith(start) for file in self.files)


def machines(manifest: Manifest, wanted: Iterable[str] = ()) -> tuple[Machine, ...]:
    """The hosts that run roles, and the proxies, or those of them that are asked for.

    Args:
        manifest: The app's.
        wanted: The hosts that are asked for; none for all. A manifest that names none has these.

    Raises:
        UsageError: There is none, or one that is asked for is no host of the app's.
    """
    asked = [each.rpartition("@")[2] for each in wanted]
    there = {each.name: each for each in _everywhere(manifest, tuple(wanted))}
    missing = [name for name in asked if name not in there]
    if missing:
        raise UsageError(
            f"the manifest of {manifest.name} names no host {missing[0]!r}.",
            f"It names {', '.join(there)}. A new one is named there first: [deploy] hosts.",
        )
    plain = _plain(manifest)
    return tuple(_machine(plain, there[name]) for name in dict.fromkeys(asked or there))


def _everywhere(manifest: Manifest, wanted: tuple[str, ...]) -> tuple[Host, ...]:
    named = any(manifest.hosts_of(role) for role in manifest.roles)
    return fleet(manifest, () if named else wanted).everywhere


def _machine(manifest: Manifest, host: Host) -> Machine:
    admin = host.admin(manifest.deploy.admin)
    deploy = manifest.deploy.model_copy(update={"user": host.user})
    manifest = manifest.model_copy(update={"deploy": deploy})  # whom sudo's file names
    targets = [name for name in manifest.targets if name in HOSTS]
    made = files(manifest, targets, host.name)
    there = tuple(instances(manifest, host.name))
    if there and host.user != ROOT and not any(each.path.startswith("etc/sudo") for each in made):
        made = (*made, sudoers(manifest, host.name))  # what `toolkit deploy` needs there
    return Machine(
        admin=admin,
        user=host.user,
        files=tuple(sorted(made, key=lambda file: file.path)),
        instances=there,
    )


def _plain(manifest: Manifest) -> Manifest:
    """A manifest whose hosts have no users: what one runs does not follow from who works there."""

    def names(hosts: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.rpartition("@")[2] for each in hosts))

    roles = {
        name: role.model_copy(update={"hosts": names(role.hosts)})
        for name, role in manifest.roles.items()
    }
    deploy = manifest.deploy.model_copy(update={"hosts": names(manifest.deploy.hosts)})
    proxy = manifest.proxy.model_copy(update={"hosts": names(manifest.proxy.hosts)})
    return manifest.model_copy(update={"roles": roles, "deploy": deploy, "proxy": proxy})
