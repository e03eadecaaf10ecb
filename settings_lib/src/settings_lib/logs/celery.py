"""Celery's part of the log: its lines in the container's form, and a task's with its request's id.

The id goes along in the message's headers, and so through retries, chains and tasks that tasks
send. Celery's line "Task … received" has none: it is written before anybody sees the headers.
"""

from __future__ import annotations

import logging
import sys
from importlib.util import find_spec
from typing import Any

from django.conf import settings  # type: ignore[import-untyped]

from settings_lib.logs import request_id
from settings_lib.logs.formatters import NO_REQUEST

HEADER = "x_request_id"
"""The header of a task's message."""


def connect() -> None:
    """Connect to Celery's signals, if the app uses Celery."""
    named = getattr(settings, "CELERY_BROKER_URL", None) and find_spec("celery")
    if "celery" not in sys.modules and not named:
        return
    from celery import signals  # type: ignore[import-untyped] # noqa: PLC0415 - only where it is used

    for signal, receiver in (
        (signals.setup_logging, keep_logging),
        (signals.before_task_publish, send_id),
        (signals.task_prerun, take_id),
        (signals.task_postrun, drop_id),
    ):
        signal.connect(receiver, weak=False, dispatch_uid=f"settings_lib.{receiver.__name__}")


def keep_logging(loglevel: int, **_: Any) -> None:  # noqa: ANN401 - a signal's arguments, from here on
    """Leave Python's logging as Django set it up; that this is connected makes Celery do so.

    Celery would give its tasks' loggers a handler of their own. What it does besides stays: a level
    that its command line names holds, and prints of tasks are logged, as its settings say.

    Args:
        loglevel: The level that Celery would give the root logger.
    """
    from celery import current_app  # noqa: PLC0415
    from celery.utils.log import get_multiprocessing_logger  # type: ignore[import-untyped] # noqa: PLC0415

    if _named_level():
        root = logging.getLogger()
        root.setLevel(loglevel)
        for handler in root.handlers:
            if handler.level:  # LOG_LEVEL is set
                handler.setLevel(loglevel)
    processes = get_multiprocessing_logger()
    processes.propagate = True
    processes.setLevel(logging.ERROR)
    if current_app.conf.worker_redirect_stdouts:
        current_app.log.redirect_stdouts(current_app.conf.worker_redirect_stdouts_level)


def _named_level() -> bool:
    """Whether ``--loglevel`` is in the command line, or in Celery's own variable for it."""
    from click import get_current_context  # noqa: PLC0415 - Celery has it
    from click.core import ParameterSource  # noqa: PLC0415

    context = get_current_context(silent=True)
    source = context.get_parameter_source("loglevel") if context else None
    return source in {ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT}


def send_id(headers: dict[str, Any], **_: Any) -> None:  # noqa: ANN401
    """Let a task's message have the id of the request that sends it."""
    current = request_id.CURRENT.get()
    if current != NO_REQUEST:
        headers.setdefault(HEADER, current)


def take_id(task: Any, **_: Any) -> None:  # noqa: ANN401
    """Let a task's lines have the id of the request that sent it."""
    if not task.request.is_eager:  # in the request's own process, and its context
        sent = task.request.get(HEADER)
        request_id.begin(request_id.choose(sent)) if sent else request_id.end()


def drop_id(task: Any, **_: Any) -> None:  # noqa: ANN401
    """A worker's next line is about no request."""
    if not task.request.is_eager:
        request_id.end()
