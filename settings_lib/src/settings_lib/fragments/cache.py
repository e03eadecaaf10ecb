"""The cache: ``CACHE_URL``, else ``REDIS_URL``, else the process's own memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.parsing import url
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from settings_lib.app import App
    from settings_lib.values import Values

_SCHEMES = (
    "redis", "rediss", "rediscache", "pymemcache", "pylibmc", "dbcache",
    "filecache", "locmemcache", "dummycache",
)  # fmt: skip

GROUP = Group(
    title="Cache",
    variables=(
        Var(
            name="CACHE_URL",
            type=url(*_SCHEMES),
            secret=True,
            fallbacks=("REDIS_URL",),
            help="The cache. Where it is not set, the project's stands.",
            default_text="each process's own memory",
            example="redis://redis.example.org:6379/1",
        ),
    ),
)

IN_MEMORY = "locmemcache://"


def settings(values: Values, app: App) -> dict[str, Any]:
    """The entry ``default`` of ``CACHES``.

    Its keys have the app's name as their prefix, unless the URL has one: apps share servers.
    """
    from environ import Env  # type: ignore[import-untyped] # noqa: PLC0415 - costs time

    project = app.project.get("CACHES", {})
    if "default" in project and not values["CACHE_URL"]:
        return {}
    entry = dict(Env.cache_url_config(values["CACHE_URL"] or IN_MEMORY))
    for name in ("TIMEOUT", "KEY_PREFIX", "VERSION", "KEY_FUNCTION"):
        if name.lower() in entry:  # django-environ's spelling, which Django would not look at
            entry[name] = entry.pop(name.lower())
    entry.setdefault("KEY_PREFIX", app.name)
    return {"CACHES": {**project, "default": entry}}


FRAGMENT = Fragment(group=GROUP, settings=settings, stand_ins={"CACHE_URL": IN_MEMORY})
