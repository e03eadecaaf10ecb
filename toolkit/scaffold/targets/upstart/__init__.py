"""Upstart: a job for each container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.files import File
from toolkit.scaffold.instances import instances, options
from toolkit.scaffold.templates import render, static

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest

JOBS = "etc/init"


def files(manifest: Manifest, host: str) -> Iterator[File]:
    """The jobs, and what disables those that the manifest has disabled."""
    for instance in instances(manifest, host):
        job = render(
            "upstart/ROLE.conf", manifest, instance=instance, options=options(instance, manifest)
        )
        yield File(path=f"{JOBS}/{instance.job}.conf", text=job)
        if not instance.settings.enabled:
            yield File(path=f"{JOBS}/{instance.job}.override", text=static("upstart/ROLE.override"))
