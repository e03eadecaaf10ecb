"""The commands of root's on hosts, as data: the scripts of deploy/remote/provision."""

from __future__ import annotations

import base64
import hashlib
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.deploy.commands import Remote, script

if TYPE_CHECKING:
    from toolkit.deploy.hosts import Host

#: The scripts' first argument: what stands before every path. Their tests have another.
HERE = ""

#: Seconds that packages may take to come, from a slow mirror, behind another apt.
PACKAGES = 1800

#: Seconds within which files are in their places and services have read them.
INSTALL = 180


def system(host: Host, programs: tuple[str, ...]) -> Remote:
    """What kind of host it is, and which of some programs it has."""
    return as_root(host, script("provision/system", HERE, *programs))


def packages(host: Host, *, nginx: bool) -> Remote:
    """Docker and sudo, and nginx where it is wanted."""
    return as_root(host, script("provision/packages", "yes" if nginx else "no", timeout=PACKAGES))


def user(host: Host, app: str, name: str, keys: str) -> Remote:
    """The user who deploys, with public keys besides the admin's, and the app's folder."""
    return as_root(host, script("provision/user", HERE, app, name, stdin=keys))


def files(host: Host, app: str, listing: str) -> Remote:
    """How files stand there."""
    return as_root(host, script("provision/files", HERE, app, stdin=listing))


def install(host: Host, app: str, archive: bytes) -> Remote:
    """Puts the files of a tarball in place."""
    made = script("provision/install", HERE, app, stdin=encoded(archive), timeout=INSTALL)
    return as_root(host, made)


def variables(host: Host, name: str, data: bytes) -> Remote:
    """How the variables of a file stand there."""
    return as_root(host, script("provision/variables", HERE, name, stdin=encoded(data)))


def push(host: Host, name: str, data: bytes, *, mode: int, whole: bool) -> Remote:
    """Writes a file of variables.

    Args:
        host: Where.
        name: The file's name.
        data: What is in it.
        mode: Its permissions.
        whole: What the host alone has goes.
    """
    how, digest = "whole" if whole else "keep", hashlib.sha256(data).hexdigest()
    args = (HERE, name, f"{mode:04o}", how, digest)
    return as_root(host, script("provision/push", *args, stdin=encoded(data)))


def encoded(data: bytes) -> str:
    """Bytes as lines of ASCII: what a locale can do to text does not happen to them."""
    return base64.encodebytes(data).decode()


def as_root(host: Host, remote: Remote) -> Remote:
    """A script, for root: by sudo, where its host's user is another.

    The arguments stay where they were in the command, since people are shown them.
    """
    if not host.sudo:
        return remote
    shell, option, text, *args = remote.argv
    outer = shlex.join(("exec", *host.sudo, shell, option, text))
    return replace(remote, argv=(shell, option, f'{outer} "$0" "$@"', *args))
