"""Tells which migrations an app's database has, which its image has, and what the rest would do.

Runs in a container of the app's image, which reads it from stdin:

    docker-runner APP exec python - [APP.MIGRATION…] < migrations.py

It changes nothing. Its last line on stdout is MARKER and JSON (toolkit/deploy/migrations.py reads
it). Where migrations are named, their SQL is told instead of that of those that are pending.
Python 3.9 and later, Django 3.2 and later, nothing else.

The SQL is not quite what `sqlmigrate` prints, since it is not read by a database but by a linter:
MySQL's `MODIFY` and SQLite's remaking of whole tables, which tell nothing of what has changed, are
said as `ALTER COLUMN …`, as on PostgreSQL.

Exit codes: 0; 69, the database does not answer; 78, the app cannot be loaded; 1, anything else.
"""

# mypy: disable-error-code="import-untyped,import-not-found"
from __future__ import annotations

import contextlib
import json
import os
import runpy
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MARKER = "toolkit-migrations: "

UNAVAILABLE, CONFIGURATION = 69, 78

#: What Django writes where an operation has no SQL.
REMARKS = ("-- (no-op)", "-- THIS OPERATION CANNOT", "-- MIGRATION NOW PERFORMS")


def main() -> None:
    """Print the facts, or end with an error."""
    stdout = os.dup(1)  # whatever the app makes of sys.stdout
    names = sys.argv[1:]
    try:
        run_in_app(lambda: tell(stdout, facts(names)))
    except Exception as error:  # noqa: BLE001 - whatever the app's code raises
        end(error)


def run_in_app(then: Callable[[], None]) -> None:
    """Call a function in the app's process as its manage.py sets it up, and as `migrate` sees it.

    manage.py may do more than to name the settings: read a file of variables, add to the path. So
    it is run, and what it hands over to Django comes here.
    """
    import django
    from django.core.management import ManagementUtility

    class Done(BaseException):
        """Our part is over: nothing of manage.py that stands behind it is wanted."""

    def execute(_: object) -> None:
        django.setup()
        then()
        raise Done

    script = manage_py()
    if script is None:
        django.setup()
        then()
        return
    ManagementUtility.execute = execute
    sys.argv[:] = [script, "migrate"]
    os.chdir(os.path.dirname(script))
    sys.path.insert(0, os.path.dirname(script))
    try:
        runpy.run_path(script, run_name="__main__")
    except Done:
        return
    raise RuntimeError(f"{script} has called no command of Django's")


def manage_py() -> str | None:
    """Return the path of the app's manage.py: the one that the image's entrypoint uses."""
    try:
        from entrypoint.project import Project

        return str(Project(os.environ).manage_py())
    except Exception:  # noqa: BLE001 - an image without our entrypoint, or an app without manage.py
        path = os.path.abspath("manage.py")
        return path if os.path.isfile(path) else None


def end(error: Exception) -> None:
    """End with an error's last line, and nothing in it that is secret."""
    code = 1
    if isinstance(error, ImportError):
        code = CONFIGURATION
    else:
        from django.core.exceptions import ImproperlyConfigured
        from django.db import Error

        if isinstance(error, Error):
            code = UNAVAILABLE
        elif isinstance(error, ImproperlyConfigured):
            code = CONFIGURATION
    print("migrations: " + shown(error), file=sys.stderr)
    sys.exit(code)


def shown(error: Exception) -> str:
    """Return an error on one line. Its text only where the entrypoint can take secrets out."""
    kind = type(error).__name__
    try:
        from entrypoint.redact import Redactor

        passwords = {f"{alias}_PASSWORD": word for alias, word in database_passwords()}
        text = Redactor({**os.environ, **passwords}).text(" ".join(str(error).split()))
    except Exception:  # noqa: BLE001 - an image without our entrypoint
        return kind
    return f"{kind}: {text[:500]}" if text else kind


def database_passwords() -> list[tuple[str, str]]:
    """Return the aliases and passwords of the databases, as far as there are settings."""
    from django.conf import settings

    try:
        entries = settings.DATABASES.items()
    except Exception:  # noqa: BLE001 - the settings are what has failed
        return []
    return [(alias, str(entry["PASSWORD"])) for alias, entry in entries if entry.get("PASSWORD")]


