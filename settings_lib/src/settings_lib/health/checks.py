"""What ``/__heartbeat__`` asks: databases, migrations, caches, the broker, the app's own checks.

A check is a `HealthCheck` of django-health-check. That library's own way of running them is not
used: under WSGI its deadline does not hold (docs/explanation/dependencies.md).
"""

from __future__ import annotations

import asyncio
import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings  # type: ignore[import-untyped]
from django.db import connections  # type: ignore[import-untyped]
from django.utils.module_loading import import_string  # type: ignore[import-untyped]
from health_check import Database, HealthCheck  # type: ignore[import-untyped]
from health_check.exceptions import HealthCheckException, ServiceWarning  # type: ignore[import-untyped]

from settings_lib.health.broker import Broker
from settings_lib.health.cache import Cache
from settings_lib.health.migrations import Migrations
from settings_lib.health.own_connections import own_connections
from settings_lib.health.runs import ERROR, OK, WARNING, Outcome, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How much of a check's message is told, in characters.
LONGEST = 300


def watches(timeout: float) -> Iterator[Watch]:
    """Give every check of this app.

    Args:
        timeout: How many seconds each has.
    """

    def watch(name: str, check: HealthCheck, silence: str = ERROR) -> Watch:
        return Watch(name, type(check).__name__, partial(ask, check, timeout), silence)

    for alias in connections:
        if connections.settings[alias]["ENGINE"] != "django.db.backends.dummy":
            yield watch(f"database {alias}", Database(alias=alias))
            if alias == Migrations.alias:
                yield watch("migrations", Migrations(), WARNING)
    for alias, entry in settings.CACHES.items():
        if entry["BACKEND"] != "django.core.cache.backends.dummy.DummyCache":
            yield watch(f"cache {alias}", Cache(alias=alias, seconds=timeout))
    broker = Broker.of(settings, timeout)
    if broker:
        yield watch("broker", broker)
    for entry in getattr(settings, "HEARTBEAT_CHECKS", ()):
        yield _own(entry, timeout)


def _own(entry: Any, timeout: float) -> Watch:  # noqa: ANN401 - as HealthCheckView.checks
    """A check of the app's: a class, its dotted path, or either with its arguments.

    One that cannot be made is an error in the answer, and no page of Django's.
    """
    named, arguments = entry if isinstance(entry, (tuple, list)) else (entry, {})
    try:
        check = (import_string(named) if isinstance(named, str) else named)(**arguments)
    except Exception as error:  # noqa: BLE001 - the app's code
        text = f"cannot be made: {type(error).__name__}"
        return Watch(str(named), str(named), partial(Outcome, status=ERROR, text=text))
    return Watch(repr(check), type(check).__name__, partial(ask, check, timeout))


def ask(check: HealthCheck, timeout: float) -> Outcome:
    """Run a check in this thread, with database connections that are closed afterwards.

    Args:
        check: The check; its `run` may be a coroutine function.
        timeout: How many seconds it has, as far as drivers can be told.
    """
    try:
        with own_connections(timeout):
            found = check.run()
            if inspect.isawaitable(found):
                asyncio.run(asyncio.wait_for(found, timeout))
    except ServiceWarning as error:
        return Outcome(status=WARNING, text=_harmless(error))
    except Exception as error:  # noqa: BLE001 - drivers raise anything
        return Outcome(status=ERROR, text=_harmless(error))
    return Outcome(status=OK)


def _harmless(error: Exception) -> str:
    """What may be told to anybody who asks.

    A check's own message is made to be shown. A driver's may name users, hosts and more, so all
    that is told of it is the error's class, also where a check merely passed the text on.
    """
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    if isinstance(error, HealthCheckException):
        text = " ".join(str(error.message).split())
        theirs = " ".join(str(cause).split())
        if cause is error or not (text in theirs or (theirs and theirs in text)):
            return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return type(cause).__name__
