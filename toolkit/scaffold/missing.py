"""What people still have to do to a file of variables, which is never written over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.changes import State
from toolkit.scaffold.instances import env_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from toolkit.manifest import Manifest
    from toolkit.scaffold.changes import Change


#: The variables of the compose file.
COMPOSE = ".env"


def lines(manifest: Manifest, found: Mapping[Path, tuple[Change, ...]]) -> Iterator[str]:
    """What is to be done, a sentence each; none where the file has all that the manifest says.

    Args:
        manifest: The app's.
        found: What was made, by the folder that it is in.
    """
    for place, changes in found.items():
        for change in changes:
            if change.path in {env_file(manifest.name), COMPOSE}:
                filled = change.state in {State.FILLED, State.OPEN}
                text = change.old if filled else change.new
                path, clear = place / change.path, manifest.env.clear
                if names := unset(text, change.new, clear):
                    yield f"Fill in {path}: {', '.join(names)}"
                names = other(text, change.new, clear)
                if names and change.path != COMPOSE:  # whose own are development's
                    yield f"The manifest has other values than {path}: {', '.join(names)}"


def unset(text: str, skeleton: str, clear: Collection[str]) -> list[str]:
    """The variables that a file gives no value, nor a file that has it.

    Args:
        text: The file's, in Docker's form.
        skeleton: A new one's, where they have none.
        clear: The variables whose value the manifest has, be it an empty one.
    """
    given = _values(text)
    return [
        name
        for name, value in _values(skeleton).items()
        if not value and name not in clear and not given.get(name) and not given.get(f"{name}_FILE")
    ]


def other(text: str, skeleton: str, clear: Collection[str]) -> list[str]:
    """The variables that a file does not have as a new one would.

    Args:
        text: The file's, in Docker's form.
        skeleton: A new one's.
        clear: The variables whose value the manifest has, be it an empty one.
    """
    given = _values(text)
    return [
        name
        for name, value in _values(skeleton).items()
        if (value or name in clear) and given.get(name) != value and f"{name}_FILE" not in given
    ]


def _values(text: str) -> dict[str, str]:
    pairs = (line.lstrip().partition("=") for line in text.split("\n"))
    return {name: value for name, equals, value in pairs if equals and not name.startswith("#")}