def tell(stdout: int, found: dict[str, Any]) -> None:
    """Write the facts on a line of their own."""
    sys.stdout.flush()
    line = ("\n" + MARKER + json.dumps(found) + "\n").encode()
    while line:
        line = line[os.write(stdout, line) :]


def facts(names: list[str]) -> dict[str, Any]:
    """Return what is known of each database that migrations are applied to."""
    from django.db import DEFAULT_DB_ALIAS, connections

    databases, skipped = [], {}
    for alias in connections:
        connection = connections[alias]
        mirror = (connection.settings_dict.get("TEST") or {}).get("MIRROR")
        if mirror or connection.settings_dict["ENGINE"].endswith(".dummy"):
            continue
        try:
            found = database(connection, names)
        except Exception as error:
            # `release` migrates the default one; another may be somebody else's.
            if alias == DEFAULT_DB_ALIAS:
                raise
            skipped[alias] = shown(error)
        else:
            if alias == DEFAULT_DB_ALIAS or found["applied"]:
                databases.append(found)
    return {"format": 1, "databases": databases, "skipped": skipped}


def database(connection: Any, names: list[str]) -> dict[str, Any]:
    """Return what is known of a database."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    loader = executor.loader
    targets = loader.graph.leaf_nodes()
    pending = [key(migration) for migration, _ in executor.migration_plan(targets)]
    replaces = {
        ".".join(own): [list(replaced) for replaced in migration.replaces]
        for own, migration in sorted(loader.disk_migrations.items())
        if migration.replaces
    }
    plan = [migration for migration, _ in executor.migration_plan(targets, clean_start=True)]
    wanted = [key_of(name) for name in names] if names else pending
    return {
        "alias": connection.alias,
        "vendor": connection.vendor,
        "applied": sorted(list(own) for own in executor.recorder.applied_migrations()),
        "known": sorted(list(own) for own in loader.disk_migrations),
        "replaces": replaces,
        "pending": [list(own) for own in pending],
        "scripts": scripts(connection, loader, plan, wanted),
    }


def key(migration: Any) -> tuple[str, str]:
    """Return a migration's app and name."""
    return migration.app_label, migration.name


def key_of(name: str) -> tuple[str, str]:
    """Return the app and the name in `app.name`."""
    app, _, rest = name.partition(".")
    return app, rest


def scripts(
    connection: Any,
    loader: Any,
    plan: list[Any],
    wanted: list[tuple[str, str]],
) -> list[dict[str, Any]]:
    """Return what migrations do, each an operation at a time.

    Args:
        connection: the database.
        loader: of its migrations.
        plan: all migrations of the image, in order: the state of the models goes along.
        wanted: those to tell of. One that is squashed is told of by what stands for it.
    """
    from django.db.migrations.state import ProjectState

    order = [key(migration) for migration in plan]
    found = {own: stand_ins(own, order, loader.disk_migrations) for own in wanted}
    left = {one for ones in found.values() for one in ones}
    told = [
        script(own, problem="this image does not have it")
        for own, ones in found.items()
        if not ones
    ]
    state = ProjectState(real_apps=loader.unmigrated_apps)
    for migration in plan:
        if not left:
            break
        own = key(migration)
        if own not in left:
            state = migration.mutate_state(state, preserve=False)
            continue
        left.discard(own)
        before = state.clone()
        try:
            state, operations, types = collect(connection, migration, state)
        except Exception as error:  # noqa: BLE001 - a migration is any code
            state = migration.mutate_state(before, preserve=False)
            told.append(script(own, problem="its SQL cannot be had: " + shown(error)))
        else:
            told.append(script(own, operations, types, survives=vouched(migration)))
    return told


