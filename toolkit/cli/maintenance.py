"""`toolkit maintenance`: the sorry page, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click

from toolkit.cli.asked import asked
from toolkit.deploy.side_by_side import end, side_by_side
from toolkit.operate import maintenance as sorry
from toolkit.operate.maintenance import Switch

if TYPE_CHECKING:
    from toolkit.cli.asked import Asked


@click.command()
@click.argument("switch", type=click.Choice(get_args(Switch)))
@asked()
def maintenance(what: Asked, switch: Switch) -> None:
    """Show visitors of APP the sorry page, or the app again.

    It is the file /var/www/APP/MAINTENANCE on the proxies. The app itself goes on.
    """
    hosts = sorry.proxies(what.fleet)
    with what.ssh as ssh:
        answers = side_by_side(hosts, sorry.switcher(ssh, what.fleet, switch))
    page = "the sorry page" if switch == "on" else "the app"
    for host, former in answers.done.items():
        before = ", as before" if former == switch else ""
        click.echo(f"{host.name}: visitors get {page}{before}")
    end(answers.failed)
