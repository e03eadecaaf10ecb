"""`explain`: what a verb would do, and why."""

from __future__ import annotations

from entrypoint.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project


def plan_explain(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:  # noqa: ARG001
    """Print the command that a verb would run, and do not run it.

    With it come the directory, the hooks, what the container's role would be, the numbers with
    where each came from, and the environment, without its secrets. `--json` prints the same as one
    object. The exit code is what the verb would end with if it cannot even be planned.
    """
    return Plan(("python", "-m", "entrypoint.explain", *args), inline=True)
