"""The command line: options in, one call of the package out. No logic."""

from __future__ import annotations

import click

from toolkit import __version__
from toolkit.cli.build import build
from toolkit.cli.images import images
from toolkit.cli.makefiles import makefiles
from toolkit.cli.manifest import manifest
from toolkit.cli.scaffold import scaffold
from toolkit.cli.wheelhouse import wheelhouse


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="toolkit")
def cli() -> None:
    """Takes a Django repository to a small, safe container image."""


cli.add_command(build)
cli.add_command(images)
cli.add_command(makefiles)
cli.add_command(manifest)
cli.add_command(scaffold)
cli.add_command(wheelhouse)
