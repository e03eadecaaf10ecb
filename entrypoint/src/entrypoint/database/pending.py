"""What the app's migrations on disk have that its database has not."""

from __future__ import annotations

from django.db import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    connections,
)

from entrypoint.database import connection


class Migrations:
    """The app's migrations, compared with the table django_migrations as it is now.

    Args:
        alias: the database.

    Raises:
        django.db.Error: it does not answer.
    """

    def __init__(self, alias: str = connection.DEFAULT) -> None:
        from django.db.migrations.executor import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            MigrationExecutor,
        )

        executor = MigrationExecutor(connections[alias])
        self._loader = executor.loader
        self._recorder = executor.recorder
        targets = self._loader.graph.leaf_nodes()
        self.labels = sorted({label for label, _ in targets})
        self._plan = executor.migration_plan(targets)

    def pending(self) -> list[str]:
        """Return the names of what is to be applied, in that order, such as `feeds.0002_url`."""
        return [f"{migration.app_label}.{migration.name}" for migration, _ in self._plan]

    def nothing_to_do(self) -> bool:
        """Return whether Django's `migrate` would neither apply, record nor refuse anything.

        It refuses migrations that conflict. A squashed migration is recorded, even where there is
        nothing to apply, once all that it replaces is there: without it, the first release that
        has the squashed one alone would apply it again. See `check_replacements` in
        django/db/migrations/executor.py.
        """
        if self._plan or self._loader.detect_conflicts():
            return False
        if not self._loader.replacements:
            return True
        recorded = self._recorder.applied_migrations()
        return not any(
            key not in recorded and all(replaced in recorded for replaced in migration.replaces)
            for key, migration in self._loader.replacements.items()
        )
