"""`toolkit images`: the toolkit's own images."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from toolkit import ca, engine
from toolkit import images as toolkit_images
from toolkit.cli import options

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def images() -> None:
    """The toolkit's own images."""


@images.command()
@click.argument(
    "names", nargs=-1, type=click.Choice(toolkit_images.NAMES + toolkit_images.SERVICES)
)
@options.suite
@click.option(
    "--base-image",
    metavar="IMAGE",
    help="Begin with this image, such as python:3.13-slim, not with Debian's root.",
)
@options.namespace
@options.ca_bundle
@click.option("--pull", is_flag=True, help="Begin with a new Debian, with today's updates.")
@click.option("--no-cache", is_flag=True, help="Build every layer anew.")
def build(
    names: tuple[str, ...],
    suite: str,
    base_image: str | None,
    namespace: str,
    ca_bundle: Path | None,
    *,
    no_cache: bool,
    pull: bool,
) -> None:
    """Build images, tagged with the suite: base and builder, or those named."""
    toolkit_images.build(
        engine.find(os.environ),
        toolkit_images.Variant(namespace=namespace, suite=suite, base_image=base_image),
        names=names or toolkit_images.NAMES,
        ca_bundle=ca.bundle(os.environ, ca_bundle),
        no_cache=no_cache,
        pull=pull,
    )
