"""`toolkit status`: what each host runs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.cli.asked import asked
from toolkit.operate import observing
from toolkit.operate import status as statuses
from toolkit.operate.remarks import remarks

if TYPE_CHECKING:
    from toolkit.cli.asked import Asked


@click.command()
@asked(roles=True)
@options.as_json
def status(what: Asked, as_json: bool) -> None:
    """Show which tag of APP each host runs, how it is, and what needs attention.

    It ends with 0 where every container is well, on one tag, and no deploy is unfinished; with 1
    where something needs attention; with 80 where a host cannot be reached.
    """
    with what.ssh as ssh:
        reports = observing.observe(ssh, what.fleet)
    rows = statuses.rows(what.fleet, reports)
    said = remarks(what.fleet, reports, rows)
    if as_json:
        found = statuses.data(what.fleet, reports, rows, said)
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        click.echo(statuses.text(rows, said))
    if lost := [each.lost for each in reports if each.lost]:
        sys.exit(lost[0].exit_code)
    if any(each.wrong for each in said):
        sys.exit(1)
