"""Whether a wheelhouse is up to date: what it was made from, as it was then and as it is now.

build-wheels knows what it read, and names it in its manifest: files, folders, and what was looked
for and not there. Here the state of all that is kept as one digest beside the manifest.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MANIFEST = "manifest.json"
DIGEST = "inputs.sha256"

#: Folders whose content makes no difference to a wheel.
SKIPPED = {".git", "__pycache__", ".venv", "node_modules", "wheelhouse", "build", "dist"}


def unchanged(directory: Path, wheelhouse: Path, options: Iterable[str]) -> bool:
    """Return whether a wheelhouse is whole and made from what is there now.

    Args:
        directory: the app's folder.
        wheelhouse: the wheelhouse's.
        options: whatever else decides what is in it, the builder's id included.
    """
    try:
        manifest = json.loads((wheelhouse / MANIFEST).read_text())
        recorded = (wheelhouse / DIGEST).read_text()
        files = [wheelhouse / package["filename"] for package in manifest["packages"]]
        files += [wheelhouse / "debs" / deb["filename"] for deb in manifest["debs"]]
        names = manifest["inputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return all(path.is_file() for path in files) and recorded == digest(directory, names, options)


def record(directory: Path, wheelhouse: Path, options: Iterable[str], *, since: float) -> None:
    """Keep the state that a wheelhouse was made from.

    Args:
        directory: the app's folder.
        wheelhouse: the wheelhouse's.
        options: as for `unchanged`.
        since: when its making began, in seconds since 1970. Where an input was edited meanwhile,
            nothing is kept, and the next run makes the wheelhouse anew.
    """
    names = json.loads((wheelhouse / MANIFEST).read_text())["inputs"]
    target = wheelhouse / DIGEST
    if any(path.stat().st_mtime >= since for name in names for path in _files(directory / name)):
        target.unlink(missing_ok=True)
        return
    target.write_text(digest(directory, names, options))


def digest(directory: Path, names: Iterable[str], options: Iterable[str]) -> str:
    """Return a digest of options and of files, folders and absences, in hexadecimal."""
    state = hashlib.sha256("\0".join(options).encode())
    for name in sorted(names):
        state.update(f"\0{name}\0".encode())
        for path in _files(directory / name):
            shown = path.relative_to(directory)
            state.update(f"{shown}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    """Yield a file, the files of a folder that a wheel may be built from, or nothing."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and not SKIPPED.intersection(file.relative_to(path).parts):
                yield file
