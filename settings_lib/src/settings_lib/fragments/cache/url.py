"""What a cache's URL says: Django's backend, its location and its options.

Django makes a cache when it is first used, and hands the options to its client as they are. An
option that the client does not know is a traceback then, and one of a wrong kind is a default.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from settings_lib.types.parsing import (
    BOOL,
    DURATION,
    FLOAT,
    INT,
    LINE,
    PATH,
    Type,
    at_least,
    choice,
)
from settings_lib.types.urls import BadUrl, Url, each, split, without_options

if TYPE_CHECKING:
    from collections.abc import Mapping

REDIS = ("redis", "rediss", "rediscache", "unix")
MEMCACHED = ("memcached", "memcache", "pymemcache", "pylibmc")
SHORT = {"dummy": "dummycache", "locmem": "locmemcache", "db": "dbcache", "file": "filecache"}
"""django-cache-url's words for schemes of django-environ."""

SCHEMES = (
    *REDIS, *MEMCACHED, "dbcache", "filecache", "locmemcache", "dummycache", *SHORT,
)  # fmt: skip

PACKAGES = {
    **dict.fromkeys(REDIS, "redis"),
    **dict.fromkeys(MEMCACHED, "pymemcache"),
    "pylibmc": "pylibmc",
}
"""The package of the client that a scheme needs, which is its module too."""

REDIS_BACKEND = "django.core.cache.backends.redis.RedisCache"

#: What django-environ calls a scheme that has several names.
_ENVIRON = {"unix": "redis", "memcached": "pymemcache", "memcache": "pymemcache"}
_LONGEST_SECONDS = 86_400
_TABLE = re.compile("[A-Za-z_][A-Za-z0-9_]{0,62}")


def _seconds(text: str) -> float:
    seconds: float = FLOAT.parse(text)
    if not 0 < seconds <= _LONGEST_SECONDS:
        raise ValueError
    return seconds


def _prefix(text: str) -> str:
    if not re.fullmatch("[!-~]{1,100}", text):  # memcached takes no others in a key
        raise ValueError
    return text


def _timeout(text: str) -> int | None:
    return None if text.lower() == "none" else DURATION.parse(text)


def _certificates(text: str) -> str:
    """redis-py's word; Celery, which may have the same URL, wants CERT_NONE and the like."""
    word: str = choice("none", "optional", "required").parse(text.lower().removeprefix("cert_"))
    return word


_SECONDS = replace(FLOAT, expected="seconds, a number from 0 to 86400", parse=_seconds)

#: Django's own, for a whole entry.
_ENTRY: Mapping[str, Type] = {
    "timeout": replace(DURATION, expected=f"{DURATION.expected}, or none", parse=_timeout),
    "key_prefix": replace(LINE, expected="text of ASCII without blanks", parse=_prefix),
    "version": INT,
}
_LOCAL: Mapping[str, Type] = {"max_entries": at_least(1), "cull_frequency": at_least(0)}

#: Arguments of redis-py's connections that a text can say.
_REDIS: Mapping[str, Type] = {
    "db": at_least(0),
    "socket_timeout": _SECONDS,
    "socket_connect_timeout": _SECONDS,
    "socket_keepalive": BOOL,
    "retry_on_timeout": BOOL,
    "max_connections": at_least(1),
    "health_check_interval": DURATION,
    "client_name": replace(LINE, expected="text of ASCII without blanks", parse=_prefix),
    "protocol": replace(choice("2", "3"), parse=lambda text: int(choice("2", "3").parse(text))),
    "ssl_cert_reqs": replace(choice("none", "optional", "required"), parse=_certificates),
    "ssl_ca_certs": PATH,
    "ssl_certfile": PATH,
    "ssl_keyfile": PATH,
    "ssl_check_hostname": BOOL,
}
_OVER_TCP = ("socket_connect_timeout", "socket_keepalive")

#: Arguments of `pymemcache.HashClient` that a text can say.
_PYMEMCACHE: Mapping[str, Type] = {
    "connect_timeout": _SECONDS,
    "no_delay": BOOL,
    "ignore_exc": BOOL,
    "use_pooling": BOOL,
    "max_pool_size": at_least(1),
}


def check(url: Url) -> None:
    """Refuse a URL that Django or a client would choke on, or read otherwise than meant.

    Raises:
        BadUrl: It is one.
    """
    url = _in_full(url)
    _options(url)
    if url.scheme in REDIS:
        _check_redis(url)
        return
    if url.user or url.password:
        raise BadUrl("has a user or password, which is for Redis alone")
    if url.scheme in MEMCACHED:
        if bool(url.hosts) == (url.path not in {"", "/"}):
            raise BadUrl("has no host, or a path after it")
    elif url.scheme == "filecache":
        if url.hosts or url.path in {"", "/"}:
            raise BadUrl("has no absolute path, which takes three slashes")
    elif url.path not in {"", "/"} or len(url.hosts) > 1 or any(port for _, port in url.hosts):
        raise BadUrl("has more than a name")
    elif url.scheme == "dbcache" and not (url.hosts and _TABLE.fullmatch(url.hosts[0][0])):
        raise BadUrl("has no name of a table")


