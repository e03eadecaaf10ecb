"""What people still have to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.instances import env_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.manifest import Manifest
    from toolkit.scaffold.changes import Change


def lines(manifest: Manifest, found: Mapping[Path, tuple[Change, ...]]) -> Iterator[str]:
    """The variables without a value, as a sentence for a person; none where all have one.

    Args:
        manifest: The app's.
        found: What was made, by the folder that it is in.
    """
    for place, changes in found.items():
        for change in changes:
            if change.path == env_file(manifest.name):
                names = unset(manifest, change.old or change.new)
                if names:
                    yield f"Fill in {place / change.path}: {', '.join(names)}"


def unset(manifest: Manifest, text: str) -> list[str]:
    """The manifest's variables that a file of Docker's form gives no value, nor a file that has it.

    Args:
        manifest: The app's.
        text: The file's.
    """
    given = {
        name
        for name, equals, value in (line.partition("=") for line in text.splitlines())
        if equals and value and not name.startswith("#")
    }
    wanted = (*manifest.env.secret, *manifest.env.clear)
    return [name for name in wanted if not given & {name, f"{name}_FILE"}]
