"""Which containers run with options that they had before files changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.instances import env_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.provision.machines import Machine


def stale(
    app: str, machine: Machine, changed: Iterable[str], running: Iterable[str]
) -> Iterator[str]:
    """The containers that take what has changed when they are started again.

    Args:
        app: The app.
        machine: Their host.
        changed: The paths of files that were written.
        running: The names of containers that run.
    """
    paths, there = set(changed), set(running)
    everybody = {"usr/local/bin/docker-runner", f"etc/default/{app}"}
    for each in machine.instances:
        own = {
            f"etc/systemd/system/{each.job}.service",
            f"etc/systemd/system/consul-registration@{each.job}.service",
            f"etc/init/{each.job}.conf",
            f"etc/init/consul-registration.{each.job}.conf",
            f"etc/consul-services/{each.job}.hcl",
            env_file(app, each.role),
        }
        if each.name in there and paths & (everybody | own):
            yield each.name
