"""One run, from the app's requirements to a full wheelhouse."""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name, parse_wheel_filename

from build_wheels import build, download, inputs, interpreter, libraries, requirements, sources
from build_wheels.errors import CannotCreateError, InputError, UnbuildableError, WheelhouseError
from build_wheels.index import Credentials, Indexes, named_indexes, tool_environment
from build_wheels.manifest import Manifest, Package, Stamp, sha256_of
from build_wheels.plan import Plan, intact_files, plan
from build_wheels.process import Runner
from build_wheels.redact import redact, without_userinfo
from build_wheels.resolve import Resolver
from build_wheels.source_tree import SourceTree
from build_wheels.surroundings import Surroundings
from build_wheels.wheelhouse import DEBS, LOGS, Wheelhouse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from build_wheels.cli import Options
    from build_wheels.manifest import Deb
    from build_wheels.progress import Progress
    from build_wheels.selection import Wanted
    from build_wheels.sources import Source


@dataclass(frozen=True)
class Summary:
    """How a run ended."""

    kept: int
    downloaded: int
    built: int
    debs: int
    seconds: float

    def __str__(self) -> str:
        total = self.kept + self.downloaded + self.built
        debs = f", {counted(self.debs, 'Debian package')} for run time" if self.debs else ""
        return (
            f"{counted(total)}: {self.kept} kept, {self.downloaded} downloaded, "
            f"{self.built} built in {self.seconds:.1f} s{debs}"
        )


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="wheels-")
    except FileNotFoundError as error:
        raise CannotCreateError(
            "there is no temporary folder that can be written",
            why=str(error),
            then="mount one at /tmp, or name one with TMPDIR",
        ) from None


def counted(number: int, noun: str = "package") -> str:
    """A number of things in words.

    Args:
        number: how many.
        noun: what, one of it.
    """
    return f"{number} {noun}" + ("" if number == 1 else "s")


def fill(options: Options, environment: Mapping[str, str], progress: Progress) -> Summary:
    """Fill a wheelhouse.

    Args:
        options: what to do.
        environment: this process's.
        progress: who is told.

    Raises:
        WheelhouseError: it cannot be done; the wheelhouse is as it was.
        Interrupted: a signal came; the wheelhouse is as it was.
    """
    began = time.monotonic()
    stamp = Stamp.load(options.stamp)
    source = sources.find(options.source, requirements=options.requirements, lock=options.lock)
    wheelhouse = Wheelhouse(options.wheelhouse)
    with wheelhouse.staging() as staging, _temporary_folder() as work:
        job = _Job(
            options=options,
            environment=environment,
            progress=progress,
            wheelhouse=wheelhouse,
            stamp=stamp,
            staging=staging,
            work=Path(work).resolve(),
        )
        try:
            return job.run(source, began)
        finally:
            job.end()


