"""`toolkit exec` and `toolkit manage`: a command in an app's image, on one host."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from toolkit.cli.asked import asked
from toolkit.operate import attached, running

if TYPE_CHECKING:
    from toolkit.cli.asked import Asked

#: Everything behind APP is the command's own, whatever it looks like.
VERBATIM = {"allow_interspersed_args": False, "ignore_unknown_options": True}


@click.command("exec", context_settings=VERBATIM)
@click.argument("app")
@click.argument(
    "words", metavar="PROGRAM [ARGS]...", nargs=-1, required=True, type=click.UNPROCESSED
)
@asked(app=False)
def exec_(what: Asked, words: tuple[str, ...]) -> None:
    """Run a program of APP's image on its first host, or on --host.

    It runs in a container of its own, of the host's tag and with the app's variables. Options go
    before APP; what is behind it arrives as it is. Input, output and exit code are the program's;
    it has a terminal where both stdin and stdout are one.
    """
    _run(what, "exec", words)


@click.command(context_settings=VERBATIM)
@click.argument("app")
@click.argument(
    "words", metavar="COMMAND [ARGS]...", nargs=-1, required=True, type=click.UNPROCESSED
)
@asked(app=False)
def manage(what: Asked, words: tuple[str, ...]) -> None:
    """Run a command of Django's in APP's image on its first host, or on --host.

    It runs in a container of its own, of the host's tag and with the app's variables. Options go
    before APP; what is behind it arrives as it is. Input, output and exit code are the command's,
    so that `toolkit manage antisocial dumpdata > dump.json` writes clean JSON.
    """
    _run(what, "manage", words)


def _run(what: Asked, verb: running.Verb, words: tuple[str, ...]) -> None:
    host = running.where(what.fleet, what.hosts)
    remote = running.command(what.fleet, host, verb, words)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    with what.ssh as ssh:
        code = attached.run(ssh, host, remote, terminal=terminal)
    sys.exit(code)
