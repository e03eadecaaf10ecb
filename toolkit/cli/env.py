"""`toolkit env`: the variables on the hosts, of which nothing but names is shown."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli import options
from toolkit.cli.apply import asking, yes
from toolkit.cli.deploy import deploy
from toolkit.deploy.ssh import Ssh
from toolkit.manifest.reading import load
from toolkit.provision import pushing
from toolkit.provision.approving import Approval
from toolkit.provision.machines import machines
from toolkit.provision.pushing import Comparison

file_option = click.option(
    "--file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True),
    help="The app's variables, one NAME=value a line.  "
    "[default: DIRECTORY/hosts/etc/default/APP.env, and the roles' files beside it]",
)


@click.group()
def env() -> None:
    """Compare and write the hosts' files of variables. No value is ever shown."""


@env.command()
@click.argument("app", default="")
@options.directory
@options.manifest
@options.hosts
@options.ssh_config
@file_option
def diff(
    app: str,
    directory: Path,
    manifest_file: Path | None,
    hosts: tuple[str, ...],
    ssh_config: Path | None,
    file: Path | None,
) -> None:
    """Show which of APP's variables differ on which host; end with 1 if any does.

    The hosts compare: they get the local file, and answer with names.
    """
    manifest = load(app, directory, manifest_file).manifest
    files = pushing.local(manifest, directory, file)
    with Ssh(config=ssh_config) as shell:
        compared = Comparison(shell=shell, files=files, machines=machines(manifest, hosts))
        stale = compared.show(click.echo)
    if stale:
        raise pushing.differ(stale, f"`toolkit env push {manifest.name}` writes them.")
    click.echo("A push would write nothing.")


@env.command()
@click.argument("app", default="")
@options.directory
@options.manifest
@options.hosts
@options.ssh_config
@file_option
@yes
@click.option(
    "--delete", is_flag=True, help="Remove what hosts alone have, and empty what is empty here."
)
@click.option("--roll", is_flag=True, help="Then start the roles again, as a deploy does.")
def push(
    app: str,
    directory: Path,
    manifest_file: Path | None,
    hosts: tuple[str, ...],
    ssh_config: Path | None,
    file: Path | None,
    yes: bool,
    delete: bool,
    roll: bool,
) -> None:
    """Write APP's variables on its hosts, for root alone, and keep the former file as FILE.former.

    It shows what differs and asks first. A variable that a host alone has stays, and so does the
    value of one that is empty here, unless --delete says otherwise.
    """
    manifest = load(app, directory, manifest_file).manifest
    files = pushing.local(manifest, directory, file)
    with Ssh(config=ssh_config) as shell:
        compared = Comparison(
            shell=shell, files=files, machines=machines(manifest, hosts), whole=delete
        )
        written = compared.push(
            Approval(ask=click.confirm if asking() else None, yes=yes), click.echo
        )
    if roll:
        click.get_current_context().invoke(
            deploy,
            app=manifest.name,
            directory=directory,
            manifest_file=manifest_file,
            hosts=hosts,
            ssh_config=ssh_config,
            restart=True,
        )
    elif written:
        click.echo(
            f"The roles take them when they start again: toolkit deploy {manifest.name} --restart"
        )
