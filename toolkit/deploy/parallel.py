"""How many hosts are worked on at a time."""

from __future__ import annotations

import re

from toolkit.errors import UsageError


def hosts_at_a_time(said: int | str, hosts: int) -> int:
    """A number of hosts, from a number or a percentage of them.

    Args:
        said: Such as `2` or `25%`.
        hosts: How many there are.

    Returns:
        1 at least.

    Raises:
        UsageError: It is neither.
    """
    found = re.fullmatch(r"([0-9]{1,4})(%?)", str(said).strip())
    number = int(found[1]) if found else 0
    if not number or (found and found[2] and number > 100):  # noqa: PLR2004 - per cent
        raise UsageError(
            f"{said!r} is no number of hosts.", "Such as --parallel 2, or --parallel 25%."
        )
    return max(1, number * hosts // 100) if found and found[2] else number
