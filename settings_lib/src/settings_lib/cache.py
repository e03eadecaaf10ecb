"""The cache: ``CACHE_URL``, else ``REDIS_URL``, else the process's own memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def settings(values: Mapping[str, Any], app: str) -> dict[str, Any]:
    """The entry ``default`` of ``CACHES``.

    Args:
        values: The parsed values by name.
        app: The app's name; its keys' prefix, unless the URL has one, since apps share servers.

    Returns:
        Django settings: ``CACHES`` with its default.
    """
    from environ import Env  # type: ignore[import-untyped] # noqa: PLC0415 - costs time

    entry = dict(Env.cache_url_config(values["CACHE_URL"]))
    for name in ("TIMEOUT", "KEY_PREFIX", "VERSION", "KEY_FUNCTION"):
        if name.lower() in entry:  # django-environ's spelling, which Django would not look at
            entry[name] = entry.pop(name.lower())
    entry.setdefault("KEY_PREFIX", app)
    return {"CACHES": {"default": entry}}
