"""systemd: a service for each container, and a target for all of an app's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.files import File
from toolkit.scaffold.instances import instances, options
from toolkit.scaffold.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest

UNITS = "etc/systemd/system"

#: What starts an app: the host's boot, and its engine after a stop. As `[Install]` says.
STARTERS = ("multi-user.target", "docker.service")


def files(manifest: Manifest, host: str) -> Iterator[File]:
    """The services, the target that wants the enabled ones, and the links by which it starts."""
    there = list(instances(manifest, host))
    if not there:
        return
    for instance in there:
        service = render(
            "systemd/ROLE.service",
            manifest,
            instance=instance,
            options=options(instance, manifest),
        )
        yield File(path=f"{UNITS}/{instance.job}.service", text=service)
    wanted = [f"{each.job}.service" for each in there if each.settings.enabled]
    target = f"{manifest.name}.target"
    yield File(path=f"{UNITS}/{target}", text=render("systemd/APP.target", manifest, units=wanted))
    for other in STARTERS:
        yield File(path=f"{UNITS}/{other}.wants/{target}", link=f"../{target}")
