"""``manifest.json``: what a wheelhouse holds, where it came from, what it is good for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from build_wheels.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
REQUIREMENTS = "requirements.txt"
LOCK = "pylock.toml"


@dataclass(frozen=True)
class Stamp:
    """What a wheelhouse and an image must have in common."""

    suite: str  # Debian's, such as trixie
    python: str  # such as cp313
    platform: str  # such as linux_x86_64

    @classmethod
    def load(cls, file: Path) -> Stamp:
        """Read an image's stamp.

        Args:
            file: the image's ``stamp.json``; keys besides the three are ignored.

        Raises:
            ConfigurationError: it is missing or not a stamp.
        """
        try:
            return cls.from_mapping(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                f"this image has no valid stamp at {file}",
                why=f"{type(error).__name__}: {error}",
                then="rebuild the builder image: toolkit images build",
            ) from None

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Stamp:
        """Make a stamp from JSON.

        Args:
            data: with the three keys.

        Raises:
            KeyError: one is missing.
        """
        return cls(suite=data["suite"], python=data["python"], platform=data["platform"])


@dataclass(frozen=True)
class Package:
    """A wheel of the wheelhouse."""

    name: str
    version: str
    filename: str
    sha256: str
    tags: tuple[str, ...]
    origin: str  # "downloaded" or "built"
    identity: str  # of the source, see selection.Wanted.identity
    source: str  # for people, without credentials
    needs: tuple[str, ...] = ()  # Debian packages whose libraries a built wheel is linked to


@dataclass(frozen=True)
class Deb:
    """A Debian package of the wheelhouse, in ``debs/``."""

    name: str
    version: str
    filename: str
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a wheelhouse holds."""

    stamp: Stamp
    inputs: tuple[str, ...] = ()  # what it was made from, relative to the app's folder
    packages: tuple[Package, ...] = ()
    debs: tuple[Deb, ...] = ()
    debs_for: tuple[str, ...] = field(default=())  # the needs that the debs were fetched for

    def to_json(self) -> str:
        """The file's text, the same for the same contents."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True) + "\n"

    @classmethod
    def load(cls, file: Path) -> Manifest | None:
        """Read the manifest of an earlier run.

        Args:
            file: the file.

        Returns:
            None where there is none, or none that this version can read: everything is made anew.
        """
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            if data["format"] != FORMAT:
                return None
            return cls(
                stamp=Stamp.from_mapping(data["stamp"]),
                inputs=tuple(data["inputs"]),
                packages=tuple(
                    Package(**{**p, "tags": tuple(p["tags"]), "needs": tuple(p["needs"])})
                    for p in data["packages"]
                ),
                debs=tuple(Deb(**d) for d in data["debs"]),
                debs_for=tuple(data["debs_for"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def flattened(self) -> str:
        """``requirements.txt``: every package pinned to the one wheel that is there."""
        lines = [f"{p.name}=={p.version} --hash=sha256:{p.sha256}" for p in self.packages]
        return "# Written by build-wheels: pip install --no-index --find-links .\n" + "".join(
            f"{line}\n" for line in lines
        )


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits.

    Args:
        file: the file.
    """
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
