"""What comes out of the settings, or out of loading the app, as problems."""

from __future__ import annotations

import os

from entrypoint.checking.ours import VARIABLE
from entrypoint.checking.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from entrypoint.project import Project


def configured() -> bool:
    """Return whether the settings were loaded."""
    try:
        from django.conf import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            settings,
        )
    except ImportError:
        return False
    return bool(settings.configured)


def from_settings(problem: Any, level: str = "error") -> Problem:  # noqa: ANN401 - the library's
    """Return a problem of the settings library's as ours."""
    return Problem(
        "settings",
        "settings.variable",
        level=level,
        name=problem.name,
        source=problem.source,
        wrong=f"{problem.wrong}.",
        right=problem.right,
        example=getattr(problem, "example", ""),
    )


def from_exception(error: BaseException | None, project: Project) -> Problem:
    """Return what kept the settings, or the app, from being loaded."""
    where = "django" if configured() else "settings"
    what = "The app cannot be loaded" if where == "django" else "cannot be loaded"
    place = _place(error, project)
    text = " ".join(str(error).split())
    kind = type(error).__name__
    right = "It is the app's own; its place is above."
    if isinstance(error, SystemExit):
        text, kind = str(error.code), "it ended the process"
    elif isinstance(error, KeyError) and VARIABLE.fullmatch(str(error.args[0])):
        right = f"If it looks for a variable: set {error.args[0]}."
    elif isinstance(error, ModuleNotFoundError):
        right = "Is it in the app's requirements, and is its name right?"
    return Problem(
        where,
        f"{where}.load",
        name="" if where == "django" else os.environ.get("DJANGO_SETTINGS_MODULE", ""),
        wrong=f"{what}: {kind}: {text}{place}.",
        right=right,
    )


def _place(error: BaseException | None, project: Project) -> str:
    """Return where in the app an error came from."""
    places = []
    traceback = error.__traceback__ if error else None
    while traceback is not None:
        path = traceback.tb_frame.f_code.co_filename
        if path.startswith(os.path.join(project.root, "")):
            places.append(f"{os.path.relpath(path, project.root)}, line {traceback.tb_lineno}")
        traceback = traceback.tb_next
    inner = [place for place in places if not place.startswith("manage.py")]
    return f" ({inner[-1]})" if inner else ""
