"""Warns of what is probably a mistake in the environment, where people look for warnings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings  # type: ignore[import-untyped]
from django.core import checks  # type: ignore[import-untyped]

from settings_lib.callers import django_command, gunicorn_worker
from settings_lib.configured import NAME
from settings_lib.suspicions import suspicions

if TYPE_CHECKING:
    from settings_lib.errors import Problem

ID = "settings_lib.W001"
"""Of the system check; SILENCED_SYSTEM_CHECKS silences the log's lines too."""

logger = logging.getLogger("settings_lib")


def connect() -> None:
    """Add the system check, and let a server or a worker log what it would say.

    Django's commands run the check and print it; nothing else does. Of gunicorn's workers only the
    first logs.
    """
    checks.register(check_environment)
    if (
        not django_command()
        and gunicorn_worker() <= 1
        and ID not in settings.SILENCED_SYSTEM_CHECKS
    ):
        for each in _found():
            logger.warning("%s", " ".join(str(each).splitlines()))


def check_environment(**_: Any) -> list[Any]:  # noqa: ANN401 - Django's
    """The system check ``settings_lib.W001``."""
    return [checks.Warning(each.statement, hint=each.advice, id=ID) for each in _found()]


def _found() -> tuple[Problem, ...]:
    configured = getattr(settings, NAME, None)
    return suspicions(configured) if configured else ()
