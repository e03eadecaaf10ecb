"""`toolkit lock` and `toolkit unlock`: no deploys for a while."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import click

from toolkit.cli.asked import asked, who
from toolkit.deploy.journal import now
from toolkit.deploy.lock import Claim
from toolkit.deploy.side_by_side import end
from toolkit.operate import locking

if TYPE_CHECKING:
    from toolkit.cli.asked import Asked


@click.command()
@asked()
@click.option("--reason", required=True, metavar="TEXT", help="Why: whoever is refused reads it.")
def lock(what: Asked, reason: str) -> None:
    """Refuse deploys and rollbacks of APP, until `toolkit unlock`."""
    claim = Claim(
        id=secrets.token_hex(6), who=who(), why=" ".join(reason.split()), since=now(), kind="manual"
    )
    with what.ssh as ssh:
        answers = locking.lock(ssh, what.fleet, claim, click.echo)
    hosts = ", ".join(host.name for host in answers.done)
    click.echo(f"{what.fleet.app} is locked on {hosts}. `toolkit unlock {what.fleet.app}` ends it.")
    end(answers.failed)


@click.command()
@asked()
@click.option("--force", is_flag=True, help="Also that of a deploy under way, which ends by it.")
def unlock(what: Asked, force: bool) -> None:
    """Take the lock of APP away, and tell whose it was.

    A deploy that is under way keeps its own; --force ends it where it is.
    """
    with what.ssh as ssh:
        answers = locking.unlock(ssh, what.fleet, force=force)
    click.echo("\n".join(locking.unlocked(answers)) or f"{what.fleet.app} was not locked.")
    end(answers.failed)
