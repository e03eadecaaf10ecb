"""What the app has that says what it requires."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from build_wheels.errors import InputError, NoInputError, UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Sequence


class Form(Enum):
    """The forms of input."""

    REQUIREMENTS = "requirements.txt"
    UV = "uv.lock"
    PYLOCK = "pylock.toml"


# In this order, when nothing is named.
DETECTED = (Form.UV, Form.PYLOCK, Form.REQUIREMENTS)


# What other tools lock, and how to get from there to an input.
_EXPORTS = {
    "poetry.lock": "poetry export --output requirements.txt",
    "pdm.lock": "pdm export --output requirements.txt",
    "Pipfile.lock": "pipenv requirements > requirements.txt",
}

# Where requirements files are kept beside the usual place.
_REQUIREMENTS = tuple(
    (pattern, "--requirements")
    for pattern in ("requirements*/*.txt", "requirements*.txt", "*/requirements.txt")
)
_SHOWN = 4


@dataclass(frozen=True)
class Source:
    """The input of a run."""

    form: Form
    files: tuple[Path, ...] = field(default=())  # relative to the app's folder


def find(root: Path, *, requirements: Sequence[str], lock: str) -> Source:
    """Find the input.

    Args:
        root: the app's folder.
        requirements: files that were named.
        lock: a lock file that was named, or "".

    Raises:
        UsageError: both were named, or a lock file of an unknown form.
        NoInputError: a named file does not exist, or none was named and there is none.
    """
    if lock and requirements:
        raise UsageError(
            "--requirements and --lock exclude each other",
            then="name one of them; --with adds single requirements to a lock file",
        )
    for name in [*requirements, *([lock] if lock else [])]:
        if not (root / name).is_file():
            raise NoInputError(f"there is no file {name}", then="name it relative to the app")
    if requirements:
        return Source(form=Form.REQUIREMENTS, files=tuple(map(Path, requirements)))
    if lock:
        return Source(form=_form(lock), files=(Path(lock),))
    for form in DETECTED:
        if (root / form.value).is_file():
            return Source(form=form, files=(Path(form.value),))
    raise NoInputError(
        "nothing says what this app requires",
        why="there is no " + ", ".join(form.value for form in DETECTED),
        then=_elsewhere(root),
    )


def _elsewhere(root: Path) -> str:
    """What to do, from what else the app has that looks like an answer."""
    for lock, command in _EXPORTS.items():
        if (root / lock).is_file():
            return f"{lock} is no input; make one that is: {command}"
    for pattern, option in (("*/uv.lock", "--lock"), *_REQUIREMENTS):
        found = sorted(file.relative_to(root) for file in root.glob(pattern) if file.is_file())
        if found:
            names = ", ".join(f"{option} {file}" for file in found[:_SHOWN])
            return f"name the right one of: {names}"
    return "write a requirements.txt, or name another file with --requirements or --lock"


def read_toml(file: Path, *, shown: str) -> dict[str, Any]:
    """Read a TOML file.

    Args:
        file: the file.
        shown: its name in messages.

    Raises:
        InputError: it is not TOML.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{shown} is not valid TOML", why=str(error)) from None


def _form(lock: str) -> Form:
    name = Path(lock).name
    if name == "uv.lock":
        return Form.UV
    if name == "pylock.toml" or (name.startswith("pylock.") and name.endswith(".toml")):
        return Form.PYLOCK
    raise UsageError(
        f"{lock} is no known lock file",
        then="--lock takes uv.lock, pylock.toml or pylock.NAME.toml",
    )
