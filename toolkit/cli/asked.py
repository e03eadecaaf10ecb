"""What commands that work on hosts have in common: an app, its hosts, and the way there."""

from __future__ import annotations

import functools
import getpass
import itertools
import os
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from toolkit.cli import options
from toolkit.deploy.hosts import Fleet, fleet
from toolkit.deploy.ssh import Ssh
from toolkit.manifest.reading import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.deploy.hosts import Host

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a command is about.

    Attributes:
        fleet: The app's hosts, or those asked for.
        folder: The app's.
        hosts: The hosts that were named.
        ssh: The way to them; a context.
    """

    fleet: Fleet
    folder: Path
    hosts: tuple[str, ...]
    ssh: Ssh


def asked(
    *, app: bool = True, roles: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that name an app and its hosts, and hand it an `Asked`.

    Args:
        app: APP can be left out; else the command has it as an argument of its own, `app`.
        roles: It takes --role.
    """
    taken = [
        *([click.argument("app", default="")] if app else []),
        options.directory,
        options.manifest,
        options.hosts,
        *([options.roles] if roles else []),
        options.ssh_config,
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(**given: Any) -> None:  # noqa: ANN401 - click's
            folder = given.pop("directory")
            found = fleet(
                load(given.pop("app"), folder, given.pop("manifest_file")).manifest,
                hosts := given.pop("hosts"),
                given.pop("roles", ()),
            )
            command(
                Asked(
                    fleet=found,
                    folder=folder,
                    hosts=hosts,
                    ssh=Ssh(config=given.pop("ssh_config")),
                ),
                **given,
            )

        for each in reversed(taken):
            run = each(run)
        return run

    return decorate


admin = click.option(
    "--admin", is_flag=True, help="As the manifest's deploy.admin, who may see everything."
)


def counted(ask: Callable[[Host], T], number: int) -> Callable[[Host], T]:
    """The same, with a line on a terminal that tells how many hosts have answered.

    Args:
        ask: What is done for each host.
        number: How many there are.
    """
    terminal = sys.stderr.isatty()
    answered = itertools.count(1)

    def tell(text: str) -> None:
        if terminal:
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)

    def of(host: Host) -> T:
        try:
            return ask(host)
        finally:
            done = next(answered)
            tell("" if done == number else f"{done} of {number} hosts have answered …")

    tell(f"{number} hosts are asked …")
    return of


def who() -> str:
    """Who runs this: a user and a machine, or TOOLKIT_WHO."""
    return os.environ.get("TOOLKIT_WHO") or f"{_user()}@{socket.gethostname()}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's, which no passwd has
        return str(os.getuid())
