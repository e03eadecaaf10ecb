"""Says what uv found wrong, in our words: what, why, what to do next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from build_wheels.diagnosis import diagnose
from build_wheels.errors import (
    InputError,
    RefusedError,
    UnbuildableError,
    UnreachableError,
    WheelhouseError,
)

if TYPE_CHECKING:
    from pathlib import Path

    from build_wheels.requirements import Parsed

_UNREACHABLE = re.compile(
    r"error sending request|dns error|Connection refused|connect error|timed out|"
    r"Could not resolve host|Failed to connect|unable to access|HTTP status server error|"
    r"Network is unreachable|client error \(Connect\)",
    re.IGNORECASE,
)
_TLS = re.compile(
    r"invalid peer certificate|certificate verify failed|UnknownIssuer", re.IGNORECASE
)
_AUTH = re.compile(
    r"lack of valid authentication credentials|40[13] (Unauthorized|Forbidden)|"
    r"Authentication failed|could not read Username",
    re.IGNORECASE,
)
# Said by uv when the tools of a build cannot be had, as against a build that fails.
_NO_TOOLS = ("Failed to resolve requirements from", "Failed to install requirements from")
_NO_BUILD = re.compile(r"Failed to (download and )?build|build backend returned an error")
_NOT_FOUND = re.compile(r"Because (\S+) was not found in the (?:package registry|provided)")
_OLD_SDIST = re.compile(r"Because (\S+) has a non-PEP 625-compliant source distribution")
_URL = re.compile(r"(?:https?|git|ssh|file)(?:\+\w+)?://[^\s`'\")]+")
_NOISE = re.compile(r"^\s*(error|cause|hint):\s*|^warning:.*$", re.MULTILINE)

NEXT_CREDENTIALS = (
    "put user and password into the URL of the index (PIP_INDEX_URL, percent-encoded), or into a "
    "netrc file that NETRC names"
)
NEXT_CA = "if this network intercepts TLS, hand its certificates in: --ca-bundle FILE"


def explain(output: str, parsed: Parsed | None = None) -> WheelhouseError:
    """The error for a resolution that failed.

    Args:
        output: what uv printed, redacted.
        parsed: the requirements files, to say who wants what.
    """
    return _of_network(output) or _of_requirements(output, parsed)


def _of_network(output: str) -> WheelhouseError | None:
    why = causes(output)
    if _AUTH.search(output):
        where = _first_url(output)
        return RefusedError(
            f"{where} refuses the credentials, or wants some",
            why=why,
            then=NEXT_CREDENTIALS,
        )
    if _TLS.search(output):
        return UnreachableError(
            f"the certificate of {_first_url(output)} is not trusted", why=why, then=NEXT_CA
        )
    if _UNREACHABLE.search(output):
        return UnreachableError(
            f"{_first_url(output)} cannot be reached",
            why=why,
            then="check the network and PIP_INDEX_URL, then run it again",
        )
    return None


def _of_requirements(output: str, parsed: Parsed | None) -> WheelhouseError:
    why = causes(output)
    if match := _NOT_FOUND.search(output):
        name = match.group(1)
        places = parsed.wanted_by(name) if parsed else []
        wants = f"wanted by {', '.join(map(str, places))}\n" if places else ""
        return InputError(
            f"there is no package {name} on the index",
            why=wants + why,
            then="check its spelling, or name the index that has it (PIP_EXTRA_INDEX_URL)",
        )
    if match := _OLD_SDIST.search(output):
        return InputError(
            f"{match.group(1)} is on the index only as an archive of an old form",
            why=why,
            then="make a wheel of it once (pip wheel --no-deps --wheel-dir vendor "
            f"{match.group(1)}), keep it with the app and require the file: ./vendor/…whl",
        )
    if "Failed to build" in output or "build backend returned an error" in output:
        return unbuildable(_unbuildable(output), output)
    if "No solution found" in output:
        return InputError(
            "no set of versions meets all requirements",
            why=why,
            then="loosen one of the requirements named above",
        )
    return InputError("the requirements cannot be resolved", why=why)


def unbuildable(shown: str, output: str, *, log: Path | None = None) -> WheelhouseError:
    """The error for a build that failed.

    Args:
        shown: what was built.
        output: what the build said.
        log: the file that has all of it, if one is kept.
    """
    if any(sign in output for sign in _NO_TOOLS):
        cause = _of_network(output) or _of_requirements(_NO_BUILD.sub("", output), None)
        return type(cause)(
            f"the build tools of {shown} cannot be had: {cause.what}",
            why=cause.why,
            then=cause.then,
        )
    found = diagnose(output)
    why = found.excerpt + (f"\n(all of it: wheelhouse/{log.parent.name}/{log.name})" if log else "")
    if found.packages:
        then = "toolkit wheelhouse " + " ".join(f"--apt {name}" for name in found.packages)
    elif found.missing:
        then = (
            f"find the Debian package that has {found.missing} (packages.debian.org), then: "
            "toolkit wheelhouse --apt PACKAGE"
        )
    else:
        then = (
            "require a version that has wheels for this Python, or take an older suite's Python "
            "(FROM django-container/base:bookworm)" + (", or look into the log" if log else "")
        )
    lacks = f": {found.missing} is missing" if found.missing else ""
    return UnbuildableError(f"{shown} cannot be built{lacks}", why=why, then=then)


def causes(output: str) -> str:
    """The lines that say why, without uv's labels.

    Args:
        output: what uv printed.
    """
    lines = [line.strip() for line in _NOISE.sub("", output).splitlines()]
    return "\n".join(line for line in lines if line)


def _first_url(output: str) -> str:
    match = _URL.search(output)
    return match.group(0).rstrip(".,:") if match else "the index"


def _unbuildable(output: str) -> str:
    match = re.search(r"(?:Failed to (?:download and )?build) `([^`]+)`", output)
    return match.group(1) if match else "a package"
