"""The wheels of the entrypoint and of the settings library, for the images."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.process import Command, CommandError, capture

if TYPE_CHECKING:
    from pathlib import Path


def wheel_command(project: Path, directory: Path) -> Command:
    """Return the command that builds a project's wheel into a directory.

    The build is reproducible: the same sources give the same wheel.
    """
    return Command(
        argv=(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)),
        directory=project,
        variables={"SOURCE_DATE_EPOCH": "1580601600"},  # zip's times begin in 1980
    )


def build_wheels(projects: tuple[Path, ...], directory: Path) -> None:
    """Build the projects' wheels into a directory.

    Raises:
        ToolkitError: one could not be built.
    """
    for project in projects:
        try:
            capture(wheel_command(project, directory))
        except CommandError as error:
            raise ToolkitError(
                f"the wheel of {project} could not be built: {error.output}"
            ) from None
