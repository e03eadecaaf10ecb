"""`help`: the verbs and the exit codes, or more of one verb."""

from __future__ import annotations

from entrypoint.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project


def plan_help(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:  # noqa: ARG001
    """Print every verb with a line about it or, of one verb, all that there is to know.

    The verbs that the app and its packages add are among them.
    """
    return Plan(("python", "-m", "entrypoint.help", *args), inline=True)
