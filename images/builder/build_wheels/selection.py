"""Picks one artifact a package out of a lock file, for one interpreter.

The lock file's form is PEP 751's; the picking is ``packaging``'s. What is added: the app itself
is left out, local paths become absolute, hashes that requirements files give are enforced.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from packaging.pylock import (
    Package,
    PackageArchive,
    PackageDirectory,
    PackageSdist,
    PackageVcs,
    PackageWheel,
    Pylock,
    PylockSelectError,
    PylockValidationError,
)

from build_wheels.errors import InputError
from build_wheels.redact import redact, without_userinfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from build_wheels.interpreter import Target
    from build_wheels.requirements import Parsed


class Kind(Enum):
    """What an artifact is."""

    WHEEL = "wheel"
    SDIST = "sdist"
    GIT = "git"
    DIRECTORY = "directory"


@dataclass(frozen=True)
class Wanted:
    """One package and the one artifact that it comes from."""

    name: str
    version: str  # empty where only the build tells it
    kind: Kind
    location: str  # a URL with its credentials, or an absolute path
    filename: str = ""  # of a wheel or an sdist
    hashes: tuple[tuple[str, str], ...] = ()  # (algorithm, hex digest), sorted
    commit: str = ""
    subdirectory: str = ""
    digest: str = ""  # of a directory's contents

    @property
    def identity(self) -> str:
        """What tells whether a wheel of the wheelhouse comes from this very source."""
        if self.kind is Kind.GIT:
            source = f"git:{self.commit}"
        elif self.kind is Kind.DIRECTORY:
            source = f"directory:{self.digest}"
        elif self.hashes:
            source = f"{self.kind.value}:" + ",".join(":".join(pair) for pair in self.hashes)
        else:
            source = f"{self.kind.value}:{without_userinfo(self.location)}"
        return f"{source}#{self.subdirectory}" if self.subdirectory else source

    @property
    def source(self) -> str:
        """Where it comes from, for people, without credentials."""
        where = without_userinfo(self.location)
        return f"git+{where}@{self.commit}" if self.kind is Kind.GIT else where

    @property
    def shown(self) -> str:
        """The name with the version, if that is known."""
        return f"{self.name} {self.version}".rstrip()

    @property
    def remote(self) -> bool:
        """Whether its file has to be fetched over the network."""
        return self.kind in {Kind.WHEEL, Kind.SDIST} and "://" in self.location


def load(text: Mapping[str, object], *, shown: str) -> Pylock:
    """A lock file from its TOML.

    Args:
        text: the parsed TOML.
        shown: the file's name in messages.

    Raises:
        InputError: it is not a lock file of version 1.
    """
    try:
        return Pylock.from_dict(text)
    except PylockValidationError as error:
        raise InputError(
            f"{shown} is not a valid lock file",
            why=redact(str(error)),
            then="write it again with the tool that wrote it (PEP 751 describes the format)",
        ) from None


def select(
    lock: Pylock, target: Target, *, base: Path, root: Path, parsed: Parsed | None = None
) -> list[Wanted]:
    """Pick what one interpreter needs.

    Args:
        lock: the lock file.
        target: the interpreter.
        base: the folder that paths in the lock file are relative to.
        root: the app's folder; a package that is the app itself is left out, because the app's
            code is in ``/app`` and a second copy in the virtual environment would shadow it.
        parsed: the requirements files whose hashes hold, if there are any.

    Returns:
        The packages by name.

    Raises:
        InputError: nothing fits the interpreter, or a hash is missing or wrong.
    """
    if parsed is not None:
        lock = dataclasses.replace(lock, packages=tuple(_checked(p, parsed) for p in lock.packages))
    try:
        picked = list(lock.select(environment=target.environment, tags=target.tags))
    except PylockSelectError as error:
        raise InputError(
            f"the requirements cannot be met for {target.shown}",
            why=str(error),
            then="require another version, or use a suite with another Python (--suite)",
        ) from None
    wanted = [_wanted(package, artifact, base) for package, artifact in picked]
    return sorted(
        (w for w in wanted if not (w.kind is Kind.DIRECTORY and Path(w.location) == root)),
        key=lambda w: w.name,
    )


def _checked(package: Package, parsed: Parsed) -> Package:
    allowed = parsed.hashes_of(package.name)
    if not allowed:
        # As in pip: one hash anywhere means that every package of an index must have one.
        if parsed.hashed and not _pinned_otherwise(package):
            raise InputError(
                f"{package.name} {package.version} has no hash, but other requirements have",
                why="one --hash puts the whole file into hash-checking mode, as with pip",
                then=f"add {package.name}=={package.version} --hash=… to the requirements, "
                "or write them with: uv pip compile --generate-hashes",
            )
        return package
    wheels = tuple(w for w in package.wheels or () if _matches(w.hashes, allowed))
    sdist = package.sdist if package.sdist and _matches(package.sdist.hashes, allowed) else None
    archive_fits = package.archive is not None and _matches(package.archive.hashes, allowed)
    if not (wheels or sdist or archive_fits or package.vcs or package.directory):
        places = ", ".join(map(str, parsed.wanted_by(package.name)))
        raise InputError(
            f"the hash of {package.name} {package.version} is wrong",
            why=f"{places} allows {', '.join(sorted(allowed))}\n"
            "and no file that the index has for this version matches",
            then="if you trust the index, correct the hash; if not, find out who changed the file",
        )
    return dataclasses.replace(package, wheels=wheels or None, sdist=sdist)


def _pinned_otherwise(package: Package) -> bool:
    if package.vcs or package.directory or package.archive:
        return True
    files: list[PackageWheel | PackageSdist] = list(package.wheels or ())
    if package.sdist:
        files.append(package.sdist)
    return all(_is_local(f.url, f.path) for f in files)


def _is_local(url: str | None, path: str | None) -> bool:
    return path is not None or (url or "").startswith("file:")


def _matches(hashes: Mapping[str, str], allowed: frozenset[str]) -> bool:
    return any(f"{algorithm}:{digest}".lower() in allowed for algorithm, digest in hashes.items())


def _wanted(
    package: Package,
    artifact: PackageVcs | PackageDirectory | PackageArchive | PackageWheel | PackageSdist,
    base: Path,
) -> Wanted:
    name = str(package.name)
    version = str(package.version or "")
    if isinstance(artifact, PackageVcs):
        if artifact.type != "git":
            raise InputError(
                f"{name} comes from {artifact.type}, and only git is supported",
                then="require a release of it, or a git repository",
            )
        return Wanted(
            name=name,
            version=version,
            kind=Kind.GIT,
            location=artifact.url or str(_absolute(artifact.path or "", base)),
            commit=artifact.commit_id,
            subdirectory=artifact.subdirectory or "",
        )
    if isinstance(artifact, PackageDirectory):
        return Wanted(
            name=name,
            version=version,
            kind=Kind.DIRECTORY,
            location=str(_absolute(artifact.path, base)),
            subdirectory=artifact.subdirectory or "",
        )
    location = _location(artifact.url, artifact.path, base)
    filename = unquote(
        PurePosixPath(urlsplit(location).path if "://" in location else location).name
    )
    if isinstance(artifact, (PackageWheel, PackageSdist)):
        filename = artifact.filename
        subdirectory = ""
    else:
        subdirectory = artifact.subdirectory or ""
    return Wanted(
        name=name,
        version=version,
        kind=Kind.WHEEL if filename.endswith(".whl") else Kind.SDIST,
        location=location,
        filename=filename,
        hashes=tuple(sorted((a.lower(), d.lower()) for a, d in artifact.hashes.items())),
        subdirectory=subdirectory,
    )


def _location(url: str | None, path: str | None, base: Path) -> str:
    if path:
        return str(_absolute(path, base))
    if url and url.startswith("file:"):
        return unquote(urlsplit(url).path)
    return url or ""


def _absolute(path: str, base: Path) -> Path:
    # Not resolved: links in the mirrored source are how it stays one tree.
    parts: list[str] = []
    for part in (base / path).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)
