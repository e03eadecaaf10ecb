"""What must hold between variables, each of which is right on its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from settings_lib import celery, database, mail
from settings_lib.errors import Problem
from settings_lib.parsing import BOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping


@dataclass(frozen=True, kw_only=True)
class Check:
    """A rule over several variables.

    Attributes:
        names: The variables that it looks at; if one of them is wrong by itself, it is not asked.
        find: Takes the values by name, gives what is wrong.
    """

    names: tuple[str, ...]
    find: Callable[[Mapping[str, Any]], Iterator[Problem]]


def _database_agrees(values: Mapping[str, Any]) -> Iterator[Problem]:
    if values["DATABASE_URL"] and values["DB_NAME"]:
        parsed = database.from_url(values["DATABASE_URL"])
        parts = database.from_parts(values)
        keys = [key for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD") if parts[key]]
        differ = [f"DB_{key}" for key in keys if parsed.get(key) != parts[key]]
        if differ:
            yield Problem(
                name="DATABASE_URL",
                wrong=f"disagrees with {', '.join(differ)}",
                right="Set DATABASE_URL alone, or the DB_ variables alone.",
            )


def _pool_is_bool(values: Mapping[str, Any]) -> Iterator[Problem]:
    if values["DATABASE_URL"]:
        options = database.from_url(values["DATABASE_URL"]).get("OPTIONS", {})
        try:
            BOOL.parse(str(options.get("pool", "false")))
        except ValueError:
            yield Problem(
                name="DATABASE_URL",
                wrong="has an option pool that is not a bool",
                right=f"Expected {BOOL.expected}.",
            )


def _direct_is_the_same(values: Mapping[str, Any]) -> Iterator[Problem]:
    if values["DIRECT_DATABASE_URL"] and (values["DATABASE_URL"] or values["DB_NAME"]):
        direct = database.from_url(values["DIRECT_DATABASE_URL"])
        if direct["ENGINE"] != database.named(values)["ENGINE"]:
            yield Problem(
                name="DIRECT_DATABASE_URL",
                wrong="names another kind of database than DATABASE_URL",
                right="It is the same database, without the connection pooler.",
            )


def _mail_agrees(values: Mapping[str, Any]) -> Iterator[Problem]:
    if values["EMAIL_URL"] and values["EMAIL_HOST"]:
        host = mail.from_url(values["EMAIL_URL"]).get("EMAIL_HOST")
        if host != values["EMAIL_HOST"]:
            yield Problem(
                name="EMAIL_URL",
                wrong="disagrees with EMAIL_HOST",
                right="Set EMAIL_URL alone, or the other EMAIL_ variables alone.",
            )


def _broker_folder(values: Mapping[str, Any]) -> Iterator[Problem]:
    broker = values["CELERY_BROKER_URL"]
    folder = celery.transport_options(broker).get("data_folder_in") if broker else None
    if folder is not None and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Problem(
            name="CELERY_BROKER_URL",
            wrong="names a folder that is not there or not writable",
            right="Create it so that every role may write into it: mkdir -m 2775, group 0.",
        )


def _sentry_installed(values: Mapping[str, Any]) -> Iterator[Problem]:
    if values["SENTRY_DSN"] and find_spec("sentry_sdk") is None:
        yield Problem(
            name="SENTRY_DSN",
            wrong="is set, but the package sentry-sdk is not installed",
            right="Add sentry-sdk to the app's requirements, or unset the variable.",
        )


CHECKS = (
    Check(
        names=("DATABASE_URL", "DB_NAME", "DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD"),
        find=_database_agrees,
    ),
    Check(names=("DATABASE_URL",), find=_pool_is_bool),
    Check(
        names=(
            *("DIRECT_DATABASE_URL", "DATABASE_URL"),
            *("DB_NAME", "DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD"),
        ),
        find=_direct_is_the_same,
    ),
    Check(names=("EMAIL_URL", "EMAIL_HOST"), find=_mail_agrees),
    Check(names=("CELERY_BROKER_URL",), find=_broker_folder),
    Check(names=("SENTRY_DSN",), find=_sentry_installed),
)


def run(values: Mapping[str, Any], failed: Collection[str]) -> Iterator[Problem]:
    """Apply every check whose variables are all there and right.

    Args:
        values: The parsed values by name.
        failed: The names of those that are wrong by themselves.

    Yields:
        The problems.
    """
    for check in CHECKS:
        if not any(name in failed or name not in values for name in check.names):
            yield from check.find(values)
