"""The Debian root that the base image begins with: pulled, or bootstrapped where nothing can be."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import RootImageError, UsageError
from toolkit.process import Command, CommandError, capture, stream

if TYPE_CHECKING:
    from toolkit.engine import Engine

SUITES = ("trixie", "bookworm", "bullseye")
DEFAULT_SUITE = SUITES[0]

#: Seconds for a registry to answer; a pull that makes progress takes longer on slow lines.
PULL_TIMEOUT = 300.0

#: What Debian's own slim images leave out:
#: https://github.com/debuerreotype/debuerreotype/blob/master/scripts/.slimify-excludes
SLIM_EXCLUDES = (
    "/usr/share/doc/*",
    "/usr/share/groff/*",
    "/usr/share/info/*",
    "/usr/share/linda/*",
    "/usr/share/lintian/*",
    "/usr/share/locale/*",
    "/usr/share/man/*",
)
SLIM_INCLUDES = ("/usr/share/doc/*/copyright",)

#: Bookworm merges /usr by a package that needs all of Perl, 45 MB, unless mmdebstrap does it.
HOOKS = {"bookworm": "/usr/share/mmdebstrap/hooks/maybe-merged-usr"}

#: The engine mounts its own files over these. mmdebstrap copies this machine's into two of them;
#: and where one is missing, each step of a build makes and removes it, with today's time on /etc.
EMPTIED = ("/etc/hostname", "/etc/hosts", "/etc/resolv.conf")


def ensure(engine: Engine, suite: str, namespace: str, *, anew: bool = False) -> str:
    """Return the name of an image with a slim Debian, which the engine then has.

    In this order: what was bootstrapped before, `debian:SUITE-slim` of the engine or its registry,
    a new bootstrap by mmdebstrap.

    Args:
        engine: has it then.
        suite: one of `SUITES`.
        namespace: what the name of a bootstrapped one begins with.
        anew: what the engine has does not count.

    Raises:
        UsageError: the suite is not known.
        RootImageError: there is no registry, and nothing to bootstrap with.
    """
    if suite not in SUITES:
        raise UsageError(f"there is no suite {suite!r}.", f"One of: {', '.join(SUITES)}.")
    bootstrapped = f"{namespace}/root:{suite}"
    official = f"debian:{suite}-slim"
    for image in () if anew else (bootstrapped, official):
        if engine.image_id(image):
            return image
    print(f"==> {official}: asking the registry", flush=True)
    try:
        capture(engine.command("pull", "--quiet", official), timeout=PULL_TIMEOUT)
    except CommandError as error:
        engine.explain(error)
        reason = error.output.rpartition("\n")[2]
        print(f"    not to be had ({reason})", flush=True)
        bootstrap(engine, suite, bootstrapped)
        return bootstrapped
    return official


def bootstrap(engine: Engine, suite: str, image: str) -> None:
    """Bootstrap a suite from Debian's archive with mmdebstrap, and import it as an image.

    Raises:
        RootImageError: mmdebstrap is not there, or it failed.
    """
    if shutil.which("mmdebstrap") is None:
        raise RootImageError(
            f"no registry gives debian:{suite}-slim, and mmdebstrap, which could bootstrap it, "
            "is not installed.",
            "apt-get install mmdebstrap, or name an image that can be had: --base-image IMAGE",
        )
    print(f"==> {image}: bootstrapping Debian {suite} with mmdebstrap", flush=True)
    with tempfile.TemporaryDirectory(prefix="toolkit-root-") as folder:
        tarball = Path(folder, "root.tar")
        try:
            stream(bootstrap_command(suite, tarball))
        except CommandError as error:
            engine.explain(error)
            raise RootImageError(
                f"Debian {suite} could not be bootstrapped (mmdebstrap ended with {error.code}).",
                "Its output is above. Is Debian's archive reachable: apt-get update?",
            ) from None
        engine.answer("import", str(tarball), image)


def bootstrap_command(suite: str, tarball: Path) -> Command:
    """Return the command that writes a slim root file system as a tarball."""
    excludes = [f"--dpkgopt=path-exclude={path}" for path in SLIM_EXCLUDES]
    includes = [f"--dpkgopt=path-include={path}" for path in SLIM_INCLUDES]
    empty = " ".join(f'"$1{path}"' for path in EMPTIED)
    return Command(
        argv=(
            "mmdebstrap",
            "--variant=minbase",
            *excludes,
            *includes,
            *([f"--hook-dir={HOOKS[suite]}"] if suite in HOOKS else []),
            f"--customize-hook=rm -f {empty} && touch {empty}",
            suite,
            str(tarball),
        ),
        variables={"SOURCE_DATE_EPOCH": "0"},
    )
