#!/ve/bin/python
"""install-wheels: install a wheelhouse into this image, offline, and leave nothing else behind.

In an app's Dockerfile, as root::

    RUN --mount=type=bind,source=wheelhouse,target=/wheelhouse install-wheels

It refuses a wheelhouse that was built for another image, checks every file against the manifest,
installs the Debian packages that the wheels are linked to and the wheels, compiles the byte code,
and gives all that it made one time, so that the same wheelhouse makes the same layer.

Exit codes: 64 usage, 65 the wheelhouse is damaged, 66 there is no wheelhouse, 70 pip or dpkg
failed, 73 cannot write (disk full), 77 root is needed, 78 the wheelhouse is for another image.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import hashlib
import json
import os
import py_compile
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

STAMP = Path("/usr/share/django-container/stamp.json")
STAMPED = ("suite", "python", "platform")
MOUNT_LINE = "RUN --mount=type=bind,source=wheelhouse,target=/wheelhouse install-wheels"
FORMAT = 1
# What packages leave behind that differs from build to build.
LOGS = ("var/log", "var/cache/debconf")
CACHES = ("var/cache/ldconfig/aux-cache",)


class InstallError(Exception):
    """Something that the reader can do something about.

    Args:
        code: the exit code.
        what: what failed.
        why: the cause, as lines.
        then: what to do next.
    """

    def __init__(self, code: int, what: str, *, why: str = "", then: str = "") -> None:
        super().__init__(what)
        self.code = code
        lines = [f"install-wheels: {what}", *(f"  {line}" for line in why.splitlines())]
        self.text = "\n".join([*lines, f"next: {then}"] if then else lines)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InstallError(64, message, then="install-wheels --help")


def read_manifest(wheelhouse: Path) -> dict[str, Any]:
    """What the wheelhouse holds.

    Args:
        wheelhouse: its folder.

    Raises:
        InstallError: there is none, or it cannot be read.
    """
    file = wheelhouse / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise InstallError(
                65,
                f"{file} has format {manifest['format']}, and this image understands {FORMAT}",
                then="use the base and builder images of one release: toolkit images build",
            )
    except FileNotFoundError:
        raise InstallError(
            66,
            f"there is no wheelhouse at {wheelhouse}",
            why=f"the Dockerfile needs the line\n{MOUNT_LINE}",
            then="fill the wheelhouse, beside the Dockerfile, with: toolkit wheelhouse",
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise InstallError(
            65, f"{file} is damaged", why=str(error), then="toolkit wheelhouse"
        ) from None
    return manifest


def check_stamp(manifest: Mapping[str, Any], stamp: Mapping[str, Any]) -> None:
    """Refuse a wheelhouse that was built for another image.

    Args:
        manifest: the wheelhouse's.
        stamp: the image's.

    Raises:
        InstallError: they differ.
    """
    theirs = {key: manifest["stamp"].get(key) for key in STAMPED}
    ours = {key: stamp.get(key) for key in STAMPED}
    if theirs != ours:
        raise InstallError(
            78,
            "this wheelhouse was built for another image",
            why=f"the wheelhouse is for {' '.join(map(str, theirs.values()))}\n"
            f"this image is           {' '.join(map(str, ours.values()))}",
            then=f"toolkit wheelhouse --suite {ours['suite']}",
        )


def check_files(wheelhouse: Path, manifest: Mapping[str, Any]) -> None:
    """Compare every file with the manifest.

    Args:
        wheelhouse: its folder.
        manifest: what should be there.

    Raises:
        InstallError: a file is missing or has other contents.
    """
    problems = []
    for folder, kind in ((wheelhouse, "packages"), (wheelhouse / "debs", "debs")):
        for entry in manifest[kind]:
            file = folder / entry["filename"]
            if not file.is_file():
                problems.append(f"{file} is missing")
            elif hashlib.sha256(file.read_bytes()).hexdigest() != entry["sha256"]:
                problems.append(f"{file} is not what was built")
    if problems:
        raise InstallError(
            65,
            "the wheelhouse is damaged",
            why="\n".join(problems),
            then="toolkit wheelhouse; and see that .dockerignore does not exclude parts of it",
        )


def requirements(manifest: Mapping[str, Any]) -> str:
    """The requirements file for pip: all wheels, by hash.

    Args:
        manifest: what the wheelhouse holds.
    """
    return "".join(
        f"{p['name']}=={p['version']} --hash=sha256:{p['sha256']}\n" for p in manifest["packages"]
    )


def pip_command(python: Path, wheelhouse: Path, requirements_file: Path) -> list[str]:
    """The command that installs the wheels.

    Args:
        python: the interpreter of the virtual environment.
        wheelhouse: where the wheels are.
        requirements_file: what to install.
    """
    return [
        str(python.with_name("pip")),
        "install",
        "--quiet",
        "--no-input",
        "--no-index",
        "--no-deps",
        "--no-compile",
        "--no-cache-dir",
        "--require-hashes",
        "--disable-pip-version-check",
        "--no-warn-script-location",
        "--find-links",
        str(wheelhouse),
        "--requirement",
        str(requirements_file),
    ]


def missing_debs(manifest: Mapping[str, Any], installed: Mapping[str, str]) -> list[dict[str, str]]:
    """The Debian packages that have to be installed.

    Args:
        manifest: what the wheelhouse holds.
        installed: versions by name.
    """
    return [deb for deb in manifest["debs"] if not _covers(installed.get(deb["name"]), deb)]


def _covers(version: str | None, deb: Mapping[str, str]) -> bool:
    if version is None:
        return False
    if version == deb["version"]:
        return True
    argv = ["dpkg", "--compare-versions", version, "ge", deb["version"]]
    return subprocess.run(argv, check=False).returncode == 0


def installed_debs() -> dict[str, str]:
    """The versions of the image's Debian packages by name."""
    form = "${db:Status-Abbrev}\t${Package}\t${Version}\n"
    argv = ["dpkg-query", "--show", "--showformat", form]
    output = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    rows = (line.split("\t") for line in output.splitlines())
    return {row[1]: row[2] for row in rows if row[0].startswith("ii")}


