"""What is there against what would be made, and the one place that writes it."""

from __future__ import annotations

import difflib
import errno
import os
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError
from toolkit.scaffold.files import EXECUTABLE, PRIVATE, File, made, with_header

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
    OPEN = "filled in, mode"
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
        if self.old == self.new or self.state is State.OPEN:
            return f"mode of {self.path}: {self.mode:04o}\n"
        old, new = self.old.splitlines(keepends=True), self.new.splitlines(keepends=True)
        before = "/dev/null" if self.state is State.NEW else self.path
        after = "/dev/null" if self.state is State.LEFT else self.path
        lines = difflib.unified_diff(old, new, before, after)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def compare(files: Iterable[File], app: str, output: Path) -> tuple[Change, ...]:
    """How files stand to what is in a folder.

    Args:
        files: What would be made.
        app: The app that they are of.
        output: The folder.

    Raises:
        ConfigurationError: Something there cannot be read.
    """
    return tuple(_change(file, app, output / file.path) for file in files)


#: Where targets write. Not everywhere is looked for what they no longer make: the output may be a
#: host's root, or a repository with all that lies about in one.
PLACES = ("*", ".github/workflows/*", "etc/**/*", "usr/local/*/*", "var/www/*/*")


def left(files: Iterable[File], app: str, output: Path) -> tuple[Change, ...]:
    """What was made for an app in a folder, is as it was made, and would not be made now.

    Args:
        files: What would be made: everything of the app's that belongs there.
        app: The app.
        output: The folder.
    """
    paths = {output / file.path for file in files}
    there = {path for place in PLACES for path in output.glob(place)} - paths
    gone = {path: text for path in there if (text := _made_for(app, path))}
    links = {path: str(path.readlink()) for path in there if path.is_symlink()}
    gone |= {
        path: to for path, to in links.items() if Path(os.path.normpath(path.parent / to)) in gone
    }
    return tuple(
        Change(path=str(path.relative_to(output)), state=State.LEFT, mode=0, new="", old=old)
        for path, old in sorted(gone.items())
    )


def _change(file: File, app: str, target: Path) -> Change:
    new = file.link or with_header(file, app)
    with _reached(target):
        old = str(target.readlink()) if file.link and target.is_symlink() else _text(target)
        return Change(
            path=file.path,
            state=_state(file, app, old, new, target),
            mode=0o777 if file.link else file.mode,
            new=new,
            old=old or "",
            link=bool(file.link),
        )


def _state(file: File, app: str, old: str | None, new: str, target: Path) -> State:
    if not os.path.lexists(target):
        return State.NEW
    if file.filled:
        found = made(old or "")
        if found and found.app not in {app, ""}:
            return State.FOREIGN
        as_made = target.is_symlink() or target.stat().st_mode & 0o777 == file.mode
        return State.FILLED if as_made else State.OPEN
    if old == new:
        as_made = bool(file.link) or target.stat().st_mode & 0o777 == file.mode
        return State.SAME if as_made else State.CHANGED
    found = made(old or "")
    if found is None or found.app not in {app, ""} or target.is_symlink():
        return State.FOREIGN
    return State.EDITED if found.edited else State.CHANGED


def _made_for(app: str, path: Path) -> str:
    """The text of a file that was made for an app and is as it was made, or an empty one."""
    try:
        text = "" if path.is_symlink() else _text(path) or ""
    except OSError:  # somebody else's
        return ""
    found = made(text)
    return text if found and found.app == app and not found.edited else ""


def _text(path: Path) -> str | None:
    """What is in a file, or None where there is none. Bytes that are no text are other text."""
    if not path.is_file():
        return None
    return path.read_bytes().decode(errors="replace")


def write(changes: Iterable[Change], output: Path, *, prune: bool) -> None:
    """Write what is not as it would be made; each file is there whole or not at all.

    Args:
        changes: What `compare` gave.
        output: The folder.
        prune: Remove what is no longer made.

    Raises:
        ConfigurationError: It cannot be written there.
    """
    for change in changes:
        target = output / change.path
        if change.state is State.LEFT:
            if prune:
                with _reached(target):
                    target.unlink()
        elif change.state is State.OPEN:
            with _reached(target):
                target.chmod(change.mode)
        elif change.stale:
            _put(change, target)


def save(data: bytes, target: Path) -> None:
    """Write a file, whole or not at all.

    Args:
        data: What is in it.
        target: Its path.

    Raises:
        ConfigurationError: It cannot be written there.
    """
    with _replacing(target) as whole:
        whole.write_bytes(data)


def _put(change: Change, target: Path) -> None:
    with _replacing(target) as whole:
        if change.link:
            whole.symlink_to(change.new)
        else:
            whole.touch(mode=PRIVATE)  # until it is whole; a mode may be one that cannot be written
            whole.write_bytes(change.new.encode())
            whole.chmod(change.mode)


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A path beside a file, for what then takes its place."""
    with _reached(target):
        _make(target.parent)
        with tempfile.TemporaryDirectory(prefix=".scaffold-", dir=target.parent) as folder:
            whole = Path(folder) / "file"
            yield whole
            whole.replace(target)


def _make(folder: Path) -> None:
    """Make a folder, for all to read: `cp -a` gives a host's folders the modes of these."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)


@contextmanager
def _reached(path: Path) -> Iterator[None]:
    """Tells what a file system refuses; that it is full is told elsewhere."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise ConfigurationError(
            f"{path} cannot be read or written: {error.strerror}.",
            "What is there, and whose is it? Nothing is half-written.",
        ) from None


#: Folders that a host has, by Debian's own packages and nginx's: their modes are theirs.
PACKAGED = frozenset({
    ".", "etc", "etc/default", "etc/init", "etc/systemd", "etc/systemd/system",
    "etc/systemd/system/multi-user.target.wants", "etc/nginx", "etc/nginx/conf.d",
    "etc/nginx/sites-available", "etc/nginx/sites-enabled", "etc/sudoers.d", "usr", "usr/local",
    "usr/local/bin",
})  # fmt: skip


def tar(files: Iterable[File], app: str) -> bytes:
    """A tarball of files, root's, with their modes; the same for the same files.

    The folders that no package brings are in it, so that they are open whatever umask it is
    unpacked with.

    Args:
        files: What is in it.
        app: The app that they are of.
    """
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        files = tuple(files)
        folders = {str(folder) for file in files for folder in PurePosixPath(file.path).parents}
        for folder in sorted(folders - PACKAGED):
            entry = tarfile.TarInfo(folder)
            entry.uname = entry.gname = "root"
            entry.type, entry.mode = tarfile.DIRTYPE, EXECUTABLE
            archive.addfile(entry)
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
