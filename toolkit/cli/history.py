"""`toolkit history`: what was deployed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.cli.asked import asked
from toolkit.deploy.side_by_side import end, side_by_side
from toolkit.operate import history as logbook

if TYPE_CHECKING:
    from toolkit.cli.asked import Asked


@click.command()
@asked()
@click.option(
    "-n",
    "number",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many, the newest first.",
)
@options.as_json
def history(what: Asked, number: int, as_json: bool) -> None:
    """Show when which tag of APP was deployed, by whom, and how that ended."""
    with what.ssh as ssh:
        asker = logbook.asker(ssh, what.fleet, number)
        answers = side_by_side(what.fleet.hosts, asker)
    logs = {host.name: log for host, log in answers.done.items()}
    found = logbook.merged(logs)[:number]
    if as_json:
        click.echo(json.dumps(logbook.data(found), indent=2, ensure_ascii=False))
    elif logs:
        click.echo(logbook.text(found))
    end(answers.failed)
