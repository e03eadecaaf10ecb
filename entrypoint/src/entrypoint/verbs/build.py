"""`build`: what a Dockerfile does once the code is there. Runs as the build's root, in build mode.

It is a program of its own, entrypoint.build, since it takes its time and may import what it needs.
"""

from __future__ import annotations

import sys

from entrypoint.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project


def plan_build(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:  # noqa: ARG001
    """Do what an image needs once the code is there: as root, in build mode, with no secret.

    The verbs that the app adds are resolved, the tests run, static files are collected and
    compressed where the image itself serves them, and the code is compiled.
    """
    return Plan((sys.executable, "-m", "entrypoint.build", *args), variables=project.variables())
