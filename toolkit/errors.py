"""The toolkit's errors: each says what, why and what to do, and has its own exit code.

The numbers are those of BSD's `sysexits.h`; docs/reference/exit-codes.md lists them.
"""

from __future__ import annotations


class ToolkitError(Exception):
    """An error that ends the command with one message and no traceback.

    Args:
        what: what went wrong, with the reason.
        hint: what to do about it.
    """

    exit_code = 70  # EX_SOFTWARE
    meaning = "the toolkit itself failed"

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint

    def __str__(self) -> str:
        if not self.args[0]:
            return ""
        message = "toolkit: " + str(self.args[0])
        return f"{message}\n  {self.hint}" if self.hint else message


class ScaffoldError(ToolkitError):
    """Files are not as they would be made, or writing them would lose somebody's edit."""

    exit_code = 1
    meaning = (
        "files or variables are not as they would be made, or were edited by hand; "
        "`toolkit status` found something that needs attention"
    )


class UsageError(ToolkitError):
    """The command line is wrong, or what it names does not exist."""

    exit_code = 64  # EX_USAGE
    meaning = "the command line is wrong, or names what is not there"


class BuildError(ToolkitError):
    """An image could not be built from what the app has."""

    exit_code = 65  # EX_DATAERR
    meaning = "an image could not be built: the output above says at which step"


class EngineError(ToolkitError):
    """No Docker engine answers, no client can build, or it went away."""

    exit_code = 69  # EX_UNAVAILABLE
    meaning = "no Docker engine answers, no client can build, or the engine stopped"


class SpaceError(ToolkitError):
    """There is no space left."""

    exit_code = 73  # EX_CANTCREAT
    meaning = "no space left on the device"


class RootImageError(ToolkitError):
    """The Debian root could neither be pulled nor bootstrapped."""

    exit_code = 75  # EX_TEMPFAIL
    meaning = "the Debian root image could be neither pulled nor bootstrapped"


class WheelhouseError(ToolkitError):
    """build-wheels failed and has said why, or was killed.

    Args:
        code: build-wheels' exit code, which is handed on;
            images/builder/build_wheels/errors.py has their meanings.
    """

    exit_code = 79
    meaning = "a package has no wheel that fits and cannot be built from its source"

    #: What build-wheels ends with by itself, having printed a message.
    KNOWN = frozenset({64, 65, 66, 69, 70, 73, 75, 77, 78, 79, 130, 143})

    def __init__(self, code: int) -> None:
        if code in self.KNOWN:
            super().__init__("")
            self.exit_code = code
        else:
            super().__init__(
                f"build-wheels was killed (exit code {code}); the wheelhouse is as it was.",
                "137 is most often too little memory for a compiler: give the engine more, or "
                "add a wheel of the package to an index of yours.",
            )
            self.exit_code = ToolkitError.exit_code


class ConfigurationError(ToolkitError):
    """Something that the command needs is not set up."""

    exit_code = 78  # EX_CONFIG
    meaning = (
        "wrong configuration: the app's manifest is, or an image, a file or a variable is missing"
    )


class ManifestError(ConfigurationError):
    """An app's manifest is wrong.

    Args:
        file: the manifest's name.
        problems: everything that is wrong, a line each, beginning with the path in the file.
    """

    def __init__(self, file: str, problems: list[str]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n  - {problem}" for problem in problems)
        super().__init__(
            f"{file} has {count}:{lines}", "`toolkit manifest keys` lists what it may say."
        )
        self.problems = problems


class HostError(ToolkitError):
    """A host cannot be reached, or gives no answer."""

    exit_code = 80
    meaning = "a host cannot be reached, or gives no answer"


class PreflightError(ToolkitError):
    """Hosts are not ready for what is asked; nothing was changed on any."""

    exit_code = 81
    meaning = "hosts are not ready: nothing was changed on any of them"


class LockedError(ToolkitError):
    """Somebody else deploys, or has locked the app."""

    exit_code = 82
    meaning = "another deploy of the app is under way, or somebody has locked it"


class RefusedError(ToolkitError):
    """It would break what runs: migrations that the old code cannot bear, or a hook says no."""

    exit_code = 83
    meaning = "refused, nothing was changed: migrations that older code cannot bear, or a hook"


class DeployError(ToolkitError):
    """A deploy failed; every host is back at the tag that it had."""

    exit_code = 84
    meaning = "the deploy failed, and every host is back at the tag that it had"


class BetweenError(ToolkitError):
    """A deploy failed, and so did the way back: `toolkit status` tells where each host is."""

    exit_code = 85
    meaning = "the deploy failed, and so did the way back on a host: see `toolkit status`"


#: The kinds of error, each of which has an exit code of its own.
ALL: tuple[type[ToolkitError], ...] = (
    ScaffoldError,
    UsageError,
    BuildError,
    EngineError,
    ToolkitError,
    SpaceError,
    RootImageError,
    ConfigurationError,
    WheelhouseError,
    HostError,
    PreflightError,
    LockedError,
    RefusedError,
    DeployError,
    BetweenError,
)
