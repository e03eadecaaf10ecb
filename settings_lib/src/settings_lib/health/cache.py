"""A cache is there if it keeps what it is given."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings  # type: ignore[import-untyped]
from django.utils.module_loading import import_string  # type: ignore[import-untyped]
from health_check import HealthCheck  # type: ignore[import-untyped]
from health_check.exceptions import ServiceUnavailable  # type: ignore[import-untyped]

#: The options by which the clients behind Django's own backends give up, all in seconds.
LIMITS = {
    "django.core.cache.backends.redis.RedisCache": ("socket_timeout",),
    "django.core.cache.backends.memcached.PyMemcacheCache": ("timeout", "connect_timeout"),
}


@dataclass
class Cache(HealthCheck):  # type: ignore[misc]  # it has no types
    """Sets a key and gets it, through a client of its own, which is closed afterwards.

    django-health-check's own check asks in the thread that all of a process's asynchronous code
    shares.

    Args:
        alias: The cache's.
        seconds: When the client gives up, as far as it can be told.
    """

    alias: str = "default"
    seconds: float = field(default=3.0, repr=False)

    def run(self) -> None:
        """Ask.

        Raises:
            ServiceUnavailable: It did not keep the value.
            Exception: The client's.
        """
        cache = self._made()
        key = f"heartbeat:{uuid.uuid4().hex}"
        try:
            cache.set(key, key, timeout=60)
            kept = cache.get(key) == key
            cache.delete(key)
        finally:
            close(cache)
        if not kept:
            raise ServiceUnavailable("it does not keep what it is given")

    def _made(self) -> Any:  # noqa: ANN401 - a backend
        entry = dict(settings.CACHES[self.alias])
        backend, location = entry.pop("BACKEND"), entry.pop("LOCATION", "")
        limits = dict.fromkeys(LIMITS.get(backend, ()), self.seconds)
        if limits:
            entry["OPTIONS"] = {**entry.get("OPTIONS", {}), **limits}
        return import_string(backend)(location, entry)


def close(cache: Any) -> None:  # noqa: ANN401 - a backend
    """Close a cache's connections. Django's Redis backend leaves that to the garbage collector."""
    cache.close()
    for pool in getattr(getattr(cache, "_cache", None), "_pools", {}).values():
        pool.disconnect()
