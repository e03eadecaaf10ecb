"""What breaks in the old code, and what to do instead, by the rule that a migration breaks."""

from __future__ import annotations

#: What a migration is told with whose SQL is not known.
UNREADABLE = "UNREADABLE"

TEXTS = {
    "DROP_COLUMN": (
        "removes {column} of {table}: the old code reads and writes it, and fails on "
        "every query of that table. First a release whose code does without the field (its "
        "RemoveField in the state_operations of SeparateDatabaseAndState, the column nullable or "
        "with a db_default); the next one removes the column."
    ),
    "RENAME_COLUMN": (
        "renames {column} of {table}: the old code asks for the old name, and fails. "
        "Keep the column's name with db_column; or add a new column, write both, and remove the "
        "old one in the next release."
    ),
    "DROP_TABLE": (
        "removes {table}: the old code fails where it uses it. First a release whose "
        "code does without the model (its DeleteModel in the state_operations of "
        "SeparateDatabaseAndState); the next one removes the table."
    ),
    "RENAME_TABLE": (
        "renames {table}: the old code asks for the old name, and fails. Keep the "
        "table's name with db_table in the model's Meta."
    ),
    "NOT_NULL": (
        "adds {column} to {table}, NOT NULL and with no default in the database "
        "(Django's default= is the code's own): what the old code inserts lacks it, and is "
        "refused. Give it a db_default (Django 5.0), or null=True now and NOT NULL in the next "
        "release."
    ),
    "SET_NOT_NULL": (
        "makes {column} of {table} NOT NULL: the old code may still write NULL, and "
        "that is refused. First a release that writes none; the next one forbids it."
    ),
    "DROP_DEFAULT": (
        "takes the default of {column} of {table} away: the old code may rely on it "
        "when it inserts. Remove db_default from the code in one release, and from the database in "
        "the next."
    ),
    "ALTER_COLUMN": (
        "changes the type of {column} of {table}: the old code may not be able to read "
        "or write it. Add a column of the new type, write both, and remove the old one in the next "
        "release."
    ),
    "ADD_UNIQUE": (
        "makes {table} refuse rows that are equal: the old code may still write them, and fails "
        "then. First a release that writes none; the next one forbids them."
    ),
    "ADD_CHECK": (
        "makes {table} refuse rows by a constraint: the old code may still write them, and fails "
        "then. First a release that writes none; the next one forbids them."
    ),
    UNREADABLE: "cannot be judged: {why}. Read it yourself.",
}
