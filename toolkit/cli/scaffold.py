"""`toolkit scaffold`: the hosts' files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from toolkit.cli import options
from toolkit.errors import ScaffoldError, UsageError
from toolkit.manifest.models import TargetName
from toolkit.manifest.reading import load
from toolkit.scaffold import changes, missing, neighbours
from toolkit.scaffold.changes import Change, State
from toolkit.scaffold.making import Request

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command()
@click.argument("app", default="")
@options.directory
@options.manifest
@click.option(
    "--target",
    "targets",
    multiple=True,
    type=click.Choice(get_args(TargetName)),
    help="What to make files for; several allowed.  [default: the manifest's targets]",
)
@click.option("--host", default="", help="Only what this host runs.  [default: every role]")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write.  [default: DIRECTORY/hosts, and DIRECTORY for the repository's files]",
)
@click.option(
    "--tar",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the hosts' files as a tarball, and nothing else.",
)
@click.option("--diff", is_flag=True, help="Show what would change, and write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; end with 1 if anything would change.")
@click.option("--force", is_flag=True, help="Write over files that were edited by hand, too.")
@click.option("--prune", is_flag=True, help="Remove files that are no longer made.")
def scaffold(
    app: str,
    directory: Path,
    manifest_file: Path | None,
    targets: tuple[TargetName, ...],
    host: str,
    output: Path | None,
    tar: Path | None,
    diff: bool,
    check: bool,
    force: bool,
    prune: bool,
) -> None:
    """Make the files by which hosts run APP, from its manifest.

    They are in a folder that mirrors a host's root: as root's, `cp -a hosts/. /` installs them.
    Without a manifest everything has a default. A file that was edited by hand is never written
    over, unless --force says so; the file of variables, /etc/default/APP.env, never at all.
    """
    request = Request(
        manifest=load(app, directory, manifest_file).manifest,
        targets=targets,
        host=host,
        directory=directory,
        output=output,
    )
    request.check()
    if tar and (diff or check or prune):
        raise UsageError("--tar goes with none of --diff, --check and --prune.", "Leave one out.")
    if tar:
        _tar(request, tar)
        return
    found = request.changes()
    if diff:
        click.echo("".join(each.diff() for made in found.values() for each in made), nl=False)
    if check:
        _check(found)
    if not diff and not check:
        _write(found, force=force, prune=prune)
        for line in missing.lines(request.manifest, found):
            click.echo(line)
        if more := request.beside():
            click.echo(
                f"The manifest's targets are without {', '.join(more)}: name them there, since "
                "files of one target tell of the others."
            )
        for place in found:
            for line in neighbours.lines(request.manifest, request.host, place):
                click.echo(line)


def _tar(request: Request, path: Path) -> None:
    made = request.of_hosts()
    changes.save(changes.tar(made, request.manifest.name), path)
    click.echo(f"{path}: {len(made)} files. On a host: tar -xpf {path.name} -C /")
    for file in made:
        if file.filled:
            click.echo(f"  Where /{file.path} is filled in already: --exclude={file.path}")


def _check(found: Mapping[Path, tuple[Change, ...]]) -> None:
    stale = [(place, change) for place, each in found.items() for change in each if change.stale]
    for place, change in stale:
        click.echo(f"{change.state:<18} {place / change.path}")
    if stale:
        raise ScaffoldError(
            f"files that are not as they would be made: {len(stale)}.", "Run it without --check."
        )


def _write(found: Mapping[Path, tuple[Change, ...]], *, force: bool, prune: bool) -> None:
    hand = [place / each.path for place, made in found.items() for each in made if each.hand]
    if hand and not force:
        names = "".join(f"\n  - {path}" for path in hand)
        raise ScaffoldError(
            f"nothing was written: these files were edited by hand, or are another's:{names}",
            "--diff shows what would change, --force writes over them; or take the edit into the "
            "manifest.",
        )
    for place, made in found.items():
        changes.write(made, place, prune=prune)
        for change in made:
            if change.stale:
                gone = change.state is State.LEFT and prune
                click.echo(f"{'removed' if gone else change.state:<18} {place / change.path}")
        same = sum(not change.stale for change in made)
        click.echo(f"{place}: {len(made)} files, {same} as they were.")
