"""The command line: options in, one call of the package out. No logic."""

from __future__ import annotations

import click

from toolkit import __version__
from toolkit.cli.apply import apply
from toolkit.cli.build import build
from toolkit.cli.deploy import deploy, rollback
from toolkit.cli.doctor import doctor
from toolkit.cli.env import env
from toolkit.cli.exec_ import exec_, manage
from toolkit.cli.history import history
from toolkit.cli.images import images
from toolkit.cli.lock import lock, unlock
from toolkit.cli.logs import logs
from toolkit.cli.maintenance import maintenance
from toolkit.cli.makefiles import makefiles
from toolkit.cli.manifest import manifest
from toolkit.cli.prune import prune
from toolkit.cli.scaffold import scaffold
from toolkit.cli.setup import setup
from toolkit.cli.status import status
from toolkit.cli.wheelhouse import wheelhouse


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="toolkit")
def cli() -> None:
    """Takes a Django repository to a small, safe container image."""


cli.add_command(apply)
cli.add_command(build)
cli.add_command(deploy)
cli.add_command(doctor)
cli.add_command(env)
cli.add_command(exec_)
cli.add_command(history)
cli.add_command(images)
cli.add_command(lock)
cli.add_command(logs)
cli.add_command(maintenance)
cli.add_command(makefiles)
cli.add_command(manage)
cli.add_command(manifest)
cli.add_command(prune)
cli.add_command(rollback)
cli.add_command(scaffold)
cli.add_command(setup)
cli.add_command(status)
cli.add_command(unlock)
cli.add_command(wheelhouse)
