"""nginx before the instances that Consul has, by consul-template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.files import EXECUTABLE, File
from toolkit.scaffold.targets.nginx import pages, serves, site
from toolkit.scaffold.templates import render, static

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest

FOLDER = "etc/consul-template"

#: A process for each app: consul-template 0.42 ends when one of its templates is broken, or panics
#: where error_fatal is false, and then no app's list would follow any more.
UNITS, UNIT = "etc/systemd/system", "consul-template@.service"


def files(manifest: Manifest, host: str) -> Iterator[File]:
    """The template, consul-template's configuration and unit, and what installs what it renders.

    The site itself is no file of these: `install-site` puts it there with the first list.
    """
    if not serves(manifest, host):
        return
    servers = render("proxy/servers.ctmpl", manifest)
    yield File(path=f"{FOLDER}/{manifest.name}.ctmpl", text=site(manifest, servers, template=True))
    yield File(path=f"{FOLDER}/{manifest.name}.hcl", text=render("proxy/APP.hcl", manifest))
    yield File(
        path="usr/local/bin/install-site",
        text=static("proxy/install-site"),
        mode=EXECUTABLE,
        shared=True,
    )
    yield File(path=f"{UNITS}/{UNIT}", text=static(f"proxy/{UNIT}"), shared=True)
    instance = UNIT.replace("@", f"@{manifest.name}")
    yield File(path=f"{UNITS}/multi-user.target.wants/{instance}", link=f"../{UNIT}")
    yield from pages(manifest)
