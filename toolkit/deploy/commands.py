"""The commands that run on hosts, as data. Each function here makes one, and runs nothing."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from toolkit.resources import REMOTE

if TYPE_CHECKING:
    from toolkit.deploy.hosts import Host
    from toolkit.deploy.journal import Tags


#: Seconds that a command may take that does nothing long.
SHORT = 60


@dataclass(frozen=True, kw_only=True)
class Remote:
    """A command on a host.

    Attributes:
        argv: The program and its arguments.
        stdin: What it reads.
        timeout: Seconds after which its host counts as lost.
        script: Which of the scripts in `remote` it is, for people: its text is in `argv`.
    """

    argv: tuple[str, ...]
    stdin: str = ""
    timeout: float = SHORT
    script: str = ""

    @property
    def line(self) -> str:
        """What the host's shell gets."""
        return shlex.join(self.argv)

    def reading(self, text: str) -> Remote:
        """The same command, with a text on its stdin."""
        return replace(self, stdin=text)

    def __str__(self) -> str:
        if not self.script:
            return self.line
        *_, name = self.script.rpartition("/")
        return shlex.join((f"remote/{name}", *self.argv[4:]))


@cache
def _text(name: str) -> str:
    return (REMOTE / name).read_text(encoding="utf-8")


def script(name: str, *args: str, stdin: str = "", timeout: float = SHORT) -> Remote:
    """One of the scripts in `remote`, with its arguments."""
    argv = ("sh", "-c", _text(name), name, *args)
    return Remote(argv=argv, stdin=stdin, timeout=timeout, script=name)


def docker(host: Host, *args: str, timeout: float = SHORT) -> Remote:
    """A call of a host's `docker`."""
    return Remote(argv=(*host.sudo, "docker", *args), timeout=timeout)


def runner(
    host: Host, app: str, *args: str, tag: str = "", instance: str = "", timeout: float = SHORT
) -> Remote:
    """A call of a host's docker-runner.

    Args:
        host: The host.
        app: The app.
        args: The verb and its arguments.
        tag: Another tag than the host's.
        instance: How the container is run: surge, canary, release.
        timeout: Seconds.
    """
    argv = (*environment(host, tag, instance), "docker-runner", app, *args)
    return Remote(argv=argv, timeout=timeout)


def environment(host: Host, tag: str = "", instance: str = "") -> tuple[str, ...]:
    """What stands before docker-runner, so that it gets its variables through sudo too."""
    given = {"TAG": tag, "INSTANCE": instance}
    variables = [f"{name}={value}" for name, value in given.items() if value]
    return (*(host.sudo or (("env",) if variables else ())), *variables)


def pull(host: Host, image: str, tag: str, timeout: float) -> Remote:
    """The pull of an image."""
    return docker(host, "pull", f"{image}:{tag}", timeout=timeout)


def identity(host: Host, image: str, tag: str) -> Remote:
    """What tells the id of an image that a host has."""
    return docker(host, "images", "--no-trunc", "--format", "{{.ID}}", f"{image}:{tag}")


def consul(address: str) -> Remote:
    """What fails where a host's agent of Consul does not answer, or has no server to ask."""
    return Remote(argv=("consul", "catalog", "services", f"-http-addr={address}"))


def passing(app: str, address: str) -> Remote:
    """What tells which instances of an app pass their checks, by Consul, as JSON.

    `consul watch` asks for ever where the agent answers and its servers do not.
    """
    which = ("-type=service", f"-service={app}", "-passingonly=true", f"-http-addr={address}")
    return Remote(argv=("timeout", "10", "consul", "watch", *which))


def init(host: Host, verb: str, job: str, *, upstart: bool, timeout: float) -> Remote:
    """What a host's init is asked: start, stop or restart of a job."""
    argv = (f"/sbin/{verb}", job) if upstart else ("systemctl", verb, f"{job}.service")
    return Remote(argv=(*host.sudo, *argv), timeout=timeout)


def switch(app: str, tags: Tags, *, force: bool = False) -> Remote:
    """Another tag on a host, and the one before it.

    Args:
        app: The app.
        tags: What TAG and REVERT get.
        force: REVERT too where TAG has that tag already.
    """
    return script("switch", app, tags.tag, tags.revert, *(("force",) if force else ()))
