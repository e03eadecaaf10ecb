"""`toolkit doctor`: whether hosts have what a deploy needs."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.cli.asked import admin, asked, counted
from toolkit.deploy.side_by_side import side_by_side
from toolkit.errors import PreflightError
from toolkit.operate.doctor import findings
from toolkit.operate.doctor.examining import examine
from toolkit.operate.doctor.judging import judged

if TYPE_CHECKING:
    from toolkit.cli.asked import Asked


@click.command()
@asked()
@admin
@options.as_json
def doctor(what: Asked, admin: bool, as_json: bool) -> None:
    """Look at all that a deploy of APP needs on each host, and at what is left of earlier ones.

    The way there, the user's rights, the engine, clocks, disks, the files that `toolkit scaffold`
    makes, ports, the registry, the app's own check of its settings, containers and locks. Nothing
    is changed. It ends with 0 where there is no problem, else with 81; with 80 where a host cannot
    be reached.
    """
    fleet = what.fleet
    if admin:
        user = fleet.manifest.deploy.admin
        fleet = replace(
            fleet,
            hosts=tuple(host.admin(user) for host in fleet.hosts),
            proxies=tuple(host.admin(user) for host in fleet.proxies),
        )
    with what.ssh as ssh:
        hosts = fleet.everywhere
        ask = counted(lambda host: examine(ssh, fleet, host), len(hosts))
        answers = side_by_side(hosts, ask)
    found = list(judged(fleet, answers))
    if as_json:
        click.echo(json.dumps(findings.data(found), indent=2, ensure_ascii=False))
    else:
        click.echo(findings.text(found))
    if lost := [*answers.failed.values()]:
        sys.exit(lost[0].exit_code)  # the table says which, and why
    if any(each.level == "problem" for each in found):
        raise PreflightError("")
