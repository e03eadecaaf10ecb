"""Celery: the broker and safe defaults, under the namespace ``CELERY``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Celery's prefork pool, which stops promptly when idle. ``celery worker --pool`` names another.
POOL = "settings_lib.prefork:TaskPool"


def settings(values: Mapping[str, Any], project: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that an app with ``namespace="CELERY"`` reads.

    Messages are JSON, so that nothing in a broker can run code. Python's logging is left to
    Django, so that a worker's lines look like the web's.

    Args:
        values: The parsed values by name.
        project: The settings that the project has; its ``CELERY_WORKER_POOL`` stays.

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
        "CELERY_WORKER_POOL": project.get("CELERY_WORKER_POOL", POOL),
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
