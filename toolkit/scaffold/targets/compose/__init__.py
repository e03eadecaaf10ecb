"""Compose: an app on one machine, its roles and what they need, for a server or for development."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.scaffold.files import PRIVATE, File
from toolkit.scaffold.targets.compose import variables
from toolkit.scaffold.targets.compose.services import TMPFS, services
from toolkit.scaffold.targets.compose.words import dotenv, flow, key, literal
from toolkit.scaffold.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.manifest import Manifest


def files(manifest: Manifest, host: str) -> Iterator[File]:
    """The compose file, what it has besides in development, and the variables."""
    found = services(manifest, host)
    yield File(
        path="compose.yaml",
        text=render(
            "compose/compose.yaml",
            manifest,
            services=found,
            addresses=variables.addresses(manifest),
            tmpfs=TMPFS,
            named=sorted({name for each in found for name in each.named_volumes}),
            release=tuple(map(literal, manifest.release.verb)),
            key=key,
            flow=flow,
        ),
    )
    yield File(
        path="compose.dev.yaml",
        text=render("compose/compose.dev.yaml", manifest, services=found, key=key),
    )
    yield File(
        path=".env",
        text=render(
            "compose/.env",
            manifest,
            secret=variables.secret(manifest),
            local=variables.local(manifest),
            clear=variables.clear(manifest),
            dotenv=dotenv,
        ),
        mode=PRIVATE,
        filled=True,
    )
