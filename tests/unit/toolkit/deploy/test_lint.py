"""What the old code does not survive: each operation, on each kind of database."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.deploy import lint, migrations
from toolkit.deploy.lint.widening import widens
from toolkit.deploy.migrations import (
    Database,
    Facts,
    Migration,
    Operation,
    Script,
    TypeChange,
)

SAID = Path(__file__).with_name("said")

VENDORS = ("postgresql", "mysql", "sqlite")

#: Operations of tests/apps/evolving, in Django's words: the rule that each breaks, and its text.
BREAK = {
    "Add field kind to Line": ("NOT_NULL", "adds the column kind to the table evolving_line"),
    "Add field comment to Line": ("NOT_NULL", "adds the column comment to"),
    "Remove field note from Line": ("DROP_COLUMN", "the column note of the table evolving_line"),
    "Remove field second from Line": ("DROP_COLUMN", "the column second_id of"),
    "Remove field only from Line": ("DROP_COLUMN", "the column only of"),
    "Rename field text on Line to words": ("RENAME_COLUMN", "renames the column text of"),
    "Alter field number on Line": ("ALTER_COLUMN", "the type of the column number of"),
    "Alter field label on Line": ("ALTER_COLUMN", "the type of the column label of"),
    "Alter field maybe on Line": ("NOT_NULL", "makes the column maybe of the table evolving_line"),
    "Alter field other on Line": ("NOT_NULL", "makes the column other of"),
    "Alter field rank on Line": ("DROP_DEFAULT", "the default of the column rank of"),
    "Rename model Before to After": ("RENAME_TABLE", "the table evolving_before"),
    "Rename table for Tabled to other_table": ("RENAME_TABLE", "the table evolving_tabled"),
    "Delete model Old": ("DROP_TABLE", "the table evolving_old"),
    "Create constraint line_size on model Line": ("ADD_CHECK", "the table evolving_line"),
    "Create constraint line_unique on model Line": ("ADD_UNIQUE", "the table evolving_line"),
    "Alter field code on Line": ("ADD_UNIQUE", "the table evolving_line"),
    "Raw SQL operation": ("DROP_COLUMN", "the column name of the table evolving_written"),
    "Custom state/database change combination": ("DROP_TABLE", "the table evolving_written"),
}


def said(vendor):
    [database] = migrations.read((SAID / f"{vendor}.txt").read_text()).databases
    return database


def found(database):
    return lint.findings(Facts(databases=(database,), skipped=()))


def one_by_one(database, name):
    """The operations of a migration, each with what is found in it alone."""
    [script] = [one for one in database.scripts if one.migration.name == name]
    for operation in script.operations:
        alone = replace(script, operations=(operation,))
        yield operation, found(replace(database, scripts=(alone,)))


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_breaks(vendor):
    database = said(vendor)
    seen = set()
    for name in ("0003_columns", "0004_tables", "0005_constraints", "0007_by_hand"):
        for operation, findings in one_by_one(database, name):
            if operation.says in BREAK and operation.says not in seen:
                code, text = BREAK[operation.says]
                assert [finding.code for finding in findings] == [code], operation
                assert text in findings[0].text
                seen.add(operation.says)
            elif operation.says == "Remove field many from Line":
                assert [finding.code for finding in findings] == ["DROP_TABLE"]
            else:
                assert findings == (), operation
    assert seen == set(BREAK)


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_does_not(vendor):
    database = said(vendor)
    codes = {finding.migration.name for finding in found(database)}
    assert codes == {"0003_columns", "0004_tables", "0005_constraints", "0007_by_hand"}
    # In all of them together: a table that is made and removed here is nobody's.
    assert not any("evolving_line_many" in finding.text for finding in found(database))


def test_same_on_every_database():
    texts = [[str(finding) for finding in found(said(vendor))] for vendor in VENDORS]
    assert texts[0] == texts[1] == texts[2]


def test_finding_says_what_and_what_to_do():
    [finding] = by_hand('ALTER TABLE "a" DROP COLUMN "b"')
    assert str(finding) == (
        "app.0002 removes the column b of the table a: the old code reads and writes it, and fails "
        "on every query of that table. First a release whose code does without the field (its "
        "RemoveField in the state_operations of SeparateDatabaseAndState, the column nullable or "
        "with a db_default); the next one removes the column."
    )


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_the_author_vouches_for(vendor):
    database = said(vendor)
    [script] = [one for one in database.scripts if one.migration.name == "0008_vouched"]
    assert found(replace(database, scripts=(script,))) == ()
    doubted = replace(script, survives=frozenset({"DROP_TABLE"}))
    [finding] = found(replace(database, scripts=(doubted,)))
    assert finding.code == "DROP_COLUMN"


def by_hand(*sql, types=(), problem=""):
    script = Script(
        migration=Migration(app="app", name="0002"),
        operations=tuple(Operation(says="Raw SQL operation", sql=(one,)) for one in sql),
        types=types,
        problem=problem,
    )
    database = Database(
        alias="default",
        vendor="mysql",
        applied=frozenset(),
        known=frozenset(),
        replaces=(),
        pending=(),
        scripts=(script,),
    )
    return found(database)


@pytest.mark.parametrize(
    ("sql", "codes"),
    [
        ("alter table a\n  drop column b", ["DROP_COLUMN"]),
        ("ALTER TABLE a DROP b", ["DROP_COLUMN"]),
        ("ALTER TABLE a DROP CONSTRAINT b", []),
        ('ALTER TABLE "a" DROP CONSTRAINT "drop column"', []),
        ("ALTER TABLE a RENAME b TO c", ["RENAME_COLUMN"]),
        ("ALTER TABLE a RENAME TO b", ["RENAME_TABLE"]),
        ("RENAME TABLE a TO b", ["RENAME_TABLE"]),
        ("ALTER INDEX a RENAME TO b", []),
        ("ALTER TABLE a CHANGE b c integer", ["RENAME_COLUMN"]),
        ("ALTER TABLE `a` MODIFY `b` varchar(9) NULL", ["ALTER_COLUMN"]),
        ("ALTER TABLE a ALTER COLUMN b SET DATA TYPE text", ["ALTER_COLUMN"]),
        ("ALTER TABLE a ALTER b TYPE text", ["ALTER_COLUMN"]),
        ("ALTER TABLE a ALTER COLUMN type SET DEFAULT 1", []),
        ("ALTER TABLE a ADD b integer NOT NULL", ["NOT_NULL"]),
        ("ALTER TABLE a ADD b integer NOT NULL DEFAULT 1", []),
        ("ALTER TABLE a ADD b integer NOT NULL DEFAULT NULL", ["NOT_NULL"]),
        ("ALTER TABLE a ADD b integer", []),
        ("ALTER TABLE a ALTER COLUMN b DROP DEFAULT", ["DROP_DEFAULT"]),
        ("ALTER TABLE a ADD CHECK (b > 0)", ["ADD_CHECK"]),
        ("ALTER TABLE a ADD CONSTRAINT c CHECK (b IS NOT NULL) NOT VALID", ["ADD_CHECK"]),
        ("CREATE UNIQUE INDEX c ON a (b)", ["ADD_UNIQUE"]),
        ("CREATE UNIQUE INDEX CONCURRENTLY c ON a (b)", ["ADD_UNIQUE"]),
        ("CREATE INDEX c ON a (b) WHERE b IS NOT NULL", []),
        ("DROP INDEX c", []),
        ("/* first */ DROP TABLE a", ["DROP_TABLE"]),
        ("SET x = 1; drop table if exists a;", ["DROP_TABLE"]),
        ("UPDATE a SET b = 'x; DROP TABLE a' -- DROP TABLE a", []),
        ("UPDATE a SET b = 'it''s' WHERE c IS NOT NULL", []),
        ("ALTER TABLE a DROP COLUMN b; ALTER TABLE a ADD COLUMN b text NULL", ["DROP_COLUMN"]),
    ],
)
def test_sql_by_hand(sql, codes):
    assert [finding.code for finding in by_hand(sql)] == codes


def test_each_column_is_looked_at_alone():
    both = (
        'ALTER TABLE "a" ADD COLUMN "b" integer DEFAULT 1 NOT NULL;'
        'ALTER TABLE "a" ALTER COLUMN "b" DROP DEFAULT;'
        'ALTER TABLE "a" ADD COLUMN "c" integer DEFAULT 1 NOT NULL;'
    )
    [finding] = by_hand(both)
    assert "the column b of" in finding.text or "the column b to" in finding.text


def test_new_things_are_nobody_elses():
    assert (
        by_hand(
            'CREATE TABLE "a" ("b" integer NOT NULL)',
            'ALTER TABLE "a" DROP COLUMN "b"',
            'ALTER TABLE "a" RENAME TO "c"',
            'DROP TABLE "c"',
            'ALTER TABLE "old" ADD COLUMN "b" integer NULL',
            'ALTER TABLE "old" RENAME COLUMN "b" TO "d"',
            'ALTER TABLE "old" DROP COLUMN "d"',
        )
        == ()
    )
    # Added with NULL, filled, NOT NULL in the end: what the old code inserts still lacks it.
    [finding] = by_hand(
        'ALTER TABLE "old" ADD COLUMN "b" integer NULL',
        'ALTER TABLE "old" ALTER COLUMN "b" SET NOT NULL',
    )
    assert (finding.code, "adds the column b" in finding.text) == ("NOT_NULL", True)


def test_wider_types_are_no_finding():
    sql = 'ALTER TABLE "a" ALTER COLUMN "b" TYPE varchar(20)'
    wider = TypeChange(table="a", column="b", before="varchar(10)", after="varchar(20)")
    assert by_hand(sql, types=(wider,)) == ()
    assert by_hand(sql, types=(replace(wider, column="c"),)) != ()
    back = replace(wider, before="varchar(20)", after="varchar(10)")
    assert [finding.code for finding in by_hand(sql, sql, types=(wider, back))] == ["ALTER_COLUMN"]


@pytest.mark.parametrize(
    ("before", "after", "wider"),
    [
        ("integer", "bigint", True),
        ("bigint", "integer", False),
        ("serial", "bigserial", True),
        ("integer AUTO_INCREMENT", "bigint AUTO_INCREMENT", True),
        ("integer UNSIGNED", "bigint", False),
        ("varchar(10)", "varchar(10)", True),
        ("varchar(10)", "varchar(9)", False),
        ("varchar(10)", "text", True),
        ("text", "varchar(10)", False),
        ("integer", "varchar(10)", False),
        ("", "text", False),
    ],
)
def test_widens(before, after, wider):
    assert widens(before, after) is wider


def test_unreadable_migration_is_told():
    [finding] = by_hand(problem="this image does not have it")
    assert finding.code == "UNREADABLE"
    assert str(finding) == (
        "app.0002 cannot be judged: this image does not have it. Read it yourself."
    )


def test_said_once_for_two_databases():
    database = said("sqlite")
    both = Facts(databases=(database, replace(database, alias="other")), skipped=())
    assert lint.findings(both) == found(database)


def test_library_is_not_imported_where_nothing_is_pending():
    code = (
        "import sys; from toolkit.deploy import lint, migrations;"
        "facts = migrations.Facts(databases=(), skipped=());"
        "assert lint.findings(facts) == ();"
        "assert not {'django', 'django_migration_linter'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
