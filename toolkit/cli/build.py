"""`toolkit build`: an app's image."""

from __future__ import annotations

import os
from pathlib import Path

import click

from toolkit import app_image, ca, engine
from toolkit.cli import options


@click.command()
@click.argument("image")
@options.directory
@click.option(
    "--file",
    "-f",
    "dockerfile",
    type=click.Path(path_type=Path),
    help="The Dockerfile.  [default: DIRECTORY/Dockerfile]",
)
@options.wheelhouse
@options.ca_bundle
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def build(
    image: str,
    directory: Path,
    dockerfile: Path | None,
    wheelhouse: str,
    ca_bundle: Path | None,
    arguments: tuple[str, ...],
) -> None:
    """Build an app's image from its Dockerfile and its wheelhouse.

    IMAGE is its name with the tag. It is `docker build` with four things added: the wheelhouse
    stays out of the image although it is in the app's folder, the image is labelled with its
    revision and its source, its containers have both tag and revision in IMAGE_TAG and
    IMAGE_REVISION, and steps can mount the CA bundle (--mount=type=secret,id=ca). ARGUMENTS
    behind `--` are handed to `docker build`.
    """
    app_image.build(
        engine.find(os.environ),
        app_image.Build(
            directory=directory,
            image=image,
            dockerfile=dockerfile or directory / "Dockerfile",
            wheelhouse=wheelhouse,
            ca_bundle=ca.bundle(os.environ, ca_bundle),
            arguments=arguments,
        ),
    )
