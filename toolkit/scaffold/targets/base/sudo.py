"""What the user who deploys an app may do as root: a file of sudo's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.manifest.models import WEB
from toolkit.scaffold.files import File
from toolkit.scaffold.instances import Instance, instances
from toolkit.scaffold.targets.nginx import serves
from toolkit.scaffold.targets.registration import registered
from toolkit.scaffold.templates import render
from toolkit.scaffold.temporary import temporary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest
    from toolkit.scaffold.temporary import Temporary

#: Of sudo's own files.
MODE = 0o440

_DOCKER = "/usr/bin/docker"

#: What an init is asked; systemd and Upstart have the same words.
_VERBS = ("start", "stop", "restart")

_DRAINS = (" --begin", " --over", " --undo")


def sudoers(manifest: Manifest, host: str) -> File:
    """What the user who deploys may do as root: with this app's containers and jobs alone.

    Whoever deploys decides what runs as the app, and so has its secrets; root's password is another
    matter. So each command stands there whole: a group `docker` would be root.

    Args:
        manifest: The app's.
        host: The host; an empty text for any.
    """
    own, passing = list(instances(manifest, host)), list(temporary(manifest, host))
    commands = [*_of_init(manifest, own, passing)]
    commands += [line for each in (*own, *passing) for line in _of_container(each)]
    commands += [line for each in passing for line in _of_temporary(each)]
    if "nginx" in manifest.targets and serves(manifest, host):
        program = f"/usr/local/bin/nginx-upstream {manifest.name}"
        commands += [program, f"{program} *"]
    text = render("base/sudoers", manifest, commands=commands)
    return File(path=f"etc/sudoers.d/{manifest.name}", text=text, mode=MODE)


def _of_init(manifest: Manifest, own: list[Instance], passing: list[Temporary]) -> Iterator[str]:
    """What an init is asked: each job, and what tells Consul of what has none."""
    upstart = "upstart" in manifest.targets
    told = [each.job for each in passing if each.port and registered(manifest)]
    jobs = [each.job for each in own]
    if upstart:
        jobs += [f"consul-registration.{job}" for job in told]
        ask, end = "/sbin/", ""
    else:
        jobs += [f"consul-registration@{job}" for job in told]
        ask, end = "/usr/bin/systemctl ", ".service"
    yield from (f"{ask}{verb} {job}{end}" for job in jobs for verb in _VERBS)


def _of_container(instance: Instance) -> Iterator[str]:
    """What is asked of a container, and what it has to say."""
    entrypoint = f"{_DOCKER} exec {instance.name} entrypoint"
    yield from (f"{entrypoint} health{more}" for more in ("", " --ready"))
    if instance.role == WEB:
        yield from (f"{entrypoint} drain{more}" for more in ("", *_DRAINS))
    yield from (
        f"{_DOCKER} logs {how} {instance.name}"
        for how in ("--tail 50", "--follow", "--follow --tail 50")
    )


def _of_temporary(instance: Temporary) -> Iterator[str]:
    """What an init does with the others."""
    yield from (f"{_DOCKER} {how} {instance.name}" for how in ("stop", "wait", "rm --force"))
