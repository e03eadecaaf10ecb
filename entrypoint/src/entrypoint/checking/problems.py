"""What `check` has found, as data, for people and for programs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: Where a problem is, in the order in which `check` looks, and what it is called.
STAGES = {"entrypoint": "The entrypoint", "settings": "The settings", "django": "Django's checks"}

#: The levels of Django's messages, the worst first.
LEVELS = ("critical", "error", "warning", "info", "debug")

#: From this level on, what is not Django's is fatal.
FATAL = ("critical", "error")


class Problem:
    """One thing that is wrong.

    Args:
        where: one of STAGES.
        id: what kind of problem: Django's id of the check, or ours.
        level: one of LEVELS.
        name: the variable, model or module.
        source: where the value came from, such as `alias BROKER_URL`.
        wrong: what is wrong, to be read after the name.
        right: what to do, a sentence.
        example: a right value of the variable. It is a declaration's, and no secret.
    """

    __slots__ = ("example", "id", "level", "name", "right", "source", "where", "wrong")

    def __init__(
        self,
        where: str,
        id: str,  # noqa: A002
        *,
        level: str = "error",
        name: str = "",
        source: str = "",
        wrong: str,
        right: str = "",
        example: str = "",
    ) -> None:
        self.where = where
        self.id = id
        self.level = level
        self.name = name
        self.source = source
        self.wrong = wrong
        self.right = right
        self.example = example

    def lines(self, hide: Callable[[str], str]) -> list[str]:
        """Return it for people, gone through `hide`, except the example."""
        kind = "" if self.level == "error" else f"{self.level}:"
        source = f"({self.source})" if self.source else ""
        name, tag = self.name, ""
        if self.where == "django":  # whose messages are sentences, and have ids to look up
            name, tag = f"{name}:" if name else "", f"[{self.id}]"
        first = " ".join(part for part in (kind, name, source, self.wrong, tag) if part)
        text = hide("\n".join(filter(None, (f"- {first}", *self.right.splitlines()))))
        lines = text.split("\n")
        if self.example:
            lines.append(f"Example: {self.name}={self.example}")
        return [f"  {lines[0]}", *(f"    {line}" for line in lines[1:])]


class Report:
    """What one run of `check` has found.

    Args:
        looked_at: the stages that were reached.
        silenced: how many of Django's messages the setting SILENCED_SYSTEM_CHECKS hides.
        failed: Django's own checks have failed.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.looked_at: list[str] = []
        self.silenced = 0
        self.failed = False

    def exit_code(self) -> int:
        """Return 78 where the environment is wrong, else 1 where Django's checks failed, else 0."""
        wrong = any(
            problem.level in FATAL for problem in self.problems if problem.where != "django"
        )
        return 78 if wrong else int(self.failed)

    def data(self, hide: Callable[[str], str]) -> dict[str, Any]:
        """Return it as JSON's types, each text gone through `hide`."""
        return {
            "ok": self.exit_code() == 0,
            "exit_code": self.exit_code(),
            "looked_at": self.looked_at,
            "silenced": self.silenced,
            "problems": [
                {
                    "where": each.where,
                    "id": each.id,
                    "level": each.level,
                    "name": hide(each.name),
                    "source": each.source,
                    "wrong": hide(each.wrong),
                    "right": hide(each.right),
                    "example": each.example,
                }
                for each in self.problems
            ],
        }

    def text(self, hide: Callable[[str], str]) -> str:
        """Return it for people, gone through `hide`."""
        lines: list[str] = []
        for where, title in STAGES.items():
            found = [each for each in self.problems if each.where == where]
            found.sort(key=lambda each: LEVELS.index(each.level))
            if found:
                lines.append(f"{title}: {counted(found)}")
                lines += [line for each in found for line in each.lines(hide)]
        missed = [title for where, title in STAGES.items() if where not in self.looked_at]
        if missed:
            names = ", ".join(missed).replace("The", "the")
            lines.append(f"Not looked at, until that is right: {names}.")
        if not lines:
            lines.append("No problems.")
        if self.silenced:
            lines.append(f"SILENCED_SYSTEM_CHECKS hides {self.silenced} more of Django's messages.")
        return "\n".join(lines)


def counted(problems: list[Problem]) -> str:
    """Return how many there are of each level, such as `1 error, 2 warnings`."""
    counts = [(level, len([each for each in problems if each.level == level])) for level in LEVELS]
    return ", ".join(
        f"{count} {level}{'s' if count > 1 and level not in ('info', 'debug') else ''}"
        for level, count in counts
        if count
    )