def entry(text: str) -> dict[str, Any]:
    """The entry of ``CACHES`` for a URL, or several of Redis, that `check` lets pass.

    django-environ says which backend it is. Of Redis it takes every URL without a host for a
    socket, gives a password to the first of several hosts only, and leaves Django's keys in lower
    case; of memcached it takes another client if one is not installed, and options in upper case.

    Args:
        text: The first server of several gets the writes. The options are the first URL's.

    Returns:
        The entry, its ``OPTIONS`` as the client's arguments.
    """
    from environ import Env  # type: ignore[import-untyped] # noqa: PLC0415 - costs time

    urls = [_in_full(split(part)) for part in each(text)]
    first = urls[0]
    scheme = _ENVIRON.get(first.scheme, first.scheme)
    # Several servers are ours to read: newer Pythons' urlsplit raises at an IPv6 one after another.
    ours = first.scheme in REDIS or first.scheme in MEMCACHED
    rest = "" if ours else without_options(each(text)[0]).partition("://")[2]
    found: dict[str, Any] = dict(Env.cache_url_config(f"{scheme}://{rest}"))
    if first.scheme in REDIS:
        servers = [server for url in urls for server in _redis_servers(url)]
        found |= {"BACKEND": REDIS_BACKEND, "LOCATION": servers}
    elif first.scheme in MEMCACHED:
        client = "PyLibMCCache" if first.scheme == "pylibmc" else "PyMemcacheCache"
        servers = [_address(host, port) for host, port in first.hosts] or [f"unix:{first.path}"]
        found |= {"BACKEND": f"django.core.cache.backends.memcached.{client}", "LOCATION": servers}
    elif first.scheme == "filecache":
        found["LOCATION"] = first.path
    if isinstance(found["LOCATION"], list) and len(found["LOCATION"]) == 1:
        found["LOCATION"] = found["LOCATION"][0]
    own, more = _options(first)
    return found | own | ({"OPTIONS": more} if more else {})


def _in_full(url: Url) -> Url:
    return replace(url, scheme=SHORT.get(url.scheme, url.scheme))


def _options(url: Url) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a URL's query says: Django's settings of an entry, and its ``OPTIONS``."""
    known = _known(url)
    own: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for given, text in url.options.items():
        name = given.lower()
        kind = _ENTRY.get(name) or known.get(name)
        if kind is None:
            raise BadUrl("has an option that the cache does not know")
        try:
            value = kind.parse(text)
        except ValueError:
            raise BadUrl(f"has an option {name} that is not {kind.expected}") from None
        if name in _ENTRY:
            own[name.upper()] = value
        elif name in _LOCAL:
            more[name.upper()] = value
        else:
            more[name] = str(value) if kind is PATH else value
    return own, more


def _known(url: Url) -> Mapping[str, Type]:
    if url.scheme in REDIS:
        return {
            name: kind
            for name, kind in _REDIS.items()
            if not (name.startswith("ssl_") and url.scheme != "rediss")
            and not (name in _OVER_TCP and _is_socket(url))
        }
    if url.scheme in MEMCACHED:
        return {} if url.scheme == "pylibmc" else _PYMEMCACHE
    return {} if url.scheme == "dummycache" else _LOCAL


def _is_socket(url: Url) -> bool:
    """Whether this is Redis at a socket of this machine: a path, and neither host nor number."""
    return not url.hosts and not re.fullmatch("/?|/[0-9]{1,9}", url.path)


def _check_redis(url: Url) -> None:
    if url.scheme == "unix" and not _is_socket(url):
        raise BadUrl("has no path of a socket, which takes three slashes")
    if url.scheme == "rediss" and not url.hosts:
        raise BadUrl("has no host")
    if any(host.startswith("/") for host, _ in url.hosts):
        raise BadUrl("has a socket for a host; write unix:///run/redis.sock?db=1")
    if url.path.endswith("/") and len(url.path) > 1:
        raise BadUrl("has a slash at the end of its path")
    if not (url.hosts or _is_socket(url)) and (url.user or url.password):
        raise BadUrl("has a user or password and no host")
    if "db" in url.options and not _is_socket(url) and url.path not in {"", "/"}:
        raise BadUrl("has the number of its database twice")


def _redis_servers(url: Url) -> list[str]:
    """The URL of each server, for redis-py; Django would split one with a comma or semicolon."""
    login = ""
    if url.user or url.password:
        login = f"{quote(url.user, safe='')}:{quote(url.password, safe='')}@"
    if _is_socket(url):
        return [f"unix://{login}{quote(url.path)}"]
    scheme = "rediss" if url.scheme == "rediss" else "redis"
    hosts = url.hosts or (("localhost", None),)
    return [f"{scheme}://{login}{_address(host, port)}{url.path}" for host, port in hosts]


def _address(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" if port else name
