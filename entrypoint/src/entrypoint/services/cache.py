"""The caches of the app's settings: Redis is there when it answers a PING, any other a get."""

from __future__ import annotations

from entrypoint.services import Nothing, Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

#: Django's backends that are no service, by the ends of their names, and what they are.
LOCAL = {
    "locmem.LocMemCache": "it is in each process's own memory",
    "dummy.DummyCache": "it keeps nothing",
    "filebased.FileBasedCache": "it is in files",
    "db.DatabaseCache": "it is in the database",
}

KEY = "entrypoint-wait"


def services() -> Iterator[Service | Nothing]:
    """Give the caches, by their aliases."""
    from django.conf import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        settings,
    )

    for alias, entry in settings.CACHES.items():
        name = f"cache {alias}"
        backend = ".".join(entry["BACKEND"].rsplit(".", 2)[-2:])
        if backend in LOCAL:
            yield Nothing(name, LOCAL[backend])
        else:
            yield Service(name, _where(entry), lambda timeout, alias=alias: ask(alias, timeout))  # type: ignore[misc]


def _where(entry: Mapping[str, Any]) -> str:
    """Return where a cache is, for people."""
    location = entry.get("LOCATION", "")
    return location if isinstance(location, str) else ", ".join(map(str, location))


def ask(alias: str, timeout: float) -> None:
    """Ask a cache something, through a connection of its own.

    Raises:
        Exception: the client's.
    """
    from django.core.cache import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        caches,
    )

    # A new one each time: memcached's clients remember for a minute that a server was away.
    cache = getattr(caches, "create_connection", caches.__getitem__)(alias)
    client = _redis(cache)
    if client is None:
        cache.get(KEY)
        return
    _hasten(client, timeout)
    client.ping()


def _redis(cache: Any) -> Any:  # noqa: ANN401 - the app's
    """Return the client behind Django's or django-redis' cache, or None where it is another."""
    for holder in (getattr(cache, "_cache", None), getattr(cache, "client", None)):
        get_client = getattr(holder, "get_client", None)
        if get_client is not None:
            return get_client(write=True)
    return None


def _hasten(client: Any, timeout: float) -> None:  # noqa: ANN401 - redis-py's
    """Let a client fail at once: redis-py tries again by itself, for seconds."""
    pool = getattr(client, "connection_pool", None)
    arguments = getattr(pool, "connection_kwargs", {})
    if "host" in arguments:  # and no Unix socket, which knows no time-out
        arguments["socket_connect_timeout"] = timeout
    if hasattr(client, "set_retry"):
        from redis.backoff import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            NoBackoff,
        )
        from redis.retry import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            Retry,
        )

        client.set_retry(Retry(NoBackoff(), 0))
