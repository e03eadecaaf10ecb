"""`drain`: let proxies move away before the container is stopped."""

from __future__ import annotations

from entrypoint.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project


def plan_drain(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:  # noqa: ARG001
    """Make readiness fail and, for web, wait until proxies have seen it.

    It creates DRAIN_FILE, while which exists `/__lbheartbeat__` answers 503 and `health --ready`
    fails, and waits DRAIN_SECONDS; liveness stays. A second one waits for what is left of the
    first. `--begin` does not wait; `--over` says that it was long enough, so that a later one
    returns at once; `--undo` takes it back.
    """
    return Plan(("python", "-m", "entrypoint.drain", *args), inline=True)
