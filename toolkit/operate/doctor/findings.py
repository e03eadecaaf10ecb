"""What a look at a host found."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from toolkit.deploy.wording import clean
from toolkit.manifest.describing import table

if TYPE_CHECKING:
    from collections.abc import Sequence

Level = Literal["ok", "warning", "problem"]
"""A problem keeps a deploy from going well; a warning is worth a look."""

#: What stands for all hosts together.
ALL = "all"

HEAD = ("what", "", "hosts", "found")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        host: The host; an empty text for all of them.
        what: What it is: `clock`, `disk`, …
        level: How it is.
        text: What was found.
        hint: What to do about it.
    """

    host: str
    what: str
    level: Level = "ok"
    text: str
    hint: str = ""


def text(findings: Sequence[Finding]) -> str:
    """What a person reads: a table, with what to do below what is not well.

    What was found on several hosts alike is one row.

    Args:
        findings: The findings.
    """
    alike: dict[Finding, list[str]] = {}
    for each in findings:
        alike.setdefault(replace(each, host=""), []).append(each.host)
    order = list(dict.fromkeys(each.what for each in alike))
    found = sorted(alike, key=lambda each: order.index(each.what))
    rows = [
        (each.what, each.level, ", ".join(alike[each]) or ALL, clean(each.text)) for each in found
    ]
    head, *lines = table(HEAD, rows).splitlines()
    indent = " " * (head.index(HEAD[-1]) + 2)
    said = [head]
    for finding, line in zip(found, lines, strict=True):
        said.append(line)
        if finding.level != "ok":
            said += [f"{indent}{clean(each)}" for each in finding.hint.splitlines()]
    counted = Counter(each.level for each in findings)
    names = [("problem", counted["problem"]), ("warning", counted["warning"])]
    told = ", ".join(f"{number} {name}{'s' * (number != 1)}" for name, number in names)
    return "\n".join([*said, "", told])


def data(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """What a program reads."""
    return [asdict(each) for each in findings]
