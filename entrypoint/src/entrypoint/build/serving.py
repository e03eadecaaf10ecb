"""Whether `run` can start in this image: better told by the build than by the first deploy."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from entrypoint.errors import BuildError
from entrypoint.verbs import planner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project

NO_RUN = "An image that does not serve: RUN entrypoint build --no-run"


def check(project: Project, environ: Mapping[str, str]) -> None:
    """Plan `run`, and see that its program is there and starts.

    Raises:
        ConfigurationError: APP has no `wsgi` or `asgi` module.
        BuildError: gunicorn is not installed, or does not start.
    """
    plan = planner("run")((), environ, project)
    program = plan.argv[0]
    try:
        done = subprocess.run(
            [program, "--version"],
            env=dict(environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except OSError:
        raise BuildError(
            f"`run` needs {program}, which is not installed.",
            f"Add it to the requirements, or: toolkit wheelhouse --with {program}. {NO_RUN}",
        ) from None
    if done.returncode != 0:
        last = done.stdout.decode(errors="replace").strip().rpartition("\n")[2]
        raise BuildError(
            f"`run` needs {program}, which does not start: {last}",
            f"Require a version of it that fits this Python. {NO_RUN}",
        )
    print("    " + done.stdout.decode(errors="replace").strip())
