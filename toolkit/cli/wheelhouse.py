"""`toolkit wheelhouse`: an app's wheels."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from toolkit import ca, engine
from toolkit import wheelhouse as toolkit_wheelhouse
from toolkit.cli import options
from toolkit.root import SUITES

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.directory
@options.wheelhouse
@click.option(
    "--requirements",
    "-r",
    multiple=True,
    metavar="FILE",
    help="A requirements file, relative to the app's folder; may be repeated.  "
    "[default: uv.lock, pylock.toml or requirements.txt, the first there is]",
)
@click.option("--lock", metavar="FILE", help="A uv.lock or pylock.toml.")
@click.option(
    "--group", multiple=True, help="A dependency group of uv.lock, beside uv's default ones."
)
@click.option("--no-group", multiple=True, help="A dependency group of uv.lock to leave out.")
@click.option("--extra", multiple=True, help="An extra of the project that uv.lock locks.")
@click.option(
    "--with", "additional", multiple=True, metavar="REQUIREMENT", help="One more requirement."
)
@click.option(
    "--apt",
    "apt_packages",
    multiple=True,
    metavar="PACKAGE",
    help="A Debian package that building needs, such as libldap2-dev.",
)
@click.option(
    "--rebuild",
    multiple=True,
    metavar="NAME",
    help="Build this package anew, for example with a library of --apt.",
)
@click.option(
    "--upgrade", is_flag=True, help="The newest versions that fit, not those of the last time."
)
@click.option(
    "--suite",
    type=click.Choice(SUITES),
    help="The builder's suite.  [default: that of the Dockerfile's base image]",
)
@click.option(
    "--builder",
    metavar="IMAGE",
    help="The builder image.  [default: the one beside the Dockerfile's base image]",
)
@options.namespace
@options.ca_bundle
def wheelhouse(
    directory: Path,
    wheelhouse: str,
    requirements: tuple[str, ...],
    lock: str | None,
    group: tuple[str, ...],
    no_group: tuple[str, ...],
    extra: tuple[str, ...],
    additional: tuple[str, ...],
    apt_packages: tuple[str, ...],
    rebuild: tuple[str, ...],
    suite: str | None,
    builder: str | None,
    namespace: str,
    ca_bundle: Path | None,
    *,
    upgrade: bool,
) -> None:
    """Make or refresh an app's wheelhouse; nothing happens where it is up to date.

    For a private index set PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, or uv's variables; their values are
    in no image and no log.
    """
    named = [("--requirements", requirements), ("--group", group), ("--no-group", no_group)]
    named += [("--extra", extra), ("--with", additional), ("--lock", (lock,) if lock else ())]
    if builder is None:
        builder = (
            f"{namespace}/builder:{suite}"
            if suite
            else toolkit_wheelhouse.builder_for(directory / "Dockerfile", namespace)
        )
    request = toolkit_wheelhouse.Request(
        directory=directory,
        name=wheelhouse,
        builder=builder,
        options=tuple(word for name, values in named for value in values for word in (name, value)),
        apt_packages=apt_packages,
        ca_bundle=ca.bundle(os.environ, ca_bundle),
        netrc=toolkit_wheelhouse.find_netrc(os.environ),
        rebuild=rebuild,
        upgrade=upgrade,
    )
    if not toolkit_wheelhouse.build(engine.find(os.environ), request, os.environ):
        click.echo(f"the wheelhouse is up to date: {request.folder}")