class _Job:
    def __init__(
        self,
        *,
        options: Options,
        environment: Mapping[str, str],
        progress: Progress,
        wheelhouse: Wheelhouse,
        stamp: Stamp,
        staging: Path,
        work: Path,
    ) -> None:
        self.options = options
        self.progress = progress
        self.wheelhouse = wheelhouse
        self.stamp = stamp
        self.staging = staging
        self.work = work
        self.cancelled = threading.Event()
        (work / "tree").mkdir()
        (work / "lock").mkdir()
        self.tree = SourceTree(options.source, work / "tree")
        self.around = Surroundings.prepare(work, options.cache, environment)
        self.environment = environment
        self.uv = str(Path(sys.executable).with_name("uv"))
        self.runner = Runner(environment)

    def end(self) -> None:
        """Leave nothing running."""
        self.cancelled.set()
        self.runner.end()

    def run(self, source: Source, began: float) -> Summary:
        parsed = self._parsed(source)
        pyproject = self.tree.root / "pyproject.toml"
        project = sources.read_toml(pyproject, shown=pyproject.name) if pyproject.is_file() else {}
        indexes = Indexes.from_environment(
            self.environment,
            parsed,
            find_links=self.options.find_links,
            named=named_indexes(project),
        )
        self.runner.environment = tool_environment(
            indexes,
            self.environment,
            ca_bundle=self.around.ca_bundle,
            home=self.around.home,
            cache=self.around.cache,
            python=self.options.python,
        )
        target = interpreter.ask(self.options.python, self.runner)
        for variable in ("CFLAGS", "CXXFLAGS"):
            self.runner.environment.setdefault(variable, target.compiler_flags)
        wanted = self._resolve(source, parsed, target)
        previous = self.wheelhouse.manifest
        intact = intact_files(self.options.wheelhouse, previous)
        todo = plan(
            wanted,
            previous,
            stamp=self.stamp,
            intact=intact,
            rebuild=[canonicalize_name(name) for name in self.options.rebuild],
        )
        downloader = download.Downloader(
            credentials=Credentials.collect(indexes, self.environment),
            ca_bundle=self.around.ca_bundle,
            cancelled=self.cancelled,
            trusted_hosts=indexes.trusted_hosts,
        )
        packages = self._make(todo, downloader, target)
        names = inputs.names(source, parsed, wanted, root=self.tree.root)
        manifest = self._manifest([*todo.keep, *packages], intact, names)
        lock = self.work / "lock" / "pylock.toml"
        text = lock.read_text(encoding="utf-8") if source.form is sources.Form.REQUIREMENTS else ""
        self.wheelhouse.commit(self.staging, manifest, lock=without_userinfo(text))
        return Summary(
            kept=len(todo.keep),
            downloaded=len(todo.fetch),
            built=len(todo.build),
            debs=len(manifest.debs),
            seconds=time.monotonic() - began,
        )

    def _parsed(self, source: Source) -> requirements.Parsed:
        if source.form is not sources.Form.REQUIREMENTS:
            return requirements.Parsed()
        files = [self.tree.root / file for file in source.files]
        parsed = requirements.parse(files, root=self.tree.root, environment=self.environment)
        if parsed.problems:
            count = len(parsed.problems)
            raise InputError(
                "the requirements have " + ("a mistake" if count == 1 else f"{count} mistakes"),
                why=redact("\n".join(parsed.problems)),
                then="correct it" if count == 1 else "correct them",
            )
        return parsed

    def _resolve(
        self, source: Source, parsed: requirements.Parsed, target: interpreter.Target
    ) -> list[Wanted]:
        resolver = Resolver(
            uv=self.uv,
            runner=self.runner,
            tree=self.tree,
            target=target,
            work=self.work / "lock",
        )
        shown = ", ".join(map(str, source.files))
        step = f"resolving {shown}"
        self.progress.started(step)
        wanted = resolver.wanted(
            source,
            parsed=parsed,
            extra=self.options.extra,
            groups=self.options.groups,
            no_groups=self.options.no_groups,
            extras=self.options.extras,
            previous=None if self.options.upgrade else self.wheelhouse.lock,
            upgrade=self.options.upgrade,
        )
        self.progress.ended(step, f"{shown}: {counted(len(wanted))} for {target.shown}")
        return wanted

    def _make(
        self, todo: Plan, downloader: download.Downloader, target: interpreter.Target
    ) -> list[Package]:
        if not todo.fetch and not todo.build:
            return []
        self.progress.expect(1 + len(todo.fetch) + len(todo.build))
        builder = build.Builder(
            uv=self.uv,
            runner=self.runner,
            downloader=downloader,
            target=target,
            work=self.work / "build",
            logs=self.staging / LOGS,
        )
        linked = self._libraries()

        def fetched(want: Wanted) -> Package:
            step = f"downloading {want.shown}"
            self.progress.started(step, brief=True)
            file = downloader.fetch(want, self.staging)
            self.progress.ended(step, f"{want.shown} downloaded")
            return _package(want, file, root=self.tree.root, origin="downloaded")

        def built(want: Wanted) -> Package:
            step = f"building {want.shown}"
            self.progress.started(step)
            file = builder.build(want)
            needs = linked.needs(file)
            target_file = self.staging / file.name
            shutil.move(str(file), str(target_file))
            made = _package(want, target_file, root=self.tree.root, origin="built", needs=needs)
            self.progress.ended(step, f"{made.name} {made.version} built")
            return made

        downloads = ThreadPoolExecutor(download.AT_ONCE)
        builds = ThreadPoolExecutor(build.AT_ONCE)
        try:
            futures = [builds.submit(built, want) for want in todo.build]
            futures += [downloads.submit(fetched, want) for want in todo.fetch]
            return _gather(futures)
        except UnbuildableError:
            self.wheelhouse.keep_logs(self.staging)
            raise
        except BaseException:
            self.end()
            raise
        finally:
            # A thread that waits for a server must not hold up the end.
            for pool in (downloads, builds):
                pool.shutdown(wait=not self.cancelled.is_set(), cancel_futures=True)

    def _manifest(
        self, packages: list[Package], intact: set[str], inputs: tuple[str, ...]
    ) -> Manifest:
        packages = sorted(packages, key=lambda p: p.name)
        needs = tuple(sorted({need for p in packages for need in p.needs}))
        return Manifest(
            stamp=self.stamp,
            inputs=inputs,
            packages=tuple(packages),
            debs=tuple(self._debs(needs, intact)),
            debs_for=needs,
        )

    def _libraries(self) -> libraries.Libraries:
        return libraries.Libraries(
            runner=self.runner,
            base_packages=libraries.read_base_packages(self.options.base_packages),
            work=self.work / "libraries",
            ca_bundle=self.around.ca_bundle,
        )

    def _debs(self, needs: tuple[str, ...], intact: set[str]) -> list[Deb]:
        previous = self.wheelhouse.manifest
        if not needs:
            return []
        if (
            previous is not None
            and previous.stamp == self.stamp
            and previous.debs_for == needs
            and not self.options.upgrade
            and all(deb.filename in intact for deb in previous.debs)
        ):
            return list(previous.debs)
        linked = self._libraries()
        step = f"fetching {', '.join(needs)} for run time"
        self.progress.started(step)
        debs = linked.fetch(needs, self.staging / DEBS)
        shown = counted(len(debs), "Debian package")
        self.progress.ended(step, f"{shown} for run time downloaded")
        return debs


def _gather(futures: list[Future[Package]]) -> list[Package]:
    # A build that fails lets the others go on: all that cannot be built is told at once.
    failures: list[WheelhouseError] = []
    pending = set(futures)
    while pending:
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            error = future.exception()
            if isinstance(error, UnbuildableError):
                failures.append(error)
            elif error is not None:
                raise error
    if failures:
        first, *first.also = sorted(failures, key=str)
        raise first
    return [future.result() for future in futures]


def _package(
    want: Wanted, file: Path, *, root: Path, origin: str, needs: tuple[str, ...] = ()
) -> Package:
    _, version, _, tags = parse_wheel_filename(file.name)
    return Package(
        name=want.name,
        version=str(version),
        filename=file.name,
        sha256=sha256_of(file),
        tags=tuple(sorted(map(str, tags))),
        origin=origin,
        identity=want.identity,
        source=want.source.replace(f"{root}/", "./"),
        needs=needs,
    )
