"""What people do after a setup: what no command should do for them, and the next commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.instances import env_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.manifest import Manifest
    from toolkit.provision.machines import Machine


def lines(manifest: Manifest, machines: Sequence[Machine]) -> Iterator[str]:
    """What is left to do, in its order; a line each.

    Args:
        manifest: The app's.
        machines: The hosts that were set up.
    """
    app = manifest.name
    yield "Then:"
    if any(each.has(env_file(app)) for each in machines):
        yield f"  toolkit env push {app}          # its variables, from hosts/{env_file(app)}"
    if registry := _registry(manifest.image):
        yield f"  docker login {registry}   # as root on each host, if it asks who you are"
    yield f"  toolkit deploy {app} --tag …"


def _registry(image: str) -> str:
    """The registry that an image's name begins with; an empty text for none of one's own."""
    first, slash, _ = image.partition("/")
    return first if slash and (set(first) & set(".:") or first == "localhost") else ""
