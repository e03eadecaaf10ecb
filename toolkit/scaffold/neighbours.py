"""Other apps whose files are in the same folder, and so perhaps on the same hosts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.scaffold.files import made
from toolkit.scaffold.instances import PORT, instances
from toolkit.scaffold.temporary import surge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from toolkit.manifest import Manifest

#: Where a container's options of `docker run` are.
_JOBS = ("etc/systemd/system/*.service", "etc/init/*.conf", "etc/default/*.surge")

_PUBLISHED = re.compile(rf"--publish (?:\S+:)?([0-9]+):{PORT}\b")


def lines(manifest: Manifest, host: str, output: Path) -> Iterator[str]:
    """Whose ports are this app's too, a sentence each.

    Args:
        manifest: The app's.
        host: The host that its files are for; an empty text for any.
        output: The folder.
    """
    ports = {each.port: "port" for each in instances(manifest, host)}
    if passing := surge(manifest, host):
        ports[passing.port] = "surge-port"
    for path in sorted(path for jobs in _JOBS for path in output.glob(jobs)):
        text = path.read_text(encoding="utf-8", errors="replace")
        found = made(text)
        if found and found.app not in {manifest.name, ""}:
            for port in {int(each) for each in _PUBLISHED.findall(text)} & ports.keys():
                yield (
                    f"{found.app} has port {port} too. Where they share a host, give one of them "
                    f"another roles.web.{ports[port]}."
                )
