"""`toolkit env`: how a file of variables stands on each host, and its way there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from toolkit.deploy.side_by_side import end, side_by_side
from toolkit.errors import HostError, ScaffoldError, UsageError
from toolkit.provision import remotes, variables
from toolkit.provision.applying import not_allowed
from toolkit.provision.variables import Standing, Standings
from toolkit.scaffold.files import PRIVATE, READABLE
from toolkit.scaffold.instances import env_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from toolkit.deploy.ssh import Shell
    from toolkit.manifest import Manifest
    from toolkit.provision.approving import Approval
    from toolkit.provision.machines import Machine


@dataclass(frozen=True, kw_only=True)
class Variables:
    """A local file of variables.

    Attributes:
        path: Where it is here.
        place: Where it is on hosts, from the root; without a slash before.
        data: What is in it.
        mode: Its permissions there.
        made: The scaffold makes all of it: a role's, in which there are no secrets.
    """

    path: Path
    place: str
    data: bytes
    mode: int = PRIVATE
    made: bool = False

    @property
    def name(self) -> str:
        """Its name on hosts."""
        return self.place.rpartition("/")[2]


def local(manifest: Manifest, directory: Path, file: Path | None = None) -> tuple[Variables, ...]:
    """The app's file of variables, and those of its roles that are there.

    Args:
        manifest: The app's.
        directory: The app's folder, with `hosts` in it.
        file: Another file of the app's variables, and the only one then.

    Raises:
        UsageError: There is none.
        ConfigurationError: It is not as Docker reads it.
    """
    place = env_file(manifest.name)
    path = file or directory / "hosts" / place
    if not path.is_file():
        raise UsageError(
            f"there is no {path}.", f"`toolkit scaffold {manifest.name}` makes one to fill in."
        )
    found = [Variables(path=path, place=place, data=path.read_bytes())]
    for role in manifest.roles if file is None else ():
        place = env_file(manifest.name, role)
        path = directory / "hosts" / place
        if manifest.roles[role].env and path.is_file():
            data = path.read_bytes()
            found.append(Variables(path=path, place=place, data=data, mode=READABLE, made=True))
    for each in found:
        variables.check(each.data, str(each.path))
    return tuple(found)


def look(shell: Shell, file: Variables, machine: Machine) -> Standings:
    """How a file's variables stand on a host.

    Raises:
        HostError: It cannot be reached, or does not tell.
    """
    done = shell.run(machine.admin, remotes.variables(machine.admin, file.name, file.data))
    if not done.ok:
        raise not_allowed(machine, done)
    return variables.read(done.output, machine.name)


def push(shell: Shell, file: Variables, machine: Machine, *, whole: bool) -> bool:
    """Write a file on a host; what it had before is FILE.former.

    Returns:
        Whether anything was other than before.

    Raises:
        HostError: It cannot be reached, or could not write it; it has its former file then.
    """
    remote = remotes.push(
        machine.admin, file.name, file.data, mode=file.mode, whole=whole or file.made
    )
    done = shell.run(machine.admin, remote)
    if not done.ok:
        raise HostError(
            f"{machine.name} could not write /{file.place}: {done.said or done.code}",
            "It has the former one. Is its disk full?",
        )
    return done.output.strip() == "did"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All files on all hosts.

    Attributes:
        shell: Runs commands on hosts.
        files: The local files.
        machines: The hosts.
        whole: What is on hosts alone goes, and what is empty here is emptied.
    """

    shell: Shell
    files: tuple[Variables, ...]
    machines: tuple[Machine, ...]
    whole: bool = False

    def show(self, say: Callable[[str], None]) -> dict[Variables, list[Machine]]:
        """Tell how every variable stands.

        Args:
            say: Gets each line for people.

        Returns:
            The hosts that have a file otherwise.

        Raises:
            ToolkitError: A host has failed.
        """
        stale: dict[Variables, list[Machine]] = {}
        for file in self.files:
            there = [each for each in self.machines if each.has(file.place)]
            looked = side_by_side(there, partial(look, self.shell, file))
            if looked.done:
                say(f"== /{file.place}")
                say(variables.compared({each.name: its for each, its in looked.done.items()}))
            for machine, standings in looked.done.items():
                whole = self.whole or file.made
                for line in _notes(standings, whole=whole):
                    say(f"{machine.name}: {line}")
                if standings.differ(whole=whole):
                    stale.setdefault(file, []).append(machine)
            for name in variables.quoted(file.data):
                say(f"{name} has quotes around its value: Docker takes them as part of it.")
            end(looked.failed)
        return stale

    def push(self, approval: Approval, say: Callable[[str], None]) -> bool:
        """Show how variables stand, ask, and write those files that differ.

        Args:
            approval: Who says yes.
            say: Gets each line for people.

        Returns:
            Whether anything was written.

        Raises:
            ScaffoldError: Something differs, and nobody said yes.
            ToolkitError: A host has failed; the others are done.
        """
        stale = self.show(say)
        if not stale:
            say("There is nothing to write.")
            return False
        names = ", ".join(dict.fromkeys(each.name for hosts in stale.values() for each in hosts))
        if not approval.given(f"Write them on {names}?"):
            raise differ(
                stale,
                "Nothing was written." if approval.ask else "--yes writes them without a question.",
            )
        for file, hosts in stale.items():
            done = side_by_side(
                hosts,
                partial(push, self.shell, file, whole=self.whole),
            )
            for machine, changed in done.done.items():
                former = f"; the former file is /{file.place}.former" if changed else ""
                say(f"{machine.name}: /{file.place} is written{former}.")
            end(done.failed)
        return True


def differ(stale: dict[Variables, list[Machine]], hint: str) -> ScaffoldError:
    """The error for variables that are not everywhere as they are here."""
    names = dict.fromkeys(each.name for hosts in stale.values() for each in hosts)
    return ScaffoldError(f"variables differ on {', '.join(names)}.", hint)


def _notes(standings: Standings, *, whole: bool) -> Iterator[str]:
    there, empty = standings.names(Standing.THERE), standings.names(Standing.EMPTY)
    if there:
        yield f"only there, and {'goes' if whole else 'stays'}: {', '.join(there)}"
    if empty:
        yield f"empty here, {'and will be' if whole else 'not'} emptied: {', '.join(empty)}"
    if standings.unclear:
        numbers = ", ".join(map(str, standings.unclear))
        yield f"lines of its file with no clear name, which {'go' if whole else 'stay'}: {numbers}"
