"""What is there against what would be made, and the one place that writes it."""

from __future__ import annotations

import difflib
import tarfile
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.scaffold.files import File, made, with_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class State(StrEnum):
    """How a file on disk stands to the one that would be made."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    EDITED = "edited by hand"
    FOREIGN = "not the toolkit's"
    FILLED = "filled in"
    LEFT = "no longer made"


@dataclass(frozen=True, kw_only=True)
class Change:
    """A file, and how it stands to what is there.

    Attributes:
        path: Where it goes, below the output's folder.
        state: How it stands.
        mode: Its permissions.
        new: What it would be; for a link, what it points to; empty for one that is no longer made.
        old: What is there; empty where nothing is.
        link: It is a symbolic link.
    """

    path: str
    state: State
    mode: int
    new: str
    old: str
    link: bool = False

    @property
    def stale(self) -> bool:
        """Whether it is not as it would be made."""
        return self.state not in {State.SAME, State.FILLED}

    @property
    def hand(self) -> bool:
        """Whether writing it would lose somebody's work."""
        return self.state in {State.EDITED, State.FOREIGN}

    def diff(self) -> str:
        """The lines that differ, in the unified form; none where it stays as it is."""
        if not self.stale:
            return ""
        old, new = self.old.splitlines(keepends=True), self.new.splitlines(keepends=True)
        names = ("/dev/null" if not self.old else self.path, self.path)
        lines = difflib.unified_diff(old, new, *names)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def compare(files: Iterable[File], app: str, output: Path) -> tuple[Change, ...]:
    """How files stand to what is in a folder.

    Args:
        files: What would be made.
        app: The app that they are of.
        output: The folder.
    """
    return tuple(_change(file, app, output) for file in files)


def left(files: Iterable[File], app: str, output: Path) -> tuple[Change, ...]:
    """What was made for an app in a folder, is as it was made, and would not be made now.

    Args:
        files: What would be made: everything of the app's that belongs there.
        app: The app.
        output: The folder.
    """
    paths = {file.path for file in files}
    return tuple(each for each in _made_for(app, output) if each.path not in paths)


def _change(file: File, app: str, output: Path) -> Change:
    target = output / file.path
    if file.link:
        old = str(target.readlink()) if target.is_symlink() else ""
        there = target.is_symlink() or target.exists()
        state = State.SAME if old == file.link else State.CHANGED if there else State.NEW
        return Change(path=file.path, state=state, mode=0o777, new=file.link, old=old, link=True)
    new, text = with_header(file, app), _text(target)
    state = State.NEW if text is None else _state(file, app, text, new, target)
    return Change(path=file.path, state=state, mode=file.mode, new=new, old=text or "")


def _state(file: File, app: str, old: str, new: str, target: Path) -> State:
    if file.filled:
        return State.FILLED
    if old == new:
        return State.SAME if target.stat().st_mode & 0o777 == file.mode else State.CHANGED
    found = made(old)
    if found is None or found.app not in {app, ""}:
        return State.FOREIGN
    return State.EDITED if found.edited else State.CHANGED


def _made_for(app: str, output: Path) -> Iterator[Change]:
    """What was made for an app and is as it was made."""
    for path in sorted(output.rglob("*")) if output.is_dir() else ():
        text = None if path.is_symlink() or not path.is_file() else _text(path)
        found = made(text) if text else None
        if text and found and found.app == app and not found.edited:
            name = str(path.relative_to(output))
            yield Change(path=name, state=State.LEFT, mode=0, new="", old=text)


def _text(path: Path) -> str | None:
    """What is in a file, or None where there is none. Bytes that are no text are other text."""
    if not path.is_file():
        return None
    return path.read_text(encoding="utf-8", errors="replace")


def write(changes: Iterable[Change], output: Path, *, prune: bool) -> None:
    """Write what is not as it would be made; each file is there whole or not at all.

    Args:
        changes: What `compare` gave.
        output: The folder.
        prune: Remove what is no longer made.
    """
    for change in changes:
        target = output / change.path
        if change.state is State.LEFT:
            if prune:
                target.unlink()
        elif change.stale:
            target.parent.mkdir(parents=True, exist_ok=True)
            _put(change, target)


def _put(change: Change, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".scaffold-", dir=target.parent) as folder:
        whole = Path(folder) / "file"
        if change.link:
            whole.symlink_to(change.new)
        else:
            whole.touch(mode=change.mode)
            whole.chmod(change.mode)
            whole.write_text(change.new, encoding="utf-8", newline="")
        whole.replace(target)


def tar(files: Iterable[File], app: str) -> bytes:
    """A tarball of files, root's, with their modes; the same for the same files.

    Args:
        files: What is in it.
        app: The app that they are of.
    """
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for file in files:
            entry = tarfile.TarInfo(file.path)
            entry.uname = entry.gname = "root"
            if file.link:
                entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, file.link, 0o777
                archive.addfile(entry)
            else:
                data = with_header(file, app).encode()
                entry.size, entry.mode = len(data), file.mode
                archive.addfile(entry, BytesIO(data))
    return buffer.getvalue()
