"""What git knows of an app's source, for its image's labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from toolkit.process import Command, CommandError, capture

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where code comes from.

    Args:
        revision: the commit, with `-dirty` where something is not committed; empty if unknown.
        created: when it was committed, as in RFC 3339; empty if unknown.
        url: the remote's URL without credentials; empty if unknown.
    """

    revision: str = ""
    created: str = ""
    url: str = ""

    def labels(self, version: str) -> dict[str, str]:
        """Return the labels of the OCI's image specification (annotations.md) that are known."""
        labels = {
            "org.opencontainers.image.version": version,
            "org.opencontainers.image.revision": self.revision,
            "org.opencontainers.image.created": self.created,
            "org.opencontainers.image.source": self.url,
        }
        return {name: value for name, value in labels.items() if value}


def source(directory: Path) -> Source:
    """Return what git knows of a directory; nothing where it is no checkout."""
    try:
        revision, created = _git(directory, "log", "-1", "--format=%H %cI").split()
    except (CommandError, ValueError):
        return Source()
    dirty = bool(_try(directory, "status", "--porcelain", "--", "."))
    return Source(
        revision=f"{revision}-dirty" if dirty else revision,
        created=created,
        url=without_credentials(_try(directory, "remote", "get-url", "origin")),
    )


def without_credentials(url: str) -> str:
    """Return a URL without user and password; what is not a URL (scp's form) as it is."""
    parts = urlsplit(url)
    if not parts.scheme or "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _git(directory: Path, *args: str) -> str:
    return capture(Command(argv=("git", "-C", str(directory), *args))).strip()


def _try(directory: Path, *args: str) -> str:
    try:
        return _git(directory, *args)
    except CommandError:
        return ""
