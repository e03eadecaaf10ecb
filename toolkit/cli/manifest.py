"""`toolkit manifest`: what a manifest says, and what it may say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.manifest import describing
from toolkit.manifest.reading import load

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def manifest() -> None:
    """What an app's manifest says, and what it may say."""


@manifest.command()
@click.argument("app", default="")
@options.directory
@options.manifest
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(app: str, directory: Path, manifest_file: Path | None, as_json: bool) -> None:
    """Print APP's manifest with every default, and where each value came from."""
    values = describing.resolved(load(app, directory, manifest_file))
    if as_json:
        click.echo(json.dumps([each.data() for each in values], indent=2, ensure_ascii=False))
    else:
        click.echo(describing.table(("key", "value", "from"), [each.cells() for each in values]))


@manifest.command()
def keys() -> None:
    """List every key that a manifest may have."""
    rows = [(key.path, key.default, key.text) for key in describing.every_key()]
    click.echo(describing.table(("key", "default", "what it is"), rows))


@manifest.command()
def schema() -> None:
    """Print the JSON Schema of a manifest, for editors."""
    click.echo(json.dumps(describing.schema(), indent=2, ensure_ascii=False))
