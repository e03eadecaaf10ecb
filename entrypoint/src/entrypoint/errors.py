"""The entrypoint's errors: each says what, why and what to do, and has its own exit code.

The numbers are those of BSD's `sysexits.h`, and 126 and 127 the shell's, so that they do not
collide with what Django, gunicorn or Celery return.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


class EntrypointError(Exception):
    """An error that ends the entrypoint with one message and no traceback.

    Args:
        what: what went wrong, with the reason.
        hint: what to do about it.
    """

    exit_code = 70  # EX_SOFTWARE
    meaning = "the entrypoint itself failed"

    #: The errors that this one puts together, where it does.
    parts: tuple[EntrypointError, ...] = ()

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint

    def __str__(self) -> str:
        message = "entrypoint: " + str(self.args[0])
        return f"{message}\n  {self.hint}" if self.hint else message


class UsageError(EntrypointError):
    """The command line is wrong: an unknown verb, or arguments that a verb cannot take."""

    exit_code = 64  # EX_USAGE
    meaning = "unknown verb, or arguments that it cannot take"


class BuildError(EntrypointError):
    """A step of `entrypoint build` failed."""

    exit_code = 65  # EX_DATAERR
    meaning = "a step of `build` failed: tests, static files or compression"


class UnavailableError(EntrypointError):
    """Something that a verb needs is not there: a database, a cache, a broker, a free port."""

    exit_code = 69  # EX_UNAVAILABLE
    meaning = "a dependency is not there: database, cache, broker, or the port is taken"


class WriteError(EntrypointError):
    """A path that has to be writable is not."""

    exit_code = 73  # EX_CANTCREAT
    meaning = "a declared path is not writable"


class LockError(EntrypointError):
    """A lock was not had before the deadline."""

    exit_code = 75  # EX_TEMPFAIL
    meaning = "a lock was not had in time, or was lost"


class PermissionsError(EntrypointError):
    """The container may not do what it was asked to do."""

    exit_code = 77  # EX_NOPERM
    meaning = "not permitted: the user could not be changed"


class ConfigurationError(EntrypointError):
    """The image or its environment is not set up: no manage.py, no APP, no such module."""

    exit_code = 78  # EX_CONFIG
    meaning = "wrong configuration: APP, manage.py, the settings module or a variable"


class UnsetError(ConfigurationError):
    """A variable that a verb of the app's stands on is not set."""


class HookError(EntrypointError):
    """A hook before or after a verb failed.

    Args:
        what: which one, and when.
        exit_code: the hook's own.
    """

    def __init__(self, what: str, exit_code: int) -> None:
        super().__init__(what, "Its output is above.")
        self.exit_code = exit_code


class NotExecutableError(EntrypointError):
    """A program is there but cannot be executed."""

    exit_code = 126
    meaning = "a program is there but cannot be executed"


class NotFoundError(EntrypointError):
    """A program that a verb runs is not installed."""

    exit_code = 127
    meaning = "a program is not installed"


ALL = (
    UsageError,
    BuildError,
    UnavailableError,
    EntrypointError,
    WriteError,
    LockError,
    PermissionsError,
    ConfigurationError,
    NotExecutableError,
    NotFoundError,
)


def fail(error: EntrypointError) -> NoReturn:
    """End the process with an error's message, after all that it printed before, and its code."""
    sys.stdout.flush()
    print(error, file=sys.stderr, flush=True)
    sys.exit(error.exit_code)
