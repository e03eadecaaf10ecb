"""Where log lines go, and what kind of process this is."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping  # noqa: TC003 - simple signatures
from pathlib import Path

from settings_lib.callers import ROLE

JOBS = frozenset({"manage.py", "django-admin", "entrypoint", "manage"})
"""Programs that do one job and end."""

PACKAGES = frozenset({"django", "entrypoint"})
"""Packages whose ``python -m`` does the same."""


class LogHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """The one handler: a role's lines go to standard output, a job's to standard error.

    A job's standard output is its result, such as that of ``manage dumpdata > file``. From now on
    Python's warnings are log records too.
    """

    def __init__(self) -> None:
        stream, original = (
            (sys.stderr, sys.__stderr__) if is_job() else (sys.stdout, sys.__stdout__)
        )
        # Where Celery logs what is printed, and Django is set up again, that would go in a circle.
        is_celerys = type(stream).__module__ == "celery.utils.log"
        super().__init__(original if is_celerys else stream)
        logging.captureWarnings(True)  # noqa: FBT003 - it has no other form


def is_job(environ: Mapping[str, str] | None = None) -> bool:
    """Whether this process does one job and ends, and is no role that serves.

    Args:
        environ: The environment; by default this process's.
    """
    if (os.environ if environ is None else environ).get(ROLE):
        return False
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    package = spec.name.partition(".")[0] if spec else ""
    return package in PACKAGES or (bool(sys.argv) and Path(sys.argv[0]).name in JOBS)
