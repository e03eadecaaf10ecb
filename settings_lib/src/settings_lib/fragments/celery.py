"""Celery: the broker and safe defaults, under the namespace ``CELERY``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.parsing import BOOL, url
from settings_lib.variables import Group, Var, When

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings_lib.app import App
    from settings_lib.values import Values

_SCHEMES = (
    "redis", "rediss", "sentinel", "amqp", "amqps", "pyamqp", "sqs", "filesystem", "memory",
)  # fmt: skip

GROUP = Group(
    title="Celery",
    variables=(
        Var(
            name="CELERY_BROKER_URL",
            type=url(*_SCHEMES),
            required=When(names=(), text="the app has Celery", holds=lambda _, app: app.celery),
            secret=True,
            aliases=("BROKER_URL",),
            fallbacks=("CLOUDAMQP_URL", "REDIS_URL"),
            help=(
                "Celery's broker. filesystem:///data/broker is for demonstrations: one host, a "
                "folder that exists, and umask 0002 where roles run as different users."
            ),
            example="redis://redis.example.org:6379/0",
        ),
        Var(
            name="CELERY_TASK_ACKS_LATE",
            type=BOOL,
            default=False,
            help="Acknowledge a task after it ran: a lost worker's task runs again, so twice.",
        ),
    ),
)

#: Celery's prefork pool, which stops promptly when idle. ``celery worker --pool`` names another.
POOL = "settings_lib.prefork:TaskPool"


def settings(values: Values, app: App) -> dict[str, Any]:
    """The settings that an app with ``namespace="CELERY"`` reads.

    Messages are JSON, so that nothing in a broker can run code. Python's logging is left to
    Django, so that a worker's lines look like the web's.

    Args:
        values: The parsed values by name.
        app: The app; its ``CELERY_WORKER_POOL`` stays.

    Returns:
        Django settings; empty where the environment names no broker.
    """
    broker = values["CELERY_BROKER_URL"]
    if not broker:
        return {}
    return {
        "CELERY_BROKER_URL": broker,
        "CELERY_BROKER_TRANSPORT_OPTIONS": transport_options(broker),
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_RESULT_SERIALIZER": "json",
        "CELERY_TASK_ACKS_LATE": values["CELERY_TASK_ACKS_LATE"],
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_WORKER_POOL": app.project.get("CELERY_WORKER_POOL", POOL),
    }


def transport_options(broker: str) -> dict[str, Any]:
    """Kombu's options for a broker.

    The filesystem transport takes its folders from here and not from its URL. In and out are one
    folder, since each process both sends and receives, and the table of exchanges is in it too: its
    files end in ``.exchange``, the messages' in ``.msg``. Kombu expects the folder to exist, and
    nothing here creates it; `settings_lib.checks` says so. See kombu/transport/filesystem.py.

    Args:
        broker: The broker's URL.

    Returns:
        The options; empty for every other transport.
    """
    parts = urlsplit(broker)
    if parts.scheme != "filesystem":
        return {}
    folder = unquote(parts.path)
    return {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder}


def _broker_folder(values: Values, app: App) -> Iterator[Problem]:
    broker = values["CELERY_BROKER_URL"]
    folder = transport_options(broker).get("data_folder_in") if broker else None
    if folder is not None and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Problem(
            name="CELERY_BROKER_URL",
            wrong="names a folder that is not there or not writable",
            right="Create it so that every role may write into it: mkdir -m 2775, group 0.",
        )


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(Check(names=("CELERY_BROKER_URL",), find=_broker_folder),),
    stand_ins={"CELERY_BROKER_URL": "memory://"},
)
