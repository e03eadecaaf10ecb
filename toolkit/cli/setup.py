"""`toolkit setup`: from a bare machine to a host."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli import options
from toolkit.deploy.ssh import Ssh
from toolkit.errors import UsageError
from toolkit.manifest.reading import load
from toolkit.provision import following
from toolkit.provision.machines import machines
from toolkit.provision.setting_up import Setup


@click.command()
@click.argument("app", default="")
@click.argument("more", nargs=-1, metavar="[HOST]...")
@options.directory
@options.manifest
@options.hosts
@options.ssh_config
@click.option(
    "--key",
    "keys",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with public keys of who deploys, beside the keys that the admin has on the host; "
    "several allowed.",
)
@click.option("--force", is_flag=True, help="Write over files that were edited by hand, too.")
def setup(
    app: str,
    more: tuple[str, ...],
    directory: Path,
    manifest_file: Path | None,
    hosts: tuple[str, ...],
    ssh_config: Path | None,
    keys: tuple[Path, ...],
    force: bool,
) -> None:
    """Make hosts of APP of bare machines: Debian or Ubuntu, with SSH.

    Works as the manifest's deploy.admin, root or a user whose sudo asks for no password. Each host
    then has Docker, sudo, the user who deploys, nginx where it serves, and the app's files. A HOST
    has to be in the manifest, if that names any; none means all. It can be run again at any time,
    and changes nothing that is there.
    """
    if "." in app or "@" in app:  # no app's name has them
        app, more = "", (app, *more)
    manifest = load(app, directory, manifest_file).manifest
    there = machines(manifest, (*more, *hosts))
    with Ssh(config=ssh_config) as shell:
        Setup(
            shell=shell,
            app=manifest.name,
            machines=there,
            keys="".join(map(_public, keys)),
            force=force,
            say=click.echo,
        ).run()
    for line in following.lines(manifest, there):
        click.echo(line)


def _public(path: Path) -> str:
    text = path.read_text(encoding="utf-8", errors="replace")
    if "PRIVATE KEY" in text or not any(line.count(" ") for line in text.splitlines()):
        raise UsageError(f"{path} has no public key.", f"Perhaps {path}.pub has it.")
    return f"{text.rstrip()}\n"
