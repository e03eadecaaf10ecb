"""The one error of this library, and the exit code that it ends a process with."""

from __future__ import annotations

import inspect
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

GUNICORN_BOOT_ERROR = 3
"""The code that makes gunicorn's arbiter stop (``Arbiter.WORKER_BOOT_ERROR``)."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with the environment. It never holds a value.

    Attributes:
        name: The variable's canonical name.
        source: Where the value came from (``env``, ``DEBUG_FILE``, ``alias DJANGO_DEBUG``), or an
            empty string where there is none.
        wrong: What is wrong, to be read after the name: "is not set".
        right: What would be right, a sentence.
        example: A right value, from the schema; empty where none helps.
    """

    name: str
    source: str = ""
    wrong: str
    right: str
    example: str = ""

    @property
    def advice(self) -> str:
        """What to do, with the example, one sentence or two."""
        return f"{self.right} Example: {self.name}={self.example}" if self.example else self.right

    def __str__(self) -> str:
        source = f" ({self.source})" if self.source else ""
        return f"{self.name}{source} {self.wrong}.\n{self.advice}"

    def data(self) -> dict[str, str]:
        """What a program reads: name, source, reason, advice, example."""
        return {
            "name": self.name,
            "source": self.source,
            "reason": self.wrong,
            "advice": self.right,
            "example": self.example,
        }


class ConfigurationError(Exception):
    """Every problem of one environment.

    It is no ``ImproperlyConfigured``: Django's ``manage.py`` swallows that one when it comes from a
    settings module, goes on, and fails later with something less clear.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.message())

    def message(self, app: str = "") -> str:
        """The text for a person: a headline, and two lines a problem."""
        count = len(self.problems)
        noun = "1 problem" if count == 1 else f"{count} problems"
        where = f" of {app}" if app else ""
        problems = (str(each).replace("\n", "\n    ") for each in self.problems)
        return "\n".join(
            [f"The settings{where} have {noun}:", *(f"  - {each}" for each in problems)]
        )


class WrongSettings(SystemExit):
    """The end of a process whose settings are wrong, for whoever runs it to look at.

    ``entrypoint check`` does, and knows it by its attributes alone.

    Attributes:
        code: The exit code.
        problems: Every `Problem`.
        message: What was written to standard error, in one piece.
        secrets: The names of the variables whose values must never be shown.
    """

    def __init__(
        self, code: int, problems: Iterable[Problem], message: str, secrets: Iterable[str]
    ) -> None:
        super().__init__(code)
        self.problems = tuple(problems)
        self.message = message
        self.secrets = tuple(secrets)


def exit_code() -> int:
    """The code that a process with wrong settings ends with.

    Returns:
        78, ``EX_CONFIG`` of sysexits(3), but 3 inside a gunicorn worker: the arbiter halts for a
        worker that ended with 3 and replaces one that ended with anything else, for ever.
    """
    frame = inspect.currentframe()
    while frame:
        where = (frame.f_globals.get("__name__"), frame.f_code.co_name)
        if where == ("gunicorn.arbiter", "spawn_worker"):
            return GUNICORN_BOOT_ERROR
        frame = frame.f_back
    return os.EX_CONFIG
