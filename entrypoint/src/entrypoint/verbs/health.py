"""`health`: liveness and readiness of the container's role."""

from __future__ import annotations

from entrypoint.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project


def plan_health(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:  # noqa: ARG001
    """Tell how the container's role is: alive or, with `--ready`, ready for traffic.

    It prints one line and ends with 0 or 1. It knows the role from a file that the image's
    entrypoint wrote: web is asked on its own port, worker and beat by their heartbeat, and
    everything else by its process. While the container drains, it is alive and not ready.
    """
    return Plan(("python", "-m", "entrypoint.health", *args), inline=True)
