"""Every way in which ``build-wheels`` can fail, each with its own exit code.

The codes are those of ``sysexits.h`` where one fits; 79 is the first free number after them.
"""

from __future__ import annotations


class WheelhouseError(Exception):
    """A failure that its reader can do something about.

    Args:
        what: what failed, one sentence.
        why: the cause, as lines; may be empty.
        then: what to do next, one sentence; may be empty.
    """

    code = 70

    def __init__(self, what: str, *, why: str = "", then: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.then = then
        self.also: list[WheelhouseError] = []

    def __str__(self) -> str:
        """The message as it is printed: what, why (indented), next."""
        lines = [f"error: {self.what}"]
        lines += [f"  {line}" for line in self.why.splitlines()]
        if self.then:
            lines.append(f"next: {self.then}")
        lines += [str(error) for error in self.also]
        return "\n".join(lines)


class UsageError(WheelhouseError):
    """The command line is wrong (EX_USAGE)."""

    code = 64


class InputError(WheelhouseError):
    """The requirements are wrong: typo, unknown package, conflict, wrong hash (EX_DATAERR)."""

    code = 65


class NoInputError(WheelhouseError):
    """There is nothing that says what the app requires (EX_NOINPUT)."""

    code = 66


class UnreachableError(WheelhouseError):
    """An index, a repository or Debian's archive does not answer (EX_UNAVAILABLE)."""

    code = 69


class InternalError(WheelhouseError):
    """A defect of the builder itself (EX_SOFTWARE)."""

    code = 70


class CannotCreateError(WheelhouseError):
    """The wheelhouse cannot be written, most often because the disk is full (EX_CANTCREAT)."""

    code = 73


class BusyError(WheelhouseError):
    """Another run is filling the same wheelhouse (EX_TEMPFAIL)."""

    code = 75


class RefusedError(WheelhouseError):
    """A server wants credentials, or does not like the ones it was given (EX_NOPERM)."""

    code = 77


class ConfigurationError(WheelhouseError):
    """The builder image or its environment is not as it must be (EX_CONFIG)."""

    code = 78


class UnbuildableError(WheelhouseError):
    """A package has no wheel for this interpreter and cannot be built from its source."""

    code = 79


class Interrupted(BaseException):
    """A signal asked this process to end.

    Args:
        signum: the signal's number; the exit code is 128 more.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.code = 128 + signum


def no_space(where: str) -> CannotCreateError:
    """The one message for a full disk.

    Args:
        where: the file or folder that was being written.
    """
    return CannotCreateError(
        "there is no space left on the device",
        why=f"writing {where}; the previous wheelhouse is untouched",
        then="free some space (docker system df shows what the engine holds) and run it again",
    )