def stand_ins(
    own: tuple[str, str], order: list[tuple[str, str]], on_disk: dict[tuple[str, str], Any]
) -> list[tuple[str, str]]:
    """Return what a migration is in the plan: itself, what squashes it, or what it squashes."""
    if own in order:
        return [own]
    squashed = [one for one in order if one in on_disk and own in replaced_by(on_disk[one])]
    if squashed or own not in on_disk:
        return squashed
    return [one for one in order if one in replaced_by(on_disk[own])]


def replaced_by(migration: Any) -> set[tuple[str, str]]:
    """Return the names of what a squashed migration replaces."""
    return {(app, name) for app, name in migration.replaces}


def script(
    own: tuple[str, str],
    operations: list[dict[str, Any]] | None = None,
    types: list[list[str]] | None = None,
    survives: list[str] | None = None,
    problem: str = "",
) -> dict[str, Any]:
    """Return what a migration does, or why that cannot be told."""
    return {
        "migration": list(own),
        "operations": operations or [],
        "types": types or [],
        "survives": survives or [],
        "problem": problem,
    }


def vouched(migration: Any) -> list[str]:
    """Return the codes of findings that the app's people have looked at: `old_code_survives`."""
    return sorted(map(str, getattr(migration, "old_code_survives", ())))


def collect(
    connection: Any,
    migration: Any,
    state: Any,
) -> tuple[Any, list[dict[str, Any]], list[list[str]]]:
    """Return the state after a migration, its operations with their SQL, and the types it changes.

    A change of type is the table, the column, the type before and the type from then on.
    """
    editor_class = editor(connection)
    with editor_class(connection, collect_sql=True, atomic=migration.atomic) as schema:
        schema.types = []
        state = migration.apply(state, schema, collect_sql=True)
    return state, split([str(line) for line in schema.collected_sql]), schema.types


def split(lines: list[str]) -> list[dict[str, Any]]:
    """Return the SQL of each operation.

    Django puts `--`, `-- Add field …`, `--` before an operation's. What it puts off to the end of
    the migration, such as indexes and foreign keys, stands behind the last operation.
    """
    operations: list[dict[str, Any]] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if line == "--" and lines[index + 2 : index + 3] == ["--"]:
            operations.append({"says": lines[index + 1][3:], "sql": []})
            index += 3
            continue
        if operations and not line.startswith(REMARKS):
            operations[-1]["sql"].append(line)
        index += 1
    return operations


def editor(connection: Any) -> type:
    """Return a schema editor whose SQL says what changes, whatever the database is."""
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor as Standard

    own = connection.SchemaEditorClass
    parent: Any = own
    members: dict[str, Any] = {}
    if connection.vendor == "sqlite":
        parent = Standard
        members = {name: getattr(own, name) for name in ("quote_value", "prepare_default")}
    elif connection.vendor == "mysql":
        names = ("sql_alter_column_type", "sql_alter_column_null", "sql_alter_column_not_null")
        members = {name: getattr(Standard, name) for name in (*names, "_alter_column_null_sql")}
        # Its MODIFY has to say NULL or NOT NULL again. The second is its name before Django 4.2.
        unchanged = staticmethod(lambda _, new_type: new_type)
        members.update(_set_field_new_type=unchanged, _set_field_new_type_null_status=unchanged)

    class Editor(parent):  # type: ignore[misc]
        """Notes types before and after; goes on where a constraint to be dropped is not found.

        It is not found where a pending migration makes it. To lose one breaks no code.
        """

        types: list[list[str]]

        def _alter_column_type_sql(
            self, model: Any, old: Any, new: Any, kind: str, *more: Any
        ) -> Any:
            before = old.db_type(connection=self.connection)
            self.types.append([model._meta.db_table, new.column, before, kind])  # noqa: SLF001
            return super()._alter_column_type_sql(model, old, new, kind, *more)

        def _constraint_names(self, *args: Any, **options: Any) -> list[str]:
            try:
                return list(super()._constraint_names(*args, **options))
            except Exception:  # noqa: BLE001 - MySQL: there is no such table yet
                return []

        def _delete_composed_index(self, *args: Any, **options: Any) -> None:
            with contextlib.suppress(Exception):
                super()._delete_composed_index(*args, **options)

    return type("Editor", (Editor,), members)


if __name__ == "__main__":
    main()
