"""What ``/__heartbeat__`` asks: databases, migrations, caches, the broker, the app's own checks."""

from __future__ import annotations

import asyncio
import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings  # type: ignore[import-untyped]
from django.db import connections  # type: ignore[import-untyped]
from django.utils.module_loading import import_string  # type: ignore[import-untyped]

from settings_lib.health.broker import broker, options_of
from settings_lib.health.cache import cache
from settings_lib.health.databases import database, own_connections
from settings_lib.health.errors import Doubtful, Failed
from settings_lib.health.migrations import Migrations
from settings_lib.health.runs import ERROR, OK, WARNING, Outcome, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: How much of a check's message is told, in characters.
LONGEST = 300


def watches(timeout: float) -> Iterator[Watch]:
    """Give every check of this app.

    Args:
        timeout: How many seconds each has.
    """

    def watch(name: str, kind: str, check: Callable[[], Any], silence: str = ERROR) -> Watch:
        return Watch(name, kind, partial(ask, check, timeout), silence)

    for alias in connections:
        if connections.settings[alias]["ENGINE"] != "django.db.backends.dummy":
            yield watch(f"database {alias}", "database", partial(database, alias))
            if alias == Migrations.alias:
                yield watch("migrations", "migrations", Migrations(), WARNING)
    for alias, entry in settings.CACHES.items():
        if entry["BACKEND"] != "django.core.cache.backends.dummy.DummyCache":
            yield watch(f"cache {alias}", "cache", partial(cache, alias, timeout))
    options = options_of(settings)
    if options:
        yield watch("broker", "broker", partial(broker, options, timeout))
    for entry in getattr(settings, "HEARTBEAT_CHECKS", ()):
        yield watch(*own(entry))


def own(entry: Any) -> tuple[str, str, Callable[[], Any]]:  # noqa: ANN401 - any of several
    """A check of the app's: its name, its kind, and what runs it.

    Args:
        entry: A function, or a class whose instances have a method ``run``, as those of
            django-health-check do; or the dotted path of either. A pair has keyword arguments too.
            One that cannot be had is a check that fails.
    """
    named, arguments = entry if isinstance(entry, (tuple, list)) else (entry, {})
    try:
        found = import_string(named) if isinstance(named, str) else named
        instance = found(**arguments) if isinstance(found, type) else None
    except Exception as error:  # noqa: BLE001 - the app's code
        return str(named), "own", partial(_fail, f"cannot be had: {type(error).__name__}")
    if instance is not None:
        return repr(instance), found.__name__, instance.run
    return f"{found.__module__}.{found.__qualname__}", found.__name__, partial(found, **arguments)


def _fail(text: str) -> None:
    raise Failed(text)


def ask(check: Callable[[], Any], timeout: float) -> Outcome:
    """Run a check in this thread, with database connections that are closed afterwards.

    Args:
        check: What raises where something is wrong; it may be a coroutine function.
        timeout: How many seconds it has, as far as drivers can be told.
    """
    try:
        with own_connections(timeout):
            found = check()
            if inspect.isawaitable(found):
                try:
                    asyncio.run(asyncio.wait_for(found, timeout))
                except TimeoutError:
                    raise TimeoutError from None  # asyncio's own has a cause: CancelledError
    except Exception as error:  # noqa: BLE001 - drivers raise anything
        # django-health-check's errors have a type, whatever their classes are called.
        kind = getattr(error, "message_type", "")
        doubtful = isinstance(error, Doubtful) or kind == "Warning"
        meant = bool(kind) or isinstance(error, (Doubtful, Failed))
        return Outcome(
            status=WARNING if doubtful else ERROR,
            text=harmless(error, getattr(error, "message", error) if meant else ""),
        )
    return Outcome(status=OK)


def harmless(error: Exception, said: object) -> str:
    """What may be told to anybody who asks.

    A check's own message is made to be shown. A driver's may name users, hosts and more, so all
    that is told of it is the error's class, also where a check merely passed the text on.

    Args:
        error: What the check raised.
        said: The check's own message; empty where there is none.
    """
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    text, theirs = (" ".join(str(each).split()) for each in (said, cause))
    passed_on = cause is not error and (text in theirs or (theirs and theirs in text))
    if not text or passed_on:
        return type(cause).__name__
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
