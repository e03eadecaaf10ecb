"""From the app's input to the list of what is wanted, by way of a lock file."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from build_wheels import commands, uv_lock
from build_wheels.errors import InputError, UsageError
from build_wheels.redact import redact
from build_wheels.requirements import Parsed, requirement_problem
from build_wheels.resolution_errors import explain
from build_wheels.selection import Kind, Wanted, load, select
from build_wheels.source_tree import SourceTree, digest_of
from build_wheels.sources import Form, Source, read_toml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from build_wheels.interpreter import Target
    from build_wheels.process import Runner


@dataclass(frozen=True)
class Resolver:
    """What resolving needs, whatever the input's form is."""

    uv: str
    runner: Runner
    tree: SourceTree
    target: Target
    work: Path

    def wanted(
        self,
        source: Source,
        *,
        parsed: Parsed,
        extra: Sequence[str],
        groups: Sequence[str] = (),
        no_groups: Sequence[str] = (),
        extras: Sequence[str] = (),
        previous: Path | None = None,
        upgrade: bool = False,
    ) -> list[Wanted]:
        """Resolve.

        Args:
            source: the input.
            parsed: what its requirements files say; empty for a lock file.
            extra: requirements besides (``--with``).
            groups: dependency groups besides the defaults, for ``uv.lock``.
            no_groups: groups to leave out.
            extras: the project's extras.
            previous: the lock file of the last run, whose versions are preferred.
            upgrade: whether newer versions are wanted.

        Returns:
            The packages by name.

        Raises:
            WheelhouseError: the input is wrong, or the index is.
        """
        added = _extra_file(extra, self.work)
        if source.form is Form.REQUIREMENTS:
            lock = self.work / "pylock.toml"
            if previous is not None:
                lock.write_bytes(previous.read_bytes())
            self._copy_local(parsed)
            files = [*source.files, *added]
            self._compile(files, lock, parsed=parsed, upgrade=upgrade)
            return self._select(lock, base=self.work, parsed=parsed)
        lock, base = self._locked(source, groups=groups, no_groups=no_groups, extras=extras)
        wanted = self._select(lock, base=base)
        if added:
            wanted = self._with(wanted, added)
        return wanted

    def _locked(
        self,
        source: Source,
        *,
        groups: Sequence[str],
        no_groups: Sequence[str],
        extras: Sequence[str],
    ) -> tuple[Path, Path]:
        file = self.tree.root / source.files[0]
        if source.form is Form.PYLOCK:
            return file, file.parent
        pyproject = file.with_name("pyproject.toml")
        if not pyproject.is_file():
            raise InputError(
                f"there is no pyproject.toml beside {source.files[0]}",
                then="keep both in one folder, as uv does",
            )
        uv_lock.check(
            read_toml(pyproject, shown="pyproject.toml"), read_toml(file, shown=file.name)
        )
        lock = self.work / "pylock.toml"
        argv = commands.export_lock(
            self.uv,
            python=self.target.python,
            output=lock,
            groups=groups,
            no_groups=no_groups,
            extras=extras,
        )
        done = self.runner.run(argv, cwd=file.parent)
        if done.returncode:
            raise explain(self._said(done.output))
        return lock, self.work

    def _copy_local(self, parsed: Parsed) -> None:
        # uv asks a project for its metadata where it lies, and a build backend writes there.
        for wish in parsed.wishes:
            if wish.directory is not None and not _tells_statically(wish.directory):
                self.tree.copied(wish.directory)

    def _with(self, locked: list[Wanted], added: Sequence[Path]) -> list[Wanted]:
        constraints = self.work / "constraints.txt"
        pins = [f"{w.name}=={w.version}\n" for w in locked if w.version and w.kind is not Kind.GIT]
        constraints.write_text("".join(pins), encoding="utf-8")
        lock = self.work / "pylock.with.toml"
        self._compile(added, lock, parsed=Parsed(), constraints=[constraints])
        names = {w.name for w in locked}
        more = [w for w in self._select(lock, base=self.work) if w.name not in names]
        return sorted([*locked, *more], key=lambda w: w.name)

    def _compile(
        self,
        files: Sequence[Path],
        lock: Path,
        *,
        parsed: Parsed,
        constraints: Sequence[Path] = (),
        upgrade: bool = False,
    ) -> None:
        argv = commands.compile_requirements(
            self.uv,
            files,
            python=self.target.python,
            output=lock,
            constraints=constraints,
            upgrade=upgrade,
        )
        done = self.runner.run(argv, cwd=self.tree.root)
        if done.returncode:
            raise explain(self._said(done.output), parsed)

    def _said(self, output: str) -> str:
        return output.replace(f"{self.tree.root}/", "./")

    def _select(self, lock: Path, *, base: Path, parsed: Parsed | None = None) -> list[Wanted]:
        pylock = load(read_toml(lock, shown=lock.name), shown=lock.name)
        picked = select(pylock, self.target, base=base, root=self.tree.root, parsed=parsed)
        return [self._with_digest(want) for want in picked]

    def _with_digest(self, want: Wanted) -> Wanted:
        if want.kind is not Kind.DIRECTORY:
            return want
        if not Path(want.location).is_dir():
            raise InputError(
                f"{want.name} should be at {os.path.relpath(want.location, self.tree.root)}, and "
                "nothing is there",
                then="keep local packages inside the app's folder",
            )
        # A folder outside of the app is one place in here and another on the host.
        folder = self.tree.copied(Path(want.location))
        return dataclasses.replace(want, location=str(folder), digest=digest_of(folder))


def _tells_statically(folder: Path) -> bool:
    file = folder / "pyproject.toml"
    project = read_toml(file, shown=file.name).get("project") if file.is_file() else None
    return isinstance(project, dict) and not project.get("dynamic")


def _extra_file(extra: Sequence[str], work: Path) -> list[Path]:
    if not extra:
        return []
    for text in extra:
        if why := requirement_problem(text):
            raise UsageError(f"--with {redact(text)} is not a requirement", why=why)
    file = work / "with.txt"
    file.write_text("".join(f"{text}\n" for text in extra), encoding="utf-8")
    return [file]
