"""SQL statements, as far as a linter has to read them: whatever a person or Django wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What ADD, DROP, ALTER and RENAME may be about that is no column, where COLUMN is left out.
NO_COLUMN = (
    "CHECK|CONSTRAINT|DEFAULT|EXCLUDE|EXPRESSION|FOREIGN|FULLTEXT|IDENTITY|IF|INDEX|KEY|NOT|"
    "PARTITION|PERIOD|PRIMARY|SPATIAL|SYSTEM|TABLE|TO|UNIQUE"
)

_NAME = r'(?:(?:"[^"]+"|[\w$]+)\.)?("[^"]+"|[\w$]+)'
_TABLE = re.compile(
    rf"(?:(?:ALTER|CREATE|DROP|RENAME) TABLE(?: IF (?:NOT )?EXISTS)?(?: ONLY)?"
    rf"|CREATE (?:UNIQUE )?INDEX .*?\bON(?: ONLY)?) {_NAME}"
)
_COLUMN = re.compile(
    r"ALTER TABLE .*? (?:ADD|DROP|ALTER|RENAME|MODIFY|CHANGE)(?: COLUMN)?"
    rf"(?: IF (?:NOT )?EXISTS)? (?!(?:{NO_COLUMN})\b){_NAME}"
)
_COLUMN_RENAMED = re.compile(rf"ALTER TABLE .* RENAME (?:COLUMN )?\S+ TO {_NAME}")
_RENAMED = re.compile(rf"(?:RENAME TABLE \S+ TO|ALTER TABLE .* RENAME TO) {_NAME}")
_TYPE = re.compile(
    r'ALTER TABLE .* (?:ALTER (?:COLUMN )?(?!COLUMN )(?:"[^"]+"|\S+) (?:SET DATA )?TYPE|MODIFY)\b'
)
_TOKEN = re.compile(
    r"""(?P<name>"[^"]*"|`[^`]*`)|(?P<text>'(?:[^']|'')*')|(?P<remark>--[^\n]*|/\*.*?\*/)|.""",
    re.DOTALL,
)


class Subject(NamedTuple):
    """What a statement is about; empty where it says nothing of it."""

    table: str
    column: str


def split(sql: str) -> Iterator[str]:
    """Return statements one by one, as Django writes them.

    That is: keywords in capitals, names in quotation marks, single spaces, no remarks. Texts are
    emptied: what they say is no SQL.
    """

    def token(match: re.Match[str]) -> str:
        if match["name"]:
            return f'"{match["name"][1:-1]}"'
        if match["text"]:
            return "''"
        return " " if match["remark"] else match[0].upper()

    for statement in _TOKEN.sub(token, sql).split(";"):
        if plain := " ".join(statement.split()):
            yield plain


def subject(statement: str) -> Subject:
    """Return what a statement is about: the first column, where it is several."""
    table, column = _TABLE.match(statement), _COLUMN.match(statement)
    return Subject(_plain(table[1]) if table else "", _plain(column[1]) if column else "")


def new_name(statement: str) -> str:
    """Return what a table is called from then on; empty where it is not renamed."""
    found = _RENAMED.match(statement)
    return _plain(found[1]) if found else ""


def added(statement: str) -> str:
    """Return the name that a column has from then on, and had not before; empty where none has."""
    renamed = _COLUMN_RENAMED.match(statement)
    if renamed:
        return _plain(renamed[1])
    return subject(statement).column if re.match("ALTER TABLE .* ADD ", statement) else ""


def changes_type(statement: str) -> bool:
    """Return whether a column gets another type, or may: MySQL's MODIFY does not say."""
    return bool(_TYPE.match(statement))


def _plain(name: str) -> str:
    """Return a name without quotation marks. One that has none is the same in any case."""
    return name[1:-1] if name.startswith('"') else name.lower()
