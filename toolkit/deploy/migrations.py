"""Which migrations a database has and an image knows, as `remote/migrations.py` tells them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.errors import ConfigurationError
from toolkit.resources import REMOTE

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The program: a host gives it to `docker-runner APP exec python - [APP.MIGRATION…]` by stdin.
PROGRAM = REMOTE / "migrations.py"

#: How the program's line begins, among whatever the app prints itself.
MARKER = "toolkit-migrations: "

_FORMAT = 1


@dataclass(frozen=True, kw_only=True, order=True)
class Migration:
    """A migration's name.

    Attributes:
        app: The label of its app.
        name: Its file's name, without `.py`.
    """

    app: str
    name: str

    def __str__(self) -> str:
        return f"{self.app}.{self.name}"

    @classmethod
    def parse(cls, text: str) -> Migration:
        """The migration that `app.name` means."""
        app, _, name = text.partition(".")
        return cls(app=app, name=name)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One of a migration's operations.

    Attributes:
        says: What it does, in Django's words, such as `Add field extra to line`.
        sql: The statements that say what changes: ours for SQLite and MySQL, as the program says.
    """

    says: str
    sql: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TypeChange:
    """A column that gets another type.

    Attributes:
        table: Its table.
        column: Its name.
        before: The type until then, such as `varchar(10)`; empty where Django does not know.
        after: The type from then on.
    """

    table: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Script:
    """What a migration does.

    Attributes:
        migration: Which.
        operations: In their order.
        types: The columns that get other types.
        survives: Codes of findings that its author has looked at: `old_code_survives`.
        problem: Why that could not be told; empty where it could.
    """

    migration: Migration
    operations: tuple[Operation, ...] = ()
    types: tuple[TypeChange, ...] = ()
    survives: frozenset[str] = frozenset()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Database:
    """One of an app's databases, and what the image that was asked knows of it.

    Attributes:
        alias: What the settings call it.
        vendor: `postgresql`, `mysql` (MariaDB too), `sqlite`, or another.
        applied: What is recorded in it, whatever the image knows.
        known: The migrations that the image has.
        replaces: What the image's squashed migrations stand for.
        pending: What the image's `migrate` would apply, in order.
        scripts: What the pending ones do; or those that were asked for by name.
    """

    alias: str
    vendor: str
    applied: frozenset[Migration]
    known: frozenset[Migration]
    replaces: tuple[tuple[Migration, frozenset[Migration]], ...]
    pending: tuple[Migration, ...]
    scripts: tuple[Script, ...]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What an image says of the app's databases.

    Attributes:
        databases: The default one, and others in which migrations are recorded.
        skipped: Others that could not be asked, and why: (alias, reason).
    """

    databases: tuple[Database, ...]
    skipped: tuple[tuple[str, str], ...]


def read(stdout: str) -> Facts:
    """Return what the program said.

    Args:
        stdout: All that its container printed.

    Raises:
        ConfigurationError: It said nothing, or it is the program of another toolkit.
    """
    lines = [line for line in stdout.splitlines() if line.startswith(MARKER)]
    if not lines:
        raise ConfigurationError(
            "the image did not say which migrations it has.",
            "Does `docker-runner APP exec python -` work on the host? `docker-runner APP check` "
            "tells what is wrong with the app's settings.",
        )
    try:
        return _facts(json.loads(lines[-1].removeprefix(MARKER)))
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"what the image said of its migrations cannot be read ({type(error).__name__}).",
            "Something cut its output off, or a toolkit of another version asked.",
        ) from None


def pending(facts: Facts) -> tuple[Migration, ...]:
    """Return what the image's `migrate` would apply, in order, each once."""
    return tuple(dict.fromkeys(one for database in facts.databases for one in database.pending))


def between(current: Facts, older: Facts) -> tuple[Migration, ...]:
    """Return the applied migrations of the current image that an older image does not know.

    A squashed migration is known to an image that has all that it replaces. What neither image
    knows, such as rows of an app that is gone, stands between no two of them.

    Args:
        current: What the image that runs now says.
        older: What the image to go back to says.

    Returns:
        By name; for `remote/migrations.py` on the current image, which tells what they do.
    """
    known_to = {database.alias: _known(database) for database in older.databases}
    found: set[Migration] = set()
    for database in current.databases:
        replaces = dict(database.replaces)
        older_knows = known_to.get(database.alias, frozenset())
        here = database.applied & database.known
        found.update(
            migration
            for migration in here
            if not _is_known(migration, replaces, older_knows)
            # What a squashed one stands for says more exactly what the older image lacks.
            and not (replaces.get(migration, frozenset()) & here)
        )
    return tuple(sorted(found))


def _known(database: Database) -> frozenset[Migration]:
    """What an image knows: its own, and what its squashed ones stand for."""
    return database.known.union(*(replaced for _, replaced in database.replaces))


def _is_known(
    migration: Migration,
    replaces: dict[Migration, frozenset[Migration]],
    known: frozenset[Migration],
) -> bool:
    if migration in known:
        return True
    replaced = replaces.get(migration)
    return bool(replaced) and all(_is_known(one, replaces, known) for one in replaced or ())


def _facts(found: dict[str, Any]) -> Facts:
    if found["format"] != _FORMAT:
        raise ValueError(found["format"])
    return Facts(
        databases=tuple(_database(one) for one in found["databases"]),
        skipped=tuple(sorted(found["skipped"].items())),
    )


def _database(found: dict[str, Any]) -> Database:
    return Database(
        alias=str(found["alias"]),
        vendor=str(found["vendor"]),
        applied=frozenset(_migrations(found["applied"])),
        known=frozenset(_migrations(found["known"])),
        replaces=tuple(
            (Migration.parse(name), frozenset(_migrations(replaced)))
            for name, replaced in sorted(found["replaces"].items())
        ),
        pending=tuple(_migrations(found["pending"])),
        scripts=tuple(_script(script) for script in found["scripts"]),
    )


def _script(found: dict[str, Any]) -> Script:
    (migration,) = _migrations([found["migration"]])
    return Script(
        migration=migration,
        operations=tuple(
            Operation(says=str(one["says"]), sql=tuple(map(str, one["sql"])))
            for one in found["operations"]
        ),
        types=tuple(
            TypeChange(table=table, column=column, before=before or "", after=after)
            for table, column, before, after in found["types"]
        ),
        survives=frozenset(map(str, found["survives"])),
        problem=str(found["problem"]),
    )


def _migrations(pairs: Iterable[Any]) -> list[Migration]:
    return [Migration(app=str(app), name=str(name)) for app, name in pairs]
