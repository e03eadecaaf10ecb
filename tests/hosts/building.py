"""Images of the tests, each from a folder with its Dockerfile, on a root of Debian's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from containers import build_command

from toolkit import engine as engines
from toolkit import root

if TYPE_CHECKING:
    from pathlib import Path


def build(docker: str, folder: Path, tag: str, **arguments: str) -> str:
    """Build an image and return its tag.

    Args:
        docker: the client.
        folder: what is in it.
        tag: its name.
        arguments: the Dockerfile's.
    """
    options = [
        word for key, value in arguments.items() for word in ("--build-arg", f"{key}={value}")
    ]
    argv = (docker, "build", *options, "--tag", tag, str(folder))
    built = build_command(*argv, env={**os.environ, "DOCKER_BUILDKIT": "1"})
    assert built.returncode == 0, built.stdout
    return tag


def root_of(suite: str) -> str:
    """Return the root image of a suite of Debian."""
    return root.ensure(engines.find(os.environ), suite, "django-container")
