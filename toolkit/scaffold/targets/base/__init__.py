"""What every host has: docker-runner, and what it reads of an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.files import EXECUTABLE, PRIVATE, File
from toolkit.scaffold.instances import Instance, env_file, instances
from toolkit.scaffold.templates import render, static

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest


def files(manifest: Manifest, host: str) -> Iterator[File]:
    """The runner, the image's name, the variables, and what a pipeline may do."""
    if not any(instances(manifest, host)):  # a proxy
        return
    yield File(
        path="usr/local/bin/docker-runner",
        text=static("base/docker-runner"),
        mode=EXECUTABLE,
        shared=True,
    )
    yield File(path=f"etc/default/{manifest.name}", text=render("base/APP", manifest))
    yield File(
        path=env_file(manifest.name),
        text=render("base/APP.env", manifest, clear=variables(manifest)),
        mode=PRIVATE,
        filled=True,
    )
    for role in {each.role: None for each in instances(manifest, host)}:
        own = manifest.roles[role].env
        if own:
            yield File(
                path=env_file(manifest.name, role),
                text=render("base/APP-ROLE.env", manifest, role=role, variables=own),
            )
    if "ci" in manifest.targets:
        yield sudoers(manifest, host)


def sudoers(manifest: Manifest, host: str) -> File:
    """What the user who deploys may do as root: with this app's containers and jobs alone.

    Whoever deploys decides what runs as the app, and so has its secrets; root's password is another
    matter. So each command stands there whole: a group `docker` would be root.

    Args:
        manifest: The app's.
        host: The host; an empty text for any.
    """
    there = list(instances(manifest, host))
    jobs = [f"{each.job}.service" for each in there]
    commands = [f"/usr/bin/systemctl {verb} {job}" for job in jobs for verb in _VERBS]
    if "upstart" in manifest.targets:
        commands = [f"/sbin/{verb} {each.job}" for each in there for verb in _VERBS]
    commands += [command for each in there for command in _of_container(each)]
    text = render("base/sudoers", manifest, commands=commands)
    return File(path=f"etc/sudoers.d/{manifest.name}", text=text, mode=SUDOERS)


#: What an init is asked; systemd and Upstart have the same words.
_VERBS = ("start", "stop", "restart")

#: Of sudo's own files.
SUDOERS = 0o440


def _of_container(instance: Instance) -> tuple[str, ...]:
    name = instance.name
    return (
        f"/usr/bin/docker exec {name} entrypoint health --ready",
        *((f"/usr/bin/docker exec {name} entrypoint drain",) if instance.drain else ()),
        f"/usr/bin/docker logs --tail 50 {name}",
    )


def variables(manifest: Manifest) -> dict[str, str]:
    """The variables that are no secrets: what follows from the app, then what the manifest says."""
    # Django's form of *.example.org has a full stop alone. Without any, people have to say it.
    hosts = ",".join(domain.removeprefix("*") for domain in manifest.domains)
    made = {} if "ALLOWED_HOSTS" in manifest.env.secret else {"ALLOWED_HOSTS": hosts}
    if manifest.proxy.tls:
        made["SECURE_PROXY_SSL_HEADER"] = "HTTP_X_FORWARDED_PROTO,https"
    return made | manifest.env.clear
