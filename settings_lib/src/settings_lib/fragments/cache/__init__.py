"""The cache: ``CACHE_URL``, else ``REDIS_URL``, else the process's own memory."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.fragments.cache.url import PACKAGES, REDIS, REDIS_BACKEND, SCHEMES, check, entry
from settings_lib.types.parsing import url
from settings_lib.types.urls import each, split
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settings_lib.app import App
    from settings_lib.values import Values


def has_server(app: App) -> bool:
    """Whether the project's cache is elsewhere than in each process's own memory."""
    backend = str(_theirs(app).get("BACKEND", ""))
    return bool(backend) and backend.rpartition(".")[2] not in {"LocMemCache", "DummyCache"}


def _theirs(app: App) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = (app.project.get("CACHES") or {}).get("default", {})
    return entry


GROUP = Group(
    title="Cache",
    variables=(
        Var(
            name="CACHE_URL",
            type=url(*SCHEMES, several=True, check=check, example="redis://redis.example.org/1"),
            secret=True,
            fallbacks=("REDIS_URL",),
            falls_back=lambda app: not has_server(app),
            help=(
                "The cache. Options may follow: ?timeout=10m&key_prefix=antisocial, and the "
                "client's own. Where it is not set, the project's stands."
            ),
            default_text="each process's own memory",
            example="redis://redis.example.org:6379/1",
        ),
    ),
)

IN_MEMORY = "locmemcache://"

BEHAVIOUR = ("TIMEOUT", "KEY_PREFIX", "VERSION", "KEY_FUNCTION")
"""What a project says of its cache, wherever that is."""


def settings(values: Values, app: App) -> dict[str, Any]:
    """The entry ``default`` of ``CACHES``; the project's others stay.

    Its keys have the app's name as their prefix, unless the project or the URL has another: apps
    share servers. What the project says of time-outs, prefixes and versions stays, and for the same
    backend its options; another package's backend for Redis stays too.

    Args:
        values: The parsed values by name.
        app: The app.

    Returns:
        Django settings; empty where the environment names no cache and the project has one.
    """
    project = app.project.get("CACHES") or {}
    theirs = _theirs(app)
    if theirs and not _named(values, app):
        return {}
    default = _merged(entry(values["CACHE_URL"] or IN_MEMORY), theirs)
    default.setdefault("KEY_PREFIX", app.name)
    return {"CACHES": {**project, "default": default}}


def _named(values: Values, app: App) -> bool:
    """Whether the environment names the cache.

    A fallback, which may be for Celery's broker, does so only where the project has none of a
    server: clearing a cache on Redis would delete the tasks that wait in the same database.
    """
    return values.named("CACHE_URL") or bool(values["CACHE_URL"] and not has_server(app))


def _one_for_each(values: Values, app: App) -> Iterator[Problem]:
    cache, broker = values["CACHE_URL"], values["CELERY_BROKER_URL"]
    if not (cache and broker and app.celery):
        return
    if (_theirs(app) and not _named(values, app)) or _place(cache) != _place(broker):
        return
    yield Problem(
        name="CACHE_URL",
        source=values.source("CACHE_URL"),
        wrong="names the database of Redis that Celery's broker is in: clearing the cache would "
        "delete the tasks that wait there",
        right="Give the cache another database of the same server.",
        example="redis://redis.example.org:6379/1",
    )


def _place(address: str) -> tuple[Any, ...] | str:
    """The server and the number of the database; what is not of Redis is a place of its own."""
    found = split(each(address)[0])
    if found.scheme not in {"redis", "rediss"}:
        return address
    hosts = tuple((host, port or 6379) for host, port in found.hosts)
    return (hosts, found.path.strip("/") or "0")


def _merged(ours: dict[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    backend = str(theirs.get("BACKEND", ""))
    same = backend == ours["BACKEND"]
    more = ours.pop("OPTIONS", {})
    if ours["BACKEND"] == REDIS_BACKEND and "redis" in backend.lower():
        same = True
        ours["BACKEND"] = backend
        if "django_redis" in backend and more:  # it has its client's arguments a level deeper
            known = theirs.get("OPTIONS", {}).get("CONNECTION_POOL_KWARGS", {})
            more = {"CONNECTION_POOL_KWARGS": {**known, **more}}
    options = {**(theirs.get("OPTIONS", {}) if same else {}), **more}
    kept = {name: theirs[name] for name in BEHAVIOUR if name in theirs}
    return {**kept, **ours, **({"OPTIONS": options} if options else {})}


def _several_agree(values: Values, app: App) -> Iterator[Problem]:
    urls = [split(part) for part in each(values["CACHE_URL"] or IN_MEMORY)]
    if len(urls) > 1 and not all(found.scheme in REDIS for found in urls):
        yield Problem(
            name="CACHE_URL",
            wrong="has several URLs, and not all of them are of Redis",
            right="Name one cache, or several servers of Redis: the first gets the writes.",
        )
    elif any(found.options not in ({}, urls[0].options) for found in urls[1:]):
        yield Problem(
            name="CACHE_URL",
            wrong="has several URLs with different options",
            right="Write the options into the first URL alone.",
        )


def _client_is_installed(values: Values, app: App) -> Iterator[Problem]:
    scheme = split(each(values["CACHE_URL"] or IN_MEMORY)[0]).scheme
    package = PACKAGES.get(scheme)
    if package and not find_spec(package):
        yield Problem(
            name="CACHE_URL",
            wrong=f"names a cache whose client, {package}, is not installed",
            right=f"Add {package} to the app's requirements.",
        )


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(
        Check(names=("CACHE_URL",), find=_several_agree),
        Check(names=("CACHE_URL",), find=_client_is_installed),
    ),
    warnings=(Check(names=("CACHE_URL", "CELERY_BROKER_URL"), find=_one_for_each),),
    stand_ins={"CACHE_URL": IN_MEMORY},
)
