"""The lock by which one of many containers does what only one may: `lock_for(purpose)`.

    lock = lock_for("migrate")
    with lock.acquire(600):
        ...

A lock belongs to a session of its own, apart from the app's connections, made from DATABASES and
the setting DIRECT_DATABASE. It is free as soon as the process that has it is gone. Whoever has it
for long asks `check()` again and again: a lost connection frees it silently.
"""

from __future__ import annotations

import sys

from django.db import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    connections,
)

from entrypoint.database import connection
from entrypoint.database.base import Lock
from entrypoint.database.mysql import MySQLLock
from entrypoint.database.postgresql import PostgreSQLLock
from entrypoint.database.sqlite import FileLock, file_of

__all__ = ("Lock", "NoLock", "lock_for")

#: By what Django's backends, PostGIS' and others' included, call their databases.
SESSIONS = {"postgresql": PostgreSQLLock, "mysql": MySQLLock}


class NoLock(Lock):
    """What stands for a lock where there is none: everybody has it."""

    def try_acquire(self) -> bool:
        """See `Lock`."""
        return True

    def holder(self) -> None:
        """See `Lock`."""

    def check(self) -> None:
        """See `Lock`."""

    def release(self) -> None:
        """See `Lock`."""


def lock_for(purpose: str, alias: str = connection.DEFAULT) -> Lock:
    """Return the lock for a purpose in the app's database; nothing is asked or connected yet.

    A SQLite database in memory is its process's alone, and needs none. Of an engine that is not
    known here a warning says that there is none.

    Args:
        purpose: a word, such as `migrate` or `beat`; equal ones exclude each other.
        alias: which of DATABASES.
    """
    vendor = connections[alias].vendor
    if vendor in SESSIONS:
        return SESSIONS[vendor](purpose, alias)
    if vendor == "sqlite":
        path = file_of(alias)
        return NoLock(purpose, alias) if path is None else FileLock(purpose, alias, path)
    if str(connections[alias].settings_dict["ENGINE"]).endswith(".dummy"):
        return NoLock(purpose, alias)  # there is no database, and Django says so
    print(
        f"entrypoint: warning: there is no lock for {purpose} in a database of the kind {vendor}; "
        "going on without. See to it that only one container does this at a time.",
        file=sys.stderr,
        flush=True,
    )
    return NoLock(purpose, alias)
