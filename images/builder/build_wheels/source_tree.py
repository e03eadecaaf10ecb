"""A writable picture of the app's read-only source.

Everything in it is a symbolic link to the source, but for the folders that something is built in:
those are copies, because build backends write beside what they build.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

# Never part of a package, and sometimes very large.
JUNK = frozenset(
    {
        ".git",
        ".hg",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        ".venv",
        "__pycache__",
        "node_modules",
        "venv",
        "ve",
        "wheelhouse",
    }
)


class SourceTree:
    """The picture.

    Args:
        source: the app's folder.
        root: an empty folder for the picture.
    """

    def __init__(self, source: Path, root: Path) -> None:
        self.source = source
        self.root = root
        _link_children(source, root)

    def copied(self, folder: Path) -> Path:
        """Make a folder of the picture a copy, if it is not one yet.

        Args:
            folder: a folder in the picture, or one outside of it, which is copied aside.

        Returns:
            The writable folder.
        """
        folder = Path(os.path.normpath(folder))
        if folder == self.root:
            self._copy_root()
            return folder
        if self.root not in folder.parents:
            inside = self._inside(folder)
            if inside is None:
                aside = (
                    self.root.parent / "outside" / hashlib.sha256(str(folder).encode()).hexdigest()
                )
                if not aside.exists():
                    _copy(folder, aside)
                return aside
            return self.copied(inside)
        for parent in reversed([p for p in folder.parents if self.root in p.parents]):
            if parent.is_symlink():
                target = parent.resolve()
                parent.unlink()
                parent.mkdir()
                _link_children(target, parent)
        if folder.is_symlink():
            target = folder.resolve()
            folder.unlink()
            _copy(target, folder)
        return folder

    def _inside(self, folder: Path) -> Path | None:
        try:
            return self.root / folder.relative_to(self.source)
        except ValueError:
            return None

    def _copy_root(self) -> None:
        for child in list(self.root.iterdir()):
            if child.is_symlink() and child.name not in JUNK:
                target = child.resolve()
                child.unlink()
                if target.is_dir():
                    _copy(target, child)
                else:
                    shutil.copy2(target, child)


def digest_of(folder: Path) -> str:
    """What tells two versions of a local package apart: its paths, modes and contents.

    Args:
        folder: the package's folder.

    Returns:
        A SHA-256 as hexadecimal digits.
    """
    digest = hashlib.sha256()
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in JUNK and not f.endswith(".egg-info"))
        for name in sorted(files):
            file = Path(where, name)
            if not file.is_file() or name.endswith(".pyc"):
                continue
            executable = bool(file.stat().st_mode & 0o100)
            digest.update(f"{file.relative_to(folder)}\0{executable:d}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _link_children(source: Path, root: Path) -> None:
    for child in source.iterdir():
        (root / child.name).symlink_to(child)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(
        source,
        target,
        symlinks=True,
        ignore=lambda _, names: [n for n in names if n in JUNK],
    )
