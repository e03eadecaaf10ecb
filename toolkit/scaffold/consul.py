"""What Consul is told of an instance of web, whoever tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.manifest import Manifest

#: What the check asks: 200 when ready, 503 while draining, and it asks no backend.
CHECK = "/__lbheartbeat__"

#: Seconds that it may take to answer: a web whose every worker is busy is still there.
TIMEOUT = 5


def variables(manifest: Manifest, port: int, *, traffic: bool = True) -> tuple[str, ...]:
    """What registrator reads of a container's environment.

    Without a check it would register an instance before that is ready. See
    https://gliderlabs.github.io/registrator/latest/user/services/.

    Args:
        manifest: The app's.
        port: The port in the container.
        traffic: It is to get requests.

    Returns:
        Variables, NAME=value; none where nobody is to read them.
    """
    registration = manifest.registration
    if "registration" not in manifest.targets or registration.kind != "registrator":
        return ()
    if not traffic:
        return ("SERVICE_IGNORE=1",)
    return (
        f"SERVICE_NAME={manifest.name}",
        f"SERVICE_{port}_NAME={manifest.name}",
        f"SERVICE_{port}_CHECK_HTTP={CHECK}",
        f"SERVICE_{port}_CHECK_INTERVAL={registration.interval}s",
        f"SERVICE_{port}_CHECK_TIMEOUT={TIMEOUT}s",
    )
