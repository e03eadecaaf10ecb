"""Unapplied migrations: a warning, since during a deploy there are some for a while."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from django.apps import apps  # type: ignore[import-untyped]
from django.db import DEFAULT_DB_ALIAS, connections  # type: ignore[import-untyped]

from settings_lib.health.errors import Doubtful

#: How many are named.
NAMED = 5


class Migrations:
    """Whether ``migrate`` has anything to do in the default database, which is the one it takes.

    The names of the migrations' files are compared with those in the table. The migrations
    themselves are imported only where that does not settle it, once for each state of the table.
    """

    alias = DEFAULT_DB_ALIAS

    def __init__(self) -> None:
        self._applied: frozenset[tuple[str, str]] | None = None
        self._unapplied: tuple[str, ...] = ()

    def __call__(self) -> None:
        """Look.

        Raises:
            Doubtful: Some are unapplied, or it cannot be told.
        """
        try:
            unapplied = self._find()
        except Exception as error:
            raise Doubtful("cannot be looked at") from error
        if unapplied:
            more = f" and {len(unapplied) - NAMED} more" if len(unapplied) > NAMED else ""
            raise Doubtful(f"unapplied: {', '.join(unapplied[:NAMED])}{more}")

    def _find(self) -> tuple[str, ...]:
        from django.db.migrations.recorder import (  # type: ignore[import-untyped] # noqa: PLC0415
            MigrationRecorder,
        )

        recorder = MigrationRecorder(connections[self.alias])
        applied = frozenset(recorder.applied_migrations())
        if applied != self._applied:
            self._unapplied = () if on_disk() <= applied else planned(self.alias)
            self._applied = applied
        return self._unapplied


@cache
def on_disk() -> frozenset[tuple[str, str]]:
    """Return the app and name of each migration that the code has."""
    from django.db.migrations.loader import (  # type: ignore[import-untyped] # noqa: PLC0415
        MigrationLoader,
    )

    found = set()
    for app in apps.get_app_configs():
        module, _ = MigrationLoader.migrations_module(app.label)
        try:
            package = import_module(module) if module else None
        except ModuleNotFoundError:
            continue
        for each in pkgutil.iter_modules(getattr(package, "__path__", ())):
            if not each.ispkg and each.name[0] not in "_~":
                found.add((app.label, each.name))
    return frozenset(found)


def planned(alias: str) -> tuple[str, ...]:
    """Return what ``migrate`` would apply, in its order, such as ``feeds.0002_url``.

    It knows of squashed migrations, and takes tens of milliseconds of computing.
    """
    from django.db.migrations.executor import (  # type: ignore[import-untyped] # noqa: PLC0415
        MigrationExecutor,
    )

    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)
