"""The storage of static files in build mode."""

from __future__ import annotations

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class BuildStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's manifest storage, which also answers before the first collectstatic.

    An image's tests render pages in build mode when nothing has been collected. Until there is a
    manifest, a file keeps its plain name; from then on this is WhiteNoise's storage, strict and
    all. Only build mode uses it: in production a missing manifest must be loud.
    """

    def stored_name(self, name: str) -> str:
        """The hashed name, or the plain one while there is no manifest."""
        if not self.hashed_files:
            return name
        return str(super().stored_name(name))
