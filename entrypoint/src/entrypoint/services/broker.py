"""Celery's broker: it is there when the app's own connection to it is made, handshake and all."""

from __future__ import annotations

import os

from entrypoint.errors import ConfigurationError
from entrypoint.services import Nothing, Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: Kombu's transports that have no server, by their drivers.
LOCAL = {"memory": "it is in each process's own memory", "filesystem": "it is in files"}


def services() -> Iterator[Service | Nothing]:
    """Give the broker of the Celery app that `worker` would run: CELERY_APP, or APP.

    Raises:
        ConfigurationError: CELERY_APP names no Celery app.
    """
    found = connection()
    if isinstance(found, str):
        yield Nothing("broker", found, configured=False)
        return
    driver = getattr(found.transport, "driver_type", None)
    if driver in LOCAL:
        yield Nothing("broker", LOCAL[driver])
    else:
        yield Service("broker", found.as_uri(), lambda _: ask(found))


def ask(found: Any) -> None:  # noqa: ANN401 - kombu has no types
    """Connect to the broker, to the next one of several where one fails.

    AMQP shakes hands, credentials and virtual host included; Redis gets a PING.

    Raises:
        Exception: the transport's.
    """
    try:
        opened = found.transport.establish_connection()
    except Exception:
        found.maybe_switch_next()
        raise
    found.transport.close_connection(opened)


def connection() -> Any:  # noqa: ANN401 - kombu has no types
    """Return the app's connection to its broker, not yet made; a text where there is none.

    Raises:
        ConfigurationError: CELERY_APP names no Celery app.
    """
    try:
        from celery.app.utils import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            find_app,
        )
    except ImportError:
        return "Celery is not installed"
    name = os.environ.get("CELERY_APP") or os.environ.get("APP")
    if not name:
        return "neither CELERY_APP nor APP names the Celery app"
    try:
        app = find_app(name)
    except (ImportError, AttributeError) as error:
        if os.environ.get("CELERY_APP"):
            raise ConfigurationError(
                f"CELERY_APP is {name!r}, where no Celery app can be had: {error}.",
                "It is what `celery --app` takes, such as CELERY_APP=antisocial.",
            ) from None
        return f"there is no Celery app in {name}"
    if not (app.conf.broker_write_url or app.conf.broker_url):
        return "the settings name none"
    return app.connection_for_write()
