"""Pipelines: the way from a push to a deploy, for Jenkins, GitHub and GitLab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.files import File
from toolkit.scaffold.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest

#: Where each is looked for, and its template.
PIPELINES = {
    "Jenkinsfile": "Jenkinsfile",
    ".github/workflows/deploy.yml": "deploy.yml",
    ".gitlab-ci.yml": ".gitlab-ci.yml",
}


def files(manifest: Manifest, host: str) -> Iterator[File]:  # noqa: ARG001 - as every target
    """The pipelines: a repository keeps the one that its server reads, and may lose the others."""
    for path, template in PIPELINES.items():
        yield File(path=path, text=render(f"ci/{template}", manifest))
