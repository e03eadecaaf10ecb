"""The files that the scaffold makes for a host, against those that are there."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from toolkit.deploy.commands import Remote, script
from toolkit.operate.doctor.findings import Finding
from toolkit.scaffold import targets
from toolkit.scaffold.files import made, with_header
from toolkit.scaffold.targets.base.sudo import sudoers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.manifest import Manifest
    from toolkit.operate.doctor.findings import Level
    from toolkit.scaffold.files import File

WHAT = "files"

#: Where sudo's files begin a command.
_INDENT = "    "

_INSTALL = "`toolkit apply {}` shows the difference and installs it."


def named(manifest: Manifest, host: Host) -> str:
    """What the manifest calls a host: with a user, where it names one; empty where it does not."""
    names = (name for role in manifest.roles for name in manifest.hosts_of(role))
    every = (*names, *manifest.deploy.hosts, *manifest.proxy.hosts)
    return next((each for each in every if each.rpartition("@")[2] == host.name), "")


def wanted(fleet: Fleet, host: Host) -> tuple[File, ...]:
    """The files that the scaffold makes for a host.

    Args:
        fleet: The app's hosts.
        host: The host.
    """
    manifest = fleet.manifest
    chosen = [name for name in manifest.targets if name in targets.HOSTS]
    return targets.files(manifest, chosen, named(manifest, host))


def ask(files: tuple[File, ...]) -> Remote:
    """The command by which a host tells what is at the paths of files."""
    paths = "".join(f"/{each.path}\n" for each in files)
    return script("operate/read-files", stdin=paths)


def judge(fleet: Fleet, host: Host, files: tuple[File, ...], said: str) -> Iterator[Finding]:
    """How each file is; those that are as they are made are one finding.

    Args:
        fleet: The app's hosts.
        host: The host.
        files: What the scaffold makes for it.
        said: What the script `read-files` printed.
    """
    there = {line.split(" ")[2]: line.split(" ") for line in said.splitlines() if line}
    good, closed = 0, []
    for file in files:
        kind, mode, _, text = there.get(f"/{file.path}", ["absent", "-", "", "-"])
        if kind in {"closed", "hidden"}:
            closed.append(f"/{file.path}")
        elif how := _how(fleet.app, file, kind, mode, "" if text == "-" else text):
            yield Finding(host=host.name, what=WHAT, level=how[0], text=how[1], hint=how[2])
        else:
            good += 1
    if good:
        yield Finding(host=host.name, what=WHAT, text=f"{good} are as the scaffold makes them")
    if closed:
        yield Finding(
            host=host.name,
            what=WHAT,
            text=f"{host.user} may not read {', '.join(closed)}; `toolkit doctor --admin` looks",
        )


def _how(app: str, file: File, kind: str, mode: str, text: str) -> tuple[Level, str, str] | None:
    """Its level, what is wrong and what to do; None where it is as it is made."""
    path, install = f"/{file.path}", _INSTALL.format(app)
    if kind == "absent":
        return "problem", f"{path} is not there", install
    found = b64decode(text).decode(errors="replace")
    if file.link:
        right = kind == "link" and found == file.link
        return None if right else ("warning", f"{path} is no link to {file.link}", install)
    if mode not in {f"{file.mode:o}", "-"}:
        return "warning", f"{path} has the mode {mode}, and not {file.mode:04o}", install
    if file.filled or found == with_header(file, app):
        return None
    return _other(app, path, found)


def _other(app: str, path: str, found: str) -> tuple[Level, str, str]:
    """The same, of a file with another text."""
    header = made(found)
    if header is None:
        return "warning", f"{path} is not the toolkit's", "Whose is it? Move it away, then apply."
    if header.app not in {app, ""}:
        return "problem", f"{path} was made for {header.app}", "Two apps have the same place."
    if header.edited:
        more = "Take the edit into the manifest; `toolkit apply --diff` shows it."
        return "warning", f"{path} was edited by hand", more
    return "warning", f"{path} is older, or of another manifest", _INSTALL.format(app)


def commands(fleet: Fleet, host: Host) -> tuple[str, ...]:
    """Commands of root's that a deploy runs on a host, as sudo sees them.

    Args:
        fleet: The app's hosts.
        host: The host.
    """
    text = sudoers(fleet.manifest, named(fleet.manifest, host)).text
    lines = [line.strip() for line in text.splitlines() if line.startswith(_INDENT)]
    every = [each.strip() for line in lines for each in line.rstrip(",\\ ").split(", ")]
    return tuple(
        each.replace("\\:", ":").replace("*", "x") for each in every if not each.startswith("!")
    )


def may(lines: tuple[str, ...]) -> Remote:
    """The command by which a host tells which of some commands its sudo refuses."""
    return script("operate/may", stdin="".join(f"{line}\n" for line in lines))
