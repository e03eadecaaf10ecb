"""Builds one wheel from an sdist, a repository or a folder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from build_wheels import commands
from build_wheels.errors import InputError, UnbuildableError, WheelhouseError
from build_wheels.resolution_errors import explain, unbuildable
from build_wheels.selection import Kind, Wanted

if TYPE_CHECKING:
    from build_wheels.download import Downloader
    from build_wheels.interpreter import Target
    from build_wheels.process import Runner

AT_ONCE = 2


@dataclass(frozen=True)
class Builder:
    """Builds the wheels of a run."""

    uv: str
    runner: Runner
    downloader: Downloader
    target: Target
    work: Path
    logs: Path

    def build(self, want: Wanted) -> Path:
        """Build one wheel.

        Args:
            want: its source.

        Returns:
            The wheel, in a folder of its own.

        Raises:
            UnbuildableError: the build fails.
            WheelhouseError: the source cannot be had.
        """
        folder = self.work / want.name
        output = folder / "wheel"
        output.mkdir(parents=True)
        source = self._source(want, folder)
        log = self.logs / f"{want.shown.replace(' ', '-')}.log"
        argv = commands.build_wheel(self.uv, source, python=self.target.python, output=output)
        done = self.runner.run(argv, cwd=folder, log=log)
        if done.returncode:
            raise unbuildable(want.shown, done.output, log=log)
        wheels = list(output.glob("*.whl"))
        if len(wheels) != 1:
            raise UnbuildableError(
                f"building {want.shown} gave {len(wheels)} wheels instead of one"
            )
        check_wheel(want, wheels[0].name, self.target)
        log.unlink()
        return wheels[0]

    def _source(self, want: Wanted, folder: Path) -> Path:
        if want.kind is Kind.DIRECTORY:
            return Path(want.location) / want.subdirectory
        if want.kind is Kind.SDIST:
            file = self.downloader.fetch(want, folder)
            return _unpacked(file, want, folder) if want.subdirectory else file
        checkout = folder / "checkout"
        checkout.mkdir()
        for argv in commands.git_checkout(want.location, want.commit, checkout):
            done = self.runner.run(argv, environment=commands.git_credentials(want.location))
            if done.returncode:
                raise _git_failed(want, done.output)
        return checkout / want.subdirectory


def check_wheel(want: Wanted, filename: str, target: Target) -> None:
    """See that what came out is what was wanted.

    Args:
        want: the source.
        filename: the wheel's name.
        target: the interpreter that it must fit.

    Raises:
        UnbuildableError: it has another name or version, or does not fit.
    """
    try:
        name, version, _, tags = parse_wheel_filename(filename)
    except InvalidWheelFilename as error:
        raise UnbuildableError(f"building {want.shown} gave a bad wheel", why=str(error)) from None
    if canonicalize_name(name) != want.name or (want.version and str(version) != want.version):
        raise UnbuildableError(
            f"building {want.shown} gave {name} {version}",
            why=filename,
            then="its source is not what its index says; require another version",
        )
    if tags.isdisjoint(target.tags):
        raise UnbuildableError(
            f"building {want.shown} gave a wheel that {target.shown} cannot use", why=filename
        )


def _unpacked(file: Path, want: Wanted, folder: Path) -> Path:
    target = folder / "unpacked"
    shutil.unpack_archive(str(file), str(target))
    inside = list(target.iterdir())
    top = inside[0] if len(inside) == 1 and inside[0].is_dir() else target
    return top / want.subdirectory


def _git_failed(want: Wanted, output: str) -> WheelhouseError:
    cause = explain(output)
    if cause.code != InputError.code:
        return cause
    return InputError(
        f"{want.shown} cannot be had from its repository",
        why=f"{want.source}\n{cause.why}",
        then="check that the repository still has this commit",
    )
