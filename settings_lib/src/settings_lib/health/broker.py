"""Celery's broker is there if it lets us in."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Any


def options_of(settings: Any) -> dict[str, Any] | None:  # noqa: ANN401 - Django's
    """What kombu's ``Connection`` takes for an app's ``CELERY_`` settings; None without a broker.

    An app without Celery may have the setting all the same: ``REDIS_URL`` is a fallback.
    """
    url = getattr(settings, "CELERY_BROKER_URL", None)
    if not url or not installed("kombu"):
        return None
    return {
        "hostname": url,
        "ssl": getattr(settings, "CELERY_BROKER_USE_SSL", None),
        "login_method": getattr(settings, "CELERY_BROKER_LOGIN_METHOD", None),
        "transport_options": dict(getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})),
    }


def broker(options: dict[str, Any], seconds: float) -> None:
    """Connect as Celery would, handshake and credentials included, and close the connection.

    Where there are several brokers, the first that lets us in will do.

    Args:
        options: What kombu's ``Connection`` takes.
        seconds: When it gives up.

    Raises:
        Exception: kombu's or the driver's.
    """
    from kombu.connection import Connection  # noqa: PLC0415 - costs time

    at_once = {"interval_start": 0, "interval_step": 0, "interval_max": 0}
    with Connection(  # type: ignore[no-untyped-call]
        **options, connect_timeout=seconds
    ) as connection:
        connection.transport_options.update(limits(connection.transport_cls, seconds))
        tries = len(connection.alt) - 1 if connection.alt else 0
        connection.ensure_connection(max_retries=max(1, tries), timeout=seconds, **at_once)


def installed(package: str) -> bool:
    """Whether a package is there. Once imported, kombu is one that `find_spec` fails with."""
    return package in sys.modules or find_spec(package) is not None


def limits(transport: str, seconds: float) -> dict[str, float]:
    """The options by which a transport gives up on a server that says nothing, in seconds."""
    if transport in {"redis", "rediss", "sentinel"}:
        return {"socket_timeout": seconds, "socket_connect_timeout": seconds}
    if transport in {"amqp", "amqps", "pyamqp"}:
        return {"read_timeout": seconds, "write_timeout": seconds}
    return {}
