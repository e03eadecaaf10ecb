"""What must hold between the variables of the databases, and with what is installed."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from settings_lib.errors import Problem
from settings_lib.fragment import Check
from settings_lib.fragments.database.entries import (
    DEFAULT,
    LEAST_CONNECTIONS,
    OPTIONS,
    PARTS,
    POOL_SIZES,
    entries,
    from_parts,
    from_url,
)
from settings_lib.fragments.database.kinds import MYSQL, POSTGRESQL, SQLITE, kind_of
from settings_lib.types.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings_lib.app import App
    from settings_lib.values import Values

_KEPT_OPTIONS = ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS")


def _parts_agree(values: Values, app: App) -> Iterator[Problem]:
    if not values["DATABASE_URL"] or not values.given(*PARTS):
        return
    url, parts = from_url(values["DATABASE_URL"]), from_parts(values, app)
    usual = {"PORT": kind_of(url["ENGINE"]).port}
    differ = [
        name
        for name in PARTS
        if values.named(name)
        and (url.get(name[3:]) or usual.get(name[3:]) or "") != parts[name[3:]]
    ]
    if differ:
        yield Problem(
            name="DATABASE_URL",
            wrong=f"disagrees with {values.called(*differ)}",
            right="Set DATABASE_URL alone, or the DB_ variables alone.",
        )


def _options_agree(values: Values, app: App) -> Iterator[Problem]:
    if not values["DATABASE_URL"]:
        return
    entry = from_url(values["DATABASE_URL"])
    found = {**entry, **entry.get("OPTIONS", {})}
    for name, option in {**OPTIONS, **dict(zip(_KEPT_OPTIONS, _KEPT_OPTIONS, strict=True))}.items():
        if values.given(name) and option in found and found[option] != values[name]:
            yield Problem(
                name=name,
                wrong=f"disagrees with the option of {values.called('DATABASE_URL')}",
                right=f"Set {name}, or the option {option.lower()} in the URL.",
            )


def _options_fit(values: Values, app: App) -> Iterator[Problem]:
    """Options that are PostgreSQL's, for another kind."""
    for alias, _, entry in entries(values, app):
        kind = kind_of(entry["ENGINE"])
        if alias != DEFAULT or kind is POSTGRESQL:
            continue
        for name, option in OPTIONS.items():
            if values[name] and not (kind is MYSQL and option == "sslrootcert"):
                yield Problem(
                    name=name,
                    wrong=f"is for PostgreSQL, and the database is {kind.title}",
                    right=f"Unset {name}.",
                )


def _pools(values: Values, app: App) -> Iterator[Problem]:
    for alias, variable, entry in entries(values, app):
        pool = entry.get("OPTIONS", {}).get("pool")
        if not pool or kind_of(entry["ENGINE"]) is not POSTGRESQL:
            continue
        name = "DB_POOL" if alias == DEFAULT and values.given("DB_POOL") else variable
        if not find_spec("psycopg_pool"):
            yield Problem(
                name=name,
                wrong="asks for a pool, and psycopg's extra of that name is not installed",
                right="Add psycopg[pool] to the app's requirements, or ask for none.",
            )
        if values.given("CONN_MAX_AGE") and values["CONN_MAX_AGE"]:
            yield Problem(
                name="CONN_MAX_AGE",
                wrong=f"is not 0, and {name} asks for a pool, which keeps the connections itself",
                right="Unset CONN_MAX_AGE, or ask for no pool.",
                example="0",
            )
        given = [size for size in reversed(POOL_SIZES) if values.given(size)]
        sizes: dict[str, int | None] = pool if isinstance(pool, dict) else {}
        least = sizes.get("min_size", LEAST_CONNECTIONS)
        most = sizes.get("max_size")
        if given and least is not None and (least if most is None else most) < max(least, 1):
            yield Problem(
                name=given[0],
                wrong="makes the pool's most connections fewer than its least, or none",
                right="DB_POOL_MAX_SIZE is at least DB_POOL_MIN_SIZE, and at least 1.",
                example="10",
            )


def _drivers(values: Values, app: App) -> Iterator[Problem]:
    for _, variable, entry in entries(values, app):
        kind = kind_of(entry["ENGINE"])
        ours = entry["ENGINE"].startswith("django.")
        if ours and kind.drivers and not any(map(find_spec, kind.drivers)):
            yield Problem(
                name=variable,
                wrong=f"names a database of {kind.title}, whose driver is not installed",
                right=f"Add {' or '.join(kind.drivers.values())} to the app's requirements.",
            )
        if ".gis." in entry["ENGINE"] and ours and not _has_gdal(app):
            yield Problem(
                name=variable,
                wrong="names a database for maps, and GeoDjango's library GDAL is not installed",
                right="Install it in the image: apt-get install gdal-bin.",
            )


def _has_gdal(app: App) -> bool:
    from ctypes.util import find_library  # noqa: PLC0415 - few have maps

    return bool(app.project.get("GDAL_LIBRARY_PATH") or find_library("gdal"))


def _names(values: Values, app: App) -> Iterator[Problem]:
    """A name by parts; a URL's is looked at when it is parsed."""
    kind = kind_of(from_parts(values, app)["ENGINE"])
    if values["DB_NAME"] and kind.longest and len(values["DB_NAME"]) > kind.longest:
        yield Problem(
            name="DB_NAME",
            wrong=f"has more than {kind.longest} characters, {kind.title}'s limit",
            right="It is the name of a database.",
        )
    if values["DB_NAME"] and kind is SQLITE and values["DB_NAME"].endswith("/"):
        yield Problem(
            name="DB_NAME",
            wrong="names a folder instead of a file",
            right="For SQLite it is the path of a file.",
            example="/data/db.sqlite3",
        )


def _certificates(values: Values, app: App) -> Iterator[Problem]:
    for alias, variable, entry in entries(values, app):
        options: dict[str, Any] = entry.get("OPTIONS", {})
        path = options.get("sslrootcert") or options.get("ssl", {}).get("ca")
        if path and path != "system" and not os.access(path, os.R_OK):
            by_variable = alias == DEFAULT and values["DB_SSLROOTCERT"]
            yield Problem(
                name="DB_SSLROOTCERT" if by_variable else variable,
                wrong="names a file of certificates that is not there or not readable",
                right="Mount the file and let the container's user read it.",
            )


def _direct_is_the_same(values: Values, app: App) -> Iterator[Problem]:
    if not values["DIRECT_DATABASE_URL"]:
        return
    kind = kind_of(split(values["DIRECT_DATABASE_URL"]).scheme)
    for alias, _, entry in entries(values, app):
        if alias == DEFAULT and kind_of(entry["ENGINE"]) is not kind:
            yield Problem(
                name="DIRECT_DATABASE_URL",
                wrong="names another kind of database than DATABASE_URL",
                right="It is the same database, without the connection pooler.",
            )


_ALL = (
    "DATABASE_URL", "DIRECT_DATABASE_URL", *PARTS, *OPTIONS, *POOL_SIZES, *_KEPT_OPTIONS, "BUILD",
)  # fmt: skip

CHECKS = (
    Check(names=("DATABASE_URL", *PARTS), find=_parts_agree),
    Check(names=("DATABASE_URL", *OPTIONS, *_KEPT_OPTIONS), find=_options_agree),
    Check(names=PARTS, find=_names),
    *(
        Check(names=_ALL, find=find)
        for find in (_options_fit, _pools, _drivers, _certificates, _direct_is_the_same)
    ),
)
