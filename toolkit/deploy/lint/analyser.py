"""The rules of django-migration-linter, and the few that the old code needs beside them.

The one module that imports the library, and with it Django: import it where it is used.
The library's rules are regular expressions over what Django writes: keywords in capitals, names in
quotation marks. `statements.py` brings SQL into that form. Rules about several statements do not
look which column each is about, so `findings.py` hands over what is about one column at a time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django_migration_linter.sql_analyser.base import (
    BaseAnalyser,
    Check,
    CheckMode,
    CheckType,
    has_add_unique,
    has_not_null_column,
)

from toolkit.deploy.lint.statements import NO_COLUMN, changes_type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BY = rf"ALTER TABLE \S+(?: .*,)? {{}} (?!(?:{NO_COLUMN})\b)\S"


def codes(statements: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of the rules that statements about one column, or one alone, break."""
    analyser = _Analyser(None)
    analyser.analyse(list(statements))
    return tuple(dict.fromkeys(issue.code for issue in analyser.errors))


def _not_null(statements: list[str], **_: object) -> bool:
    """A column that had NULL takes none any more, whatever its default; or it is new, with none.

    The library looks for a default before NOT NULL, where Django has it.
    """
    if any("SET NOT NULL" in one for one in statements):
        return True
    turned = [re.sub(r"(NOT NULL) (.*?DEFAULT \S+)", r"\2 \1", one) for one in statements]
    return has_not_null_column(turned)


def _drop_default(statements: list[str], **_: object) -> bool:
    """A default goes that was there before; Django takes those away that it sets for a moment."""
    text = "\n".join(statements)
    return "DROP DEFAULT" in text and not re.search(r"SET DEFAULT|ADD .*DEFAULT", text)


def _add_unique(statements: list[str], **_: object) -> bool:
    return has_add_unique(statements) or any(
        one.startswith("CREATE UNIQUE INDEX") for one in statements
    )


def _matches(*patterns: str) -> Callable[..., bool]:
    return lambda statement, **_: any(re.search(pattern, statement) for pattern in patterns)


def _check(code: str, mode: CheckMode, rule: Callable[..., bool]) -> Check:
    return Check(code=code, fn=rule, message=code, mode=mode, type=CheckType.ERROR)


class _Analyser(BaseAnalyser):
    """The library's rules; ours stand for those of the same name, and do more than they do."""

    migration_checks = [  # noqa: RUF012 - as the library has it
        _check("NOT_NULL", CheckMode.TRANSACTION, _not_null),
        _check("DROP_DEFAULT", CheckMode.TRANSACTION, _drop_default),
        _check("ADD_UNIQUE", CheckMode.TRANSACTION, _add_unique),
        _check(
            "ADD_CHECK",
            CheckMode.ONE_LINER,
            _matches(r"ALTER TABLE .* ADD (?:CONSTRAINT \S+ )?(?:CHECK|EXCLUDE)\b"),
        ),
        # The word COLUMN, which a person's SQL may leave out, and MySQL's MODIFY.
        _check("DROP_COLUMN", CheckMode.ONE_LINER, _matches("DROP COLUMN", _BY.format("DROP"))),
        _check(
            "RENAME_COLUMN",
            CheckMode.ONE_LINER,
            _matches("RENAME COLUMN", "ALTER TABLE .* CHANGE", _BY.format("RENAME") + ".* TO "),
        ),
        _check("ALTER_COLUMN", CheckMode.ONE_LINER, lambda one, **_: changes_type(one)),
    ]
