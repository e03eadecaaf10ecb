"""What a call of `toolkit scaffold` is about: which files, and in which folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.manifest.rules import EITHER
from toolkit.scaffold import changes
from toolkit.scaffold.targets import HOSTS, files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.manifest import Manifest
    from toolkit.manifest.models import TargetName
    from toolkit.scaffold.changes import Change
    from toolkit.scaffold.files import File

INITS: frozenset[TargetName] = frozenset({"systemd", "upstart"})

#: Targets by which another's files change: where web's ports are.
TOLD: tuple[TargetName, ...] = ("proxy", "registration")


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked for.

    Attributes:
        manifest: The app's.
        targets: The targets; empty for the manifest's.
        host: The host that the files are for; an empty text for any.
        directory: The app's folder.
        output: Where everything goes; None for a folder `hosts` in the app's, and for what belongs
            into the repository the app's folder itself.
    """

    manifest: Manifest
    targets: tuple[TargetName, ...]
    host: str
    directory: Path
    output: Path | None

    def check(self) -> None:
        """See that the manifest names the host, if it names any, and that the targets go together.

        Raises:
            UsageError: It does not, or they do not.
        """
        if set(EITHER) <= set(self.targets):
            raise UsageError(
                f"the targets {' and '.join(EITHER)} make the same site.", "Name one of them."
            )
        known = {name for role in self.manifest.roles.values() for name in role.hosts}
        known |= {*self.manifest.deploy.hosts, *self.manifest.proxy.hosts}
        if self.host and known and self.host not in known:
            raise UsageError(
                f"the manifest names no host {self.host!r}.",
                f"It names {', '.join(sorted(known))}.",
            )

    def beside(self) -> list[TargetName]:
        """The targets asked for that the manifest does not name, and whose presence others tell."""
        return [name for name in TOLD if name in self.targets and name not in self.manifest.targets]

    def of_hosts(self) -> tuple[File, ...]:
        """The files that mirror a host's root."""
        return files(self._app(), self._chosen(hosts=True), self.host)

    def of_repository(self) -> tuple[File, ...]:
        """The files of the app's repository."""
        return files(self._app(), self._chosen(hosts=False), self.host)

    def changes(self) -> Mapping[Path, tuple[Change, ...]]:
        """How the files stand to what is there, by folder.

        What is no longer made is among them where all of the app's files are asked for.
        """
        app = self.manifest.name
        hosts, repository = self.output or self.directory / "hosts", self.output or self.directory
        made: dict[Path, tuple[File, ...]] = {hosts: (), repository: ()}
        made[hosts] += self.of_hosts()
        made[repository] += self.of_repository()
        found = {place: changes.compare(each, app, place) for place, each in made.items()}
        if not self.targets:
            for place, each in made.items():
                found[place] += changes.left(each, app, place)
        return {place: each for place, each in found.items() if each}

    def _app(self) -> Manifest:
        """The manifest, with the targets asked for beside its own: they tell of each other.

        A host has one init: the one that is asked for.
        """
        own = set(self.manifest.targets)
        if INITS & set(self.targets):
            own -= INITS
        return self.manifest.model_copy(update={"targets": (*sorted({*own, *self.targets}),)})

    def _chosen(self, *, hosts: bool) -> list[TargetName]:
        names = self.targets or self.manifest.targets
        return [name for name in names if (name in HOSTS) is hosts]
