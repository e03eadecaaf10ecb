"""`toolkit logs`: what the containers say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from toolkit.cli.asked import admin, asked
from toolkit.deploy.side_by_side import end, side_by_side
from toolkit.errors import HostError, UsageError
from toolkit.operate import attached
from toolkit.operate import logs as logbook
from toolkit.operate.logs import TAIL, Wanted

if TYPE_CHECKING:
    from toolkit.cli.asked import Asked
    from toolkit.deploy.hosts import Host

#: Those of a host each: what a terminal has that is not an alarm.
COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_magenta")


@click.command()
@asked(roles=True)
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@click.option(
    "--tail",
    type=click.IntRange(min=0),
    metavar="N",
    help=f"The last N lines of each container.  [default: {TAIL}; with --since, all]",
)
@click.option("--since", default="", metavar="TIME", help="A time, or an age such as 10m.")
@click.option("--grep", "pattern", metavar="PATTERN", help="Only lines with this, a Python regex.")
@admin
def logs(
    what: Asked, follow: bool, tail: int | None, since: str, pattern: str | None, admin: bool
) -> None:
    """Show the logs of APP's containers on all of its hosts, as they come.

    With -f it goes on through deploys: a container that is replaced is followed by the next one.
    The user who deploys may read the last 50 lines of each container, and what comes; --admin all.
    """
    wanted = Wanted(
        follow=follow,
        tail=TAIL if tail is None and not since else tail,
        since=since,
        pattern=_compiled(pattern),
    )

    def colour(text: str, at: int) -> str:
        return click.style(text, fg=COLOURS[at % len(COLOURS)])

    fleet = what.fleet
    show = logbook.Printer(click.echo, fleet, wanted.pattern, colour)
    running: list[attached.Followed] = []

    def of(host: Host) -> None:
        user = host.admin(fleet.manifest.deploy.admin) if admin else host
        remote = logbook.command(fleet, host, wanted, user)

        def listen(line: str) -> None:
            show(logbook.read(host, line))

        if not follow:
            what.ssh.run(user, attached.HELLO)  # what ssh itself says is no line of a log
            what.ssh.run(user, remote, listen)
            return
        try:
            followed = attached.follow(what.ssh, user, remote, listen)
            running.append(followed)
            followed.until_end()
        except HostError as error:  # it is told now: the others may go on for days
            click.echo(error, err=True)
            raise

    with what.ssh:
        try:
            answers = side_by_side(fleet.hosts, of, most=len(fleet.hosts))
        finally:
            for each in running:
                each.end()
    end(answers.failed)


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern) if pattern else None
    except re.error as error:
        raise UsageError(
            f"--grep {pattern!r} is no regular expression: {error}.", r"Literally: \ before it."
        ) from None
