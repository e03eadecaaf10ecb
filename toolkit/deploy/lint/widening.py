"""Changes of a column's type that no code notices: it takes all that it took before."""

from __future__ import annotations

import re

_WHOLE = ("smallint", "integer", "bigint")
_SERIAL = ("smallserial", "serial", "bigserial")
_TEXT = ("text", "longtext")


def widens(before: str, after: str) -> bool:
    """Return whether a type takes all values of another, and gives them back as they were.

    Args:
        before: The type until then, as Django names it for the database, such as `varchar(10)`.
        after: The type from then on.
    """
    if before == after:
        return True
    for order in (_WHOLE, _SERIAL):
        # MySQL's has `UNSIGNED` or `AUTO_INCREMENT` behind it.
        old, _, old_rest = before.partition(" ")
        new, _, new_rest = after.partition(" ")
        if old in order and new in order:
            return old_rest == new_rest and order.index(old) <= order.index(new)
    length = re.fullmatch(r"varchar\((\d+)\)", before)
    longer = re.fullmatch(r"varchar\((\d+)\)", after)
    if length and longer:
        return int(length[1]) <= int(longer[1])
    return bool(length) and after in _TEXT
