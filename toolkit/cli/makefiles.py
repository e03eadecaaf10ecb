"""`toolkit makefiles`: where the includes for an app's Makefile are."""

from __future__ import annotations

import click

from toolkit import resources


@click.command()
def makefiles() -> None:
    """Print the folder of docker.mk, django.mk and wheelhouse.mk, for `include`."""
    click.echo(resources.MAKEFILES)
