"""What is sent to a host to be installed: a plan, and the files that it names, as a tarball."""

from __future__ import annotations

import tarfile
from io import BytesIO
from typing import TYPE_CHECKING

from toolkit.scaffold.changes import Change, State

if TYPE_CHECKING:
    from collections.abc import Iterable


def plan(changes: Iterable[Change]) -> tuple[str, ...]:
    """What is done with each file, a line each, in the form that the script `install` reads.

    Args:
        changes: What is not as it would be made.
    """
    return tuple(_line(change) for change in changes)


def tar(changes: Iterable[Change]) -> bytes:
    """The plan, the files and an end, by which a tarball that was cut off is known.

    Args:
        changes: What is not as it would be made.
    """
    changes = tuple(changes)
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        _add(archive, "plan", "".join(f"{line}\n" for line in plan(changes)))
        for change in changes:
            if _line(change).startswith("put "):
                _add(archive, f"root/{change.path}", change.new)
        _add(archive, "end", "")
    return buffer.getvalue()


def _line(change: Change) -> str:
    if change.state is State.LEFT:
        return f"remove - {change.path}"
    if change.link:
        return f"link {change.new} {change.path}"
    mode = f"{change.mode:04o}"
    only = change.state is State.OPEN or change.old == change.new
    return f"{'mode' if only else 'put'} {mode} {change.path}"


def _add(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o600
    archive.addfile(entry, BytesIO(data))
