"""What every host has: docker-runner, and what it reads of an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.files import EXECUTABLE, PRIVATE, File
from toolkit.scaffold.instances import env_file, instances, options
from toolkit.scaffold.targets.base.sudo import sudoers
from toolkit.scaffold.templates import render, static
from toolkit.scaffold.temporary import temporary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest


def files(manifest: Manifest, host: str) -> Iterator[File]:
    """The runner, the image's name, the variables, and what a deploy starts and may do."""
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
    for instance in temporary(manifest, host):
        text = render(
            "base/APP.INSTANCE", manifest, instance=instance, options=options(instance, manifest)
        )
        yield File(path=f"etc/default/{manifest.name}.{instance.kind}", text=text)
    if "ci" in manifest.targets:
        yield sudoers(manifest, host)


def variables(manifest: Manifest) -> dict[str, str]:
    """The variables that are no secrets: what follows from the app, then what the manifest says."""
    # Django's form of *.example.org has a full stop alone. Without any, people have to say it.
    hosts = ",".join(domain.removeprefix("*") for domain in manifest.domains)
    made = {} if "ALLOWED_HOSTS" in manifest.env.secret else {"ALLOWED_HOSTS": hosts}
    if manifest.proxy.tls:
        made["SECURE_PROXY_SSL_HEADER"] = "HTTP_X_FORWARDED_PROTO,https"
    return made | manifest.env.clear
