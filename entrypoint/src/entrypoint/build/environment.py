"""The environment of build mode: no secret, and nothing left behind."""

from __future__ import annotations

import secrets
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from entrypoint.project import Project

#: What settings modules call the key that nothing in Django starts without.
KEYS = ("SECRET_KEY", "DJANGO_SECRET_KEY")


@contextmanager
def build_environment(environ: Mapping[str, str], project: Project) -> Iterator[dict[str, str]]:
    """Give the environment for a build's steps, and remove what they left in temporary folders.

    The settings library takes BUILD=1 as it is; for settings that know nothing of it there is a
    random key, which is in no layer, and lives as long as the build.
    """
    key = secrets.token_urlsafe(50)
    with tempfile.TemporaryDirectory(prefix="build-") as folder:
        yield {
            **dict.fromkeys(KEYS, key),
            **environ,
            **project.variables(),
            "BUILD": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": folder,
            "TMPDIR": folder,
        }
