"""Who is on the stack: gunicorn, Django's commands, or this library's own program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

ROLE = "ENTRYPOINT_ROLE"
"""The variable by which the entrypoint says that a process is a role, and which."""


def caller(module: str, function: str) -> FrameType | None:
    """The innermost frame of a function that led here, or None where it did not.

    Args:
        module: The name of the function's module.
        function: Its own name, without a class.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - what inspect.currentframe does
    while frame:
        if frame.f_code.co_name == function and frame.f_globals.get("__name__") == module:
            return frame
        frame = frame.f_back
    return None


def gunicorn_worker() -> int:
    """The number of the gunicorn worker that this is, counted from the first; 0 where it is none.

    Not in the arbiter, which loads the app itself with ``--preload``.
    """
    frame = caller("gunicorn.arbiter", "spawn_worker")
    arbiter = frame and frame.f_locals.get("self")
    return getattr(arbiter, "worker_age", 1) if frame else 0


def django_command() -> bool:
    """Whether this is ``manage.py`` or ``django-admin``."""
    return caller("django.core.management", "execute") is not None
