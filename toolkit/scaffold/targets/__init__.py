"""The kinds of files that there are, a package each. A new one is a folder and a name here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from toolkit.scaffold.targets import (
    base,
    ci,
    compose,
    nginx,
    proxy,
    registration,
    systemd,
    upstart,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.manifest import Manifest
    from toolkit.manifest.models import TargetName
    from toolkit.scaffold.files import File


class Target(Protocol):
    """What a target's package has."""

    def files(self, manifest: Manifest, host: str) -> Iterable[File]:
        """The files that it makes; a pure function.

        Args:
            manifest: The app's.
            host: The host that they are for; an empty text for any.
        """


HOSTS: Mapping[TargetName, Target] = {
    "systemd": systemd,
    "upstart": upstart,
    "nginx": nginx,
    "proxy": proxy,
    "registration": registration,
}
"""Targets whose files mirror a host's root."""

REPOSITORY: Mapping[TargetName, Target] = {"compose": compose, "ci": ci}
"""Targets whose files are in the app's repository."""


def files(manifest: Manifest, targets: Iterable[TargetName], host: str = "") -> tuple[File, ...]:
    """Every file that targets make, by path.

    Args:
        manifest: The app's.
        targets: Their names.
        host: The host that they are for; an empty text for any.
    """
    chosen = [name for name in (*HOSTS, *REPOSITORY) if name in set(targets)]
    made = [*base.files(manifest, host)] if any(name in HOSTS for name in chosen) else []
    for name in chosen:
        made += {**HOSTS, **REPOSITORY}[name].files(manifest, host)
    return tuple(sorted(made, key=lambda file: file.path))
