"""`exec`: any program, in the same environment."""

from __future__ import annotations

from entrypoint.errors import ConfigurationError, UsageError
from entrypoint.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project


def plan_exec(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:  # noqa: ARG001
    """Run any program, where the container stands.

    It runs in a broken image too: looking into one is what it is for.
    """
    if not args:
        raise UsageError("exec needs a program.", "For example: exec python -c 'print(1)'")
    try:
        variables = project.variables()
    except ConfigurationError:
        variables = {}
    return Plan(args, variables=variables)
