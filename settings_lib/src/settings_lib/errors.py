"""The one error of this library, and the exit code that it ends a process with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from settings_lib.callers import gunicorn_worker
from settings_lib.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settings_lib.configured import Configured

GUNICORN_BOOT_ERROR = 3
"""The code that makes gunicorn's arbiter stop (``Arbiter.WORKER_BOOT_ERROR``)."""


@record(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with the environment, or that may be. It never holds a value.

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
        """What to do, and the example on a line of its own, to be copied."""
        if not self.example:
            return self.right
        return f"{self.right}\nExample: {self.name}={self.example}"

    @property
    def statement(self) -> str:
        """What is wrong with what, a sentence."""
        source = f" ({self.source})" if self.source else ""
        return f"{self.name}{source} {self.wrong}."

    def __str__(self) -> str:
        return f"{self.statement}\n{self.advice}"

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
        super().__init__(message(self.problems))


def message(problems: Iterable[Problem], warnings: Iterable[Problem] = (), app: str = "") -> str:
    """The text for a person: a headline, then what is wrong and what would be right.

    Args:
        problems: What is wrong.
        warnings: What may be.
        app: The app's name.
    """
    parts = []
    where = f" of {app}" if app else ""
    for each, noun in ((tuple(problems), "problem"), (tuple(warnings), "warning")):
        if each:
            count = f"1 {noun}" if len(each) == 1 else f"{len(each)} {noun}s"
            parts.append(f"The settings{where} have {count}:")
            parts += ["  - " + str(one).replace("\n", "\n    ") for one in each]
    return "\n".join(parts)


class DeclarationError(ValueError):
    """A settings module declares something that cannot be.

    That is a developer's mistake, seen as soon as the image is built, and so has its traceback,
    unlike an operator's in an environment.
    """


class WrongSettings(SystemExit):
    """The end of a process whose settings are wrong, for whoever runs it to look at.

    ``entrypoint check`` does, and knows it by its attributes alone.

    Attributes:
        code: The exit code.
        problems: Every `Problem`.
        warnings: What may be wrong besides.
        message: What was written to standard error, in one piece; a terminal's lines are shorter.
        secrets: The names of the variables whose values must never be shown.
        configured: What was declared.
    """

    def __init__(
        self,
        problems: Iterable[Problem],
        *,
        warnings: Iterable[Problem] = (),
        configured: Configured,
    ) -> None:
        super().__init__(exit_code())
        self.problems = tuple(problems)
        self.warnings = tuple(warnings)
        self.message = message(self.problems, self.warnings, configured.app.name) + "\n"
        self.secrets = configured.secrets
        self.configured = configured


def exit_code() -> int:
    """The code that a process with wrong settings ends with.

    Returns:
        78, ``EX_CONFIG`` of sysexits(3), but 3 inside a gunicorn worker: the arbiter halts for a
        worker that ended with 3 and replaces one that ended with anything else, for ever.
    """
    return GUNICORN_BOOT_ERROR if gunicorn_worker() else os.EX_CONFIG
