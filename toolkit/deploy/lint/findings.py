"""What pending migrations take from the old code, which runs until the last host has the new one.

A rollback is the same question: the old code on the new schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.deploy.lint import statements
from toolkit.deploy.lint.statements import Subject
from toolkit.deploy.lint.texts import TEXTS, UNREADABLE
from toolkit.deploy.lint.widening import widens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.deploy.migrations import Database, Facts, Migration, Script

#: Rules about columns that the old code has to know to be hurt.
_OF_OLD_COLUMNS = {"DROP_COLUMN", "RENAME_COLUMN", "ALTER_COLUMN", "DROP_DEFAULT"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that the old code does not survive, or may not.

    Attributes:
        migration: Which does it.
        code: The rule: one of django-migration-linter's codes, or of ours beside them.
        text: What breaks in the old code, and what to do instead.
    """

    migration: Migration
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.migration} {self.text}"


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Statements about one column, or one statement.

    Attributes:
        subject: What they are about.
        is_new: Whether the old code does not know the column.
        statements: In their order.
    """

    subject: Subject
    is_new: bool
    statements: list[str]


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Return what the old code cannot live with, in the order of the migrations, each once."""
    found = (finding for database in facts.databases for finding in _of_database(database))
    return tuple(dict.fromkeys(found))


def _of_database(database: Database) -> Iterator[Finding]:
    # What is new in these migrations the old code does not know, and cannot miss.
    tables: set[str] = set()
    columns: set[Subject] = set()
    for script in database.scripts:
        if script.problem:
            text = TEXTS[UNREADABLE].format(why=script.problem)
            yield Finding(migration=script.migration, code=UNREADABLE, text=text)
        widened = _widened(script)
        for operation in script.operations:
            for group in _groups(operation.sql, tables, columns, widened):
                for finding in _of_group(script.migration, group):
                    if finding.code not in script.survives:
                        yield finding


def _groups(
    sql: Sequence[str], tables: set[str], columns: set[Subject], widened: set[Subject]
) -> Iterable[_Group]:
    """Return an operation's statements by the column that they are about; others are alone.

    Args:
        sql: The operation's.
        tables: New tables: those that it creates are added, and what is about them is left out.
        columns: New columns: those that it adds are added.
        widened: Columns whose change of type hurts nobody.
    """
    groups: dict[tuple[Subject, int], _Group] = {}
    each = [one for text in sql for one in statements.split(text)]
    for number, statement in enumerate(each, 1):
        subject = statements.subject(statement)
        if statement.startswith("CREATE TABLE") and subject.table:
            tables.add(subject.table)
        if subject.table in tables:
            tables.add(statements.new_name(statement) or subject.table)
            continue
        if subject in widened and statements.changes_type(statement):
            continue
        key = (subject, 0 if subject.column else number)
        new = _Group(subject=subject, is_new=subject in columns, statements=[])
        groups.setdefault(key, new).statements.append(statement)
        if added := statements.added(statement):
            columns.add(Subject(subject.table, added))
    return groups.values()


def _of_group(migration: Migration, group: _Group) -> Iterator[Finding]:
    from toolkit.deploy.lint import analyser  # noqa: PLC0415 - with Django: where it is needed

    for code in analyser.codes(group.statements):
        if group.is_new and code in _OF_OLD_COLUMNS:
            continue
        adds = group.is_new or any(map(statements.added, group.statements))
        table, column = group.subject
        text = TEXTS["SET_NOT_NULL" if code == "NOT_NULL" and not adds else code].format(
            table=f"the table {table}" if table else "a table",
            column=f"the column {column}" if column else "a column",
        )
        yield Finding(migration=migration, code=code, text=text)


def _widened(script: Script) -> set[Subject]:
    """The columns whose types take all that they took before."""
    harmless = {Subject(one.table, one.column): True for one in script.types}
    for one in script.types:
        harmless[Subject(one.table, one.column)] &= widens(one.before, one.after)
    return {subject for subject, is_harmless in harmless.items() if is_harmless}
