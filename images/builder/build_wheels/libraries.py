"""The Debian packages that built wheels need at run time and the base image lacks.

A wheel built here is linked to the builder's libraries, not to copies inside of it as the wheels
of an index are (https://peps.python.org/pep-0513/). So the packages of those libraries, with what
they depend on, go along as ``.deb`` files.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from build_wheels import commands
from build_wheels.errors import UnreachableError
from build_wheels.manifest import Deb, sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from build_wheels.process import Runner

_ELF = b"\x7fELF"
_LDCONFIG = re.compile(r"^\s+(\S+) \(.*\) => (\S+)$", re.MULTILINE)
_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Libraries:
    """Looks up libraries in the builder and fetches packages from Debian's archive."""

    runner: Runner
    base_packages: frozenset[str]
    work: Path
    ca_bundle: Path | None
    dpkg_status: Path = Path("/var/lib/dpkg/status")

    def needs(self, wheel: Path) -> tuple[str, ...]:
        """The Debian packages whose libraries a wheel is linked to.

        Args:
            wheel: a wheel that was built here.

        Returns:
            Names without architecture, sorted, without those of the base image.
        """
        folder = self.work / wheel.name
        objects, inside = _shared_objects(wheel, folder)
        if not objects:
            return ()
        needed = parse_needed(self.runner.run(commands.needed_libraries(objects)).output) - inside
        shutil.rmtree(folder)
        where = parse_ldconfig(self.runner.run(["/sbin/ldconfig", "-p"], merge=False).output)
        paths = [path for name in sorted(needed) if name in where for path in aliases(where[name])]
        if not paths:
            return ()
        owners = self.runner.run(["dpkg-query", "--search", *paths], merge=False).output
        return tuple(sorted(parse_owners(owners) - self.base_packages))

    def fetch(self, needs: Sequence[str], folder: Path) -> list[Deb]:
        """Fetch packages and everything that they depend on and the base image lacks.

        Args:
            needs: names of packages.
            folder: where to.

        Returns:
            What was fetched, by name.

        Raises:
            UnreachableError: Debian's archive does not answer.
        """
        work = self.work / "apt"
        for part in ("lists", "archives"):
            (work / part / "partial").mkdir(parents=True)
        status = self.dpkg_status.read_text(encoding="utf-8")
        (work / "status").write_text(base_status(status, self.base_packages), encoding="utf-8")
        for arguments in (["update"], ["install", "--download-only", *needs]):
            done = self.runner.run(commands.apt(work, *arguments, ca_bundle=self.ca_bundle))
            if done.returncode:
                raise UnreachableError(
                    f"the Debian packages for run time cannot be had: {', '.join(needs)}",
                    why="\n".join(done.output.splitlines()[-8:]),
                    then="check that Debian's archive can be reached from the builder",
                )
        found = []
        for file in sorted((work / "archives").glob("*.deb")):
            shutil.move(str(file), str(folder / file.name))
            found.append(deb_of(folder / file.name))
        shutil.rmtree(work)
        return found


def deb_of(file: Path) -> Deb:
    """Describe a ``.deb`` by its name, which apt makes of name, version and architecture.

    Args:
        file: such as ``libpq5_17.6-0+deb13u1_amd64.deb``; a colon in the version is ``%3a``.
    """
    name, version, _ = file.name.split("_")
    return Deb(
        name=name, version=version.replace("%3a", ":"), filename=file.name, sha256=sha256_of(file)
    )


def parse_needed(output: str) -> set[str]:
    """The libraries that ``objdump --private-headers`` names."""
    return set(_NEEDED.findall(output))


def parse_ldconfig(output: str) -> dict[str, str]:
    """Where ``ldconfig -p`` finds each library; the first place counts, as for the loader."""
    found: dict[str, str] = {}
    for name, path in _LDCONFIG.findall(output):
        found.setdefault(name, path)
    return found


def parse_owners(output: str) -> set[str]:
    """The packages that ``dpkg-query --search`` names, without architecture."""
    owners = set()
    for line in output.splitlines():
        names, found, _ = line.partition(": ")
        if found and not names.startswith("diversion "):
            owners |= {name.strip().partition(":")[0] for name in names.split(",")}
    return owners


def aliases(path: str) -> list[str]:
    """The names under which dpkg may know a library: as found, and across the ``/usr`` merge.

    Args:
        path: as the loader has it.
    """
    found = [path, str(Path(path).resolve())]
    found += [p[4:] if p.startswith("/usr/lib") else f"/usr{p}" for p in list(found)]
    return [p for p in dict.fromkeys(found) if p.startswith(("/lib", "/usr/lib"))]


def base_status(status: str, packages: Iterable[str]) -> str:
    """The status file of dpkg as the base image has it.

    Args:
        status: the builder's.
        packages: the names of the base's packages.
    """
    names = set(packages)
    kept = [
        stanza
        for stanza in status.split("\n\n")
        if stanza.startswith("Package: ") and stanza.split("\n", 1)[0][9:] in names
    ]
    return "\n\n".join(kept) + "\n"


def read_base_packages(file: Path) -> frozenset[str]:
    """The names of the base image's packages, without architecture.

    Args:
        file: one ``${binary:Package}`` of ``dpkg-query --show`` a line.
    """
    lines = file.read_text(encoding="utf-8").split()
    return frozenset(line.partition(":")[0] for line in lines)


def _shared_objects(wheel: Path, folder: Path) -> tuple[list[Path], set[str]]:
    objects: list[Path] = []
    inside: set[str] = set()
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            name = Path(info.filename).name
            inside.add(name)
            with archive.open(info) as stream:
                if stream.read(len(_ELF)) != _ELF:
                    continue
            folder.mkdir(parents=True, exist_ok=True)
            target = folder / f"{len(objects)}.so"
            target.write_bytes(archive.read(info))
            objects.append(target)
    return objects, inside
