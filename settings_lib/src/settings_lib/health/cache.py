"""A cache is there if it keeps what it is given."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings  # type: ignore[import-untyped]
from django.utils.module_loading import import_string  # type: ignore[import-untyped]

from settings_lib.health.errors import Failed

#: The options by which the clients behind Django's own backends give up, all in seconds.
LIMITS = {
    "django.core.cache.backends.redis.RedisCache": ("socket_timeout",),
    "django.core.cache.backends.memcached.PyMemcacheCache": ("timeout", "connect_timeout"),
}


def cache(alias: str, seconds: float) -> None:
    """Set a key and get it, through a client of its own, which is closed afterwards.

    Args:
        alias: The cache's.
        seconds: When the client gives up, as far as it can be told.

    Raises:
        Failed: It did not keep the value.
        Exception: The client's.
    """
    backend = made(alias, seconds)
    key = f"heartbeat:{uuid.uuid4().hex}"
    try:
        backend.set(key, key, timeout=60)
        kept = backend.get(key) == key
        backend.delete(key)
    finally:
        close(backend)
    if not kept:
        raise Failed("it does not keep what it is given")


def made(alias: str, seconds: float) -> Any:  # noqa: ANN401 - a backend
    """Return a new instance of a cache's backend, with limits."""
    entry = dict(settings.CACHES[alias])
    backend, location = entry.pop("BACKEND"), entry.pop("LOCATION", "")
    limits = dict.fromkeys(LIMITS.get(backend, ()), seconds)
    if limits:
        entry["OPTIONS"] = {**entry.get("OPTIONS", {}), **limits}
    return import_string(backend)(location, entry)


def close(backend: Any) -> None:  # noqa: ANN401 - a backend
    """Close a cache's connections. Django's Redis backend leaves that to the garbage collector."""
    backend.close()
    for pool in getattr(getattr(backend, "_cache", None), "_pools", {}).values():
        pool.disconnect()
