"""`toolkit deploy` and `toolkit rollback`: another tag on an app's hosts."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.cli.asked import asked, who
from toolkit.deploy.deploying import Deployment
from toolkit.deploy.display import choose
from toolkit.deploy.events import Ended, Listeners, Note
from toolkit.deploy.order import Order
from toolkit.deploy.parallel import hosts_at_a_time
from toolkit.deploy.planning import plan as planned
from toolkit.deploy.transcript import transcript
from toolkit.notify import announce
from toolkit.operate import prune

if TYPE_CHECKING:
    from toolkit.cli.asked import Asked
    from toolkit.deploy.commands import Remote
    from toolkit.deploy.events import Event
    from toolkit.deploy.hosts import Fleet, Host

tag = click.option("--tag", default="", metavar="TAG", help="The tag.  [default: what serves]")
plan = click.option("--plan", is_flag=True, help="Print every command on every host; run nothing.")
parallel = click.option(
    "--parallel",
    metavar="N|N%",
    help="Hosts at a time.  [default: the manifest's deploy.parallel]",
)


@click.command()
@asked(roles=True)
@tag
@parallel
@click.option("--strict", is_flag=True, help="Refuse migrations that the old code cannot bear.")
@click.option("--restart", is_flag=True, help="Roll the roles with the tag that serves.")
@plan
@options.as_json
def deploy(
    what: Asked,
    tag: str,
    parallel: str | None,
    strict: bool,
    restart: bool,
    plan: bool,
    as_json: bool,
) -> None:
    """Bring a tag of APP to its hosts: no request fails, and what fails goes back by itself.

    The image is pulled, and its own check run, on every host before anything is changed on any.
    Then the release, once; a canary; and role by role, host by host, the roles. A deploy that was
    cut off is taken up where it was: run it again, or `toolkit rollback`.

    Without --tag, hosts get the tag that serves: a host that is new, for instance.
    """
    if restart and tag:
        raise click.UsageError("--restart keeps the tag: leave out --tag.")
    order = Order(
        kind="restart" if restart else "deploy",
        tag=tag,
        who=who(),
        parallel=_parallel(parallel, what.fleet),
        strict=strict,
    )
    _run(what, order, plan=plan, as_json=as_json)


@click.command()
@asked(roles=True)
@click.option("--to", "tag", default="", metavar="TAG", help="The tag.  [default: the one before]")
@parallel
@click.option("--force", is_flag=True, help="Even if the old code cannot bear the database.")
@click.option(
    "--unfinished",
    is_flag=True,
    help="Put right what a deploy that was cut off has left, and nothing else; for pipelines.",
)
@plan
@options.as_json
def rollback(
    what: Asked,
    tag: str,
    parallel: str | None,
    force: bool,
    unfinished: bool,
    plan: bool,
    as_json: bool,
) -> None:
    """Bring back the tag of APP that served before, as carefully as a deploy does.

    After a deploy that was cut off it brings every host back to what it had. It is refused where
    the database has migrations that the older code cannot live with.
    """
    if unfinished and tag:
        raise click.UsageError("--unfinished brings back what hosts had: leave out --to.")
    order = Order(
        kind="rollback",
        tag=tag,
        who=who(),
        parallel=_parallel(parallel, what.fleet),
        force=force,
        unfinished=unfinished,
    )
    _run(what, order, plan=plan, as_json=as_json)


def _run(what: Asked, order: Order, *, plan: bool, as_json: bool) -> None:
    hosts = what.fleet
    if plan:
        _plan(hosts, order, as_json=as_json)
        return
    with (
        what.ssh as shell,
        choose(sys.stdout, json=as_json, environ=os.environ) as display,
        transcript(hosts.app, os.environ) as (kept, keeping),
    ):
        tell = Listeners(display, *keeping)

        def announced(event: Event) -> None:
            tell(event)
            if isinstance(event, Ended):
                announce(hosts.manifest, event, what.folder, os.environ, tell)
                if kept and event.kind != "return" and event.reason:
                    tell(Note(text=f"every line of it is kept in {kept}"))

        Deployment(
            shell=shell,
            fleet=hosts,
            order=order,
            tell=announced,
            ready=lambda event: announce(hosts.manifest, event, what.folder, os.environ, tell),
            prune=_prune,
        ).run()


def _plan(hosts: Fleet, order: Order, *, as_json: bool) -> None:
    steps = list(planned(hosts, order, _prune))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in steps], indent=2))
        return
    for each in steps:
        when = f"  ({each.when})" if each.when else ""
        click.echo(f"{each.host}  {each.phase}: {each.step}{when}")
        for command in each.commands:
            click.echo(f"    {command}")


def _prune(hosts: Fleet, host: Host) -> Remote:
    return prune.command(hosts, host, hosts.manifest.deploy.keep)


def _parallel(text: str | None, hosts: Fleet) -> int:
    return hosts_at_a_time(text or hosts.manifest.deploy.parallel, len(hosts.hosts))