def install_debs(wheelhouse: Path, debs: Sequence[Mapping[str, str]]) -> None:
    """Install Debian packages.

    Args:
        wheelhouse: they are in its ``debs``.
        debs: which.

    Raises:
        InstallError: root is needed, or dpkg failed.
    """
    if not debs:
        return
    if os.geteuid() != 0:
        raise InstallError(
            77,
            "root is needed to install " + ", ".join(deb["name"] for deb in debs),
            then="put install-wheels before USER in the Dockerfile",
        )
    files = [str(wheelhouse / "debs" / deb["filename"]) for deb in debs]
    _run(["dpkg", "--install", *files], {**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def install_wheels(python: Path, wheelhouse: Path, manifest: Mapping[str, Any]) -> None:
    """Install the wheels with pip.

    Args:
        python: the interpreter of the virtual environment.
        wheelhouse: where the wheels are.
        manifest: what they are.

    Raises:
        InstallError: pip failed.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
    quiet = {"PIP_CONFIG_FILE": os.devnull, "PIP_ROOT_USER_ACTION": "ignore"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "requirements.txt")
        file.write_text(requirements(manifest), encoding="utf-8")
        _run(pip_command(python, wheelhouse, file), {**kept, **quiet, "TMPDIR": folder})


def _run(argv: list[str], environment: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(
            argv, env=environment, check=False, text=True, stdout=-1, stderr=subprocess.STDOUT
        )
    except OSError as error:
        raise InstallError(70, f"{argv[0]} cannot be run", why=str(error)) from None
    if done.returncode == 0:
        return
    if "No space left on device" in done.stdout:
        raise _no_space()
    raise InstallError(
        70, f"{Path(argv[0]).name} failed", why="\n".join(done.stdout.splitlines()[-20:])
    )


def new_sources(site: Path, began: float) -> list[str]:
    """The modules that have come since a moment, the largest first.

    Args:
        site: the folder of packages.
        began: the moment, in seconds since the epoch.
    """
    found = [
        (status.st_size, str(path))
        for path, status in changed(site, began)
        if path.suffix == ".py" and path.is_file()
    ]
    return [path for _, path in sorted(found, reverse=True)]


def compile_one(path: str) -> None:
    """Compile one module; what no Python can read, such as a template, stays as it is.

    Args:
        path: the module's file.
    """
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    warnings.simplefilter("ignore")  # of other people's code
    with contextlib.suppress(py_compile.PyCompileError, UnicodeDecodeError, ValueError):
        py_compile.compile(path, doraise=True, quiet=2, invalidation_mode=mode)


def compile_all(paths: Sequence[str]) -> None:
    """Compile modules on all processors.

    Args:
        paths: their files.
    """
    if paths:
        with ProcessPoolExecutor() as pool:
            list(pool.map(compile_one, paths, chunksize=16))


def changed(root: Path, began: float) -> Iterator[tuple[Path, os.stat_result]]:
    """What has changed below a folder since a moment, without other file systems.

    Args:
        root: the folder; it counts too.
        began: the moment, in seconds since the epoch.

    Yields:
        Paths, what is in a folder before the folder.
    """
    device = os.lstat(root).st_dev
    for where, folders, files in os.walk(root, topdown=False):
        for name in [*files, *folders]:
            path = Path(where, name)
            with contextlib.suppress(FileNotFoundError):
                status = os.lstat(path)
                if status.st_dev == device and status.st_ctime >= began:
                    yield path, status
    yield root, os.lstat(root)


def tidy(root: Path, began: float) -> None:
    """Empty the logs and remove the caches that the installation wrote.

    What an earlier layer has is emptied and not removed, because the mark of a removed file would
    carry the time of the build.

    Args:
        root: the root of the file system.
        began: when the installation began.
    """
    for folder in LOGS:
        if (root / folder).is_dir():
            for path, _ in changed(root / folder, began):
                if path.is_file() and (folder == LOGS[0] or path.name.endswith("-old")):
                    os.truncate(path, 0)
    for path in root.glob("var/lib/dpkg/*-old"):
        if path.stat().st_ctime >= began:
            os.truncate(path, 0)
    for cache in CACHES:
        (root / cache).unlink(missing_ok=True)


def clamp(paths: Iterable[Path], epoch: int) -> None:
    """Give files and folders one time.

    Args:
        paths: which.
        epoch: the time, in seconds since the epoch.
    """
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            os.utime(path, (epoch, epoch), follow_symlinks=False)


def _no_space() -> InstallError:
    return InstallError(
        73, "there is no space left on the device", then="docker system df shows what uses it"
    )


def run(wheelhouse: Path, python: Path, stamp_file: Path) -> str:
    """Install.

    Args:
        wheelhouse: its folder.
        python: the interpreter of the virtual environment, which runs this.
        stamp_file: the image's stamp.

    Returns:
        A line that says what was done.

    Raises:
        InstallError: it cannot be done.
    """
    started = time.monotonic()
    manifest = read_manifest(wheelhouse)
    try:
        stamp = json.loads(stamp_file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InstallError(
            78, "this image has no valid stamp", why=str(error), then="toolkit images build"
        ) from None
    check_stamp(manifest, stamp)
    check_files(wheelhouse, manifest)
    with tempfile.NamedTemporaryFile() as mark:  # the file system's clock, not the machine's
        began = Path(mark.name).stat().st_ctime
    debs = missing_debs(manifest, installed_debs()) if manifest["debs"] else []
    install_debs(wheelhouse, debs)
    install_wheels(python, wheelhouse, manifest)
    paths = sysconfig.get_paths()
    sites = {Path(paths["purelib"]), Path(paths["platlib"])}
    compile_all([source for site in sorted(sites) for source in new_sources(site, began)])
    whole = os.geteuid() == 0
    if debs:
        tidy(Path("/"), began)
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or stamp.get("epoch") or 0)
    root = Path("/") if whole else Path(sys.prefix)
    clamp([path for path, _ in changed(root, began)], epoch)
    more = f", {len(debs)} Debian packages" if debs else ""
    seconds = time.monotonic() - started
    return f"install-wheels: {len(manifest['packages'])} packages{more} in {seconds:.1f} s"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``install-wheels``.

    Args:
        arguments: without the program's name; None takes this process's.

    Returns:
        The exit code.
    """
    parser = _Parser(prog="install-wheels", description=__doc__, allow_abbrev=False)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--wheelhouse", type=Path, default=Path("/wheelhouse"))
    parser.add_argument("--python", type=Path, default=Path("/ve/bin/python"))
    parser.add_argument("--stamp", type=Path, default=STAMP, help=argparse.SUPPRESS)
    # Readable for everybody, whatever the one who builds has set.
    os.umask(0o022)
    try:
        given = parser.parse_args(arguments)
        if Path(sys.executable).parent.resolve() != given.python.parent.resolve():
            # The interpreter that the wheels are for compiles them.
            argv = [
                str(given.python),
                __file__,
                *(sys.argv[1:] if arguments is None else arguments),
            ]
            os.execv(argv[0], argv)  # noqa: S606 - a list of our own
        print(run(given.wheelhouse, given.python, given.stamp))
    except InstallError as error:
        print(error.text, file=sys.stderr)
        return error.code
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        failure = _no_space() if full else InstallError(73, str(error))
        print(failure.text, file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
