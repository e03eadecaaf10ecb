"""`toolkit prune`: old images off the hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from toolkit.cli.asked import asked, counted
from toolkit.deploy.side_by_side import end, side_by_side
from toolkit.operate import prune as pruning

if TYPE_CHECKING:
    from toolkit.cli.asked import Asked


@click.command()
@asked()
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many images stay, those deployed last.  [default: the manifest's deploy.keep]",
)
@click.option("--dry-run", is_flag=True, help="Tell what would be removed, and remove nothing.")
def prune(what: Asked, keep: int | None, dry_run: bool) -> None:
    """Remove old images of APP from its hosts, and containers that a deploy has left.

    Those that were deployed last stay, then the newest that never were. Never removed is the image
    of the tag that serves, of the one before it, of a deploy that is unfinished, or of any
    container. A host on which a deploy is under way is passed over.
    """
    number = keep or what.fleet.manifest.deploy.keep
    with what.ssh as ssh:
        pruner = pruning.pruner(ssh, what.fleet, number, dry=dry_run)
        hosts = what.fleet.hosts
        answers = side_by_side(hosts, counted(pruner, len(hosts)))
    for host, lines in answers.done.items():
        for line in lines or ("nothing to remove",):
            click.echo(f"{host.name}: {line}")
    end(answers.failed)
