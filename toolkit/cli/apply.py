"""`toolkit apply`: hosts as the manifest says."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.deploy.ssh import Ssh
from toolkit.manifest.reading import load
from toolkit.provision import approving
from toolkit.provision.approving import Approval
from toolkit.provision.machines import machines

if TYPE_CHECKING:
    from pathlib import Path

yes = click.option("--yes", "-y", is_flag=True, help="Do it without a question.")


def asking() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


@click.command()
@click.argument("app", default="")
@options.directory
@options.manifest
@options.hosts
@options.ssh_config
@click.option("--diff", is_flag=True, help="Install nothing; end with 1 if anything differs.")
@yes
@click.option("--prune", is_flag=True, help="Remove files that are no longer made.")
@click.option("--force", is_flag=True, help="Write over files that were edited by hand, too.")
def apply(
    app: str,
    directory: Path,
    manifest_file: Path | None,
    hosts: tuple[str, ...],
    ssh_config: Path | None,
    diff: bool,
    yes: bool,
    prune: bool,
    force: bool,
) -> None:
    """Show how APP's files on the hosts differ from its manifest, and install them.

    It asks first; without a terminal and --yes nothing is installed, and it ends with 1 where
    anything differs. A host's files are all installed or none: those that nginx or sudo does not
    take are put back. Files of variables are never written over: `toolkit env push` does that.
    Containers keep running as they are; `toolkit deploy APP --restart` starts them again.
    """
    manifest = load(app, directory, manifest_file).manifest
    with Ssh(config=ssh_config) as shell:
        approving.apply(
            shell,
            manifest.name,
            machines(manifest, hosts),
            Approval(
                ask=click.confirm if asking() else None,
                yes=yes,
                only_show=diff,
                prune=prune,
                force=force,
            ),
            click.echo,
        )
