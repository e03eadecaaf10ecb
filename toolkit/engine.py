"""The Docker engine, and a client that can build with BuildKit.

The first `docker` on PATH need not be one: a client of version 23 or later needs the buildx plugin,
an older one has BuildKit built in. Uses the standard library only, for `scripts/engine`.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import EngineError, SpaceError
from toolkit.process import Command, CommandError, capture, stream, succeeds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Seconds within which an engine that is there answers.
TIMEOUT = 20.0

#: Clients before this version build with BuildKit by themselves.
BUILDX_SINCE = 23

#: Bytes free below which a failed build is put down to the disk.
NO_SPACE_LEFT = 64 * 1024 * 1024

#: The same where the output speaks of it: the engine has removed the layer that did not fit.
LITTLE_SPACE = 2 * 1024 * 1024 * 1024

NO_SPACE = re.compile(r"no space left on device|disk quota exceeded", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A running engine, through a client that can build.

    Args:
        client: the path of the `docker` to use.
        builtin: BuildKit is built into the client, which needs no plugin for it.
    """

    client: str
    builtin: bool

    def command(self, *args: str) -> Command:
        """Return the command `docker ARGS…`."""
        variables = {"DOCKER_BUILDKIT": "1"} if args[0] == "build" else {}
        return Command(argv=(self.client, *args), variables=variables)

    def answer(self, *args: str) -> str:
        """Return what `docker ARGS…` prints, without the last newline.

        Raises:
            EngineError: the engine is not there any more.
            CommandError: the command failed otherwise.
        """
        try:
            return capture(self.command(*args)).rstrip("\n")
        except CommandError as error:
            self.explain(error)
            raise

    def run(self, *args: str) -> None:
        """Run `docker ARGS…` for a person.

        Raises:
            EngineError: the engine is not there any more.
            SpaceError: the disk is full.
            CommandError: the command failed otherwise.
        """
        try:
            stream(self.command(*args))
        except CommandError as error:
            self.explain(error)
            raise

    def try_to(self, *args: str) -> bool:
        """Run `docker ARGS…` where a failure does not matter; return whether it succeeded."""
        return succeeds(self.command(*args))

    def image_id(self, image: str) -> str | None:
        """Return the id of an image that the engine has, or None."""
        try:
            return self.answer("image", "inspect", "--format", "{{.Id}}", image)
        except CommandError:
            return None

    def explain(self, error: CommandError) -> None:
        """Raise what a failed command means, where it is the engine's or the disk's fault.

        What a build prints is its steps' output too, whose words about connections and space may
        be an app's own: the engine and the disk are asked.
        """
        if self._free_space() < (LITTLE_SPACE if NO_SPACE.search(error.output) else NO_SPACE_LEFT):
            raise SpaceError(
                "no space is left on the device that the engine keeps its images on.",
                "`docker system df` shows what takes it; `docker image prune` and "
                "`docker builder prune` free it.",
            ) from None
        if not answers(self.client):
            raise no_answer() from None

    def _free_space(self) -> float:
        """Return the bytes that are free where the engine's data is, as far as this can be seen."""
        try:
            root = capture(self.command("info", "--format", "{{.DockerRootDir}}")).strip()
            status = os.statvfs(root)
        except (CommandError, OSError):
            return math.inf
        return status.f_bavail * status.f_frsize


def find(environ: Mapping[str, str]) -> Engine:
    """Return the engine, through the first client on PATH that can build and is answered.

    Where only one can build it is taken unasked: its first command tells whether it is answered.

    Raises:
        EngineError: there is no client, none that can build, or none of several is answered.
    """
    found = list(clients(environ))
    if not found:
        raise EngineError(
            "there is no `docker` on PATH.",
            "Install Docker, or in a checkout of the toolkit run scripts/engine, "
            "which does so on Debian and Ubuntu.",
        )
    able = [engine for client in found if (engine := builder(client)) is not None]
    if not able:
        raise EngineError(
            f"no Docker client here can build with BuildKit (tried {', '.join(found)}).",
            "Install the buildx plugin (on Debian and Ubuntu: apt-get install docker-buildx), "
            "see https://docs.docker.com/go/buildx/",
        )
    if len(able) == 1:
        return able[0]
    for engine in able:
        if answers(engine.client):
            return engine
    raise no_answer()


def no_answer() -> EngineError:
    """Return the one error for an engine that is not there, or not any more."""
    return EngineError(
        "no Docker engine answers.",
        "Start it: systemctl start docker, or in a checkout of the toolkit scripts/engine; what "
        "was finished is kept. Is it running? Then you may not talk to it: "
        "usermod -aG docker $USER",
    )


def clients(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield each `docker` on PATH, first that of the variable DOCKER where it is set."""
    seen = set()
    named = environ.get("DOCKER")
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    for path in [*([named] if named else []), *(os.path.join(f, "docker") for f in folders if f)]:  # noqa: PTH118
        real = os.path.realpath(path)
        if real not in seen and os.access(path, os.X_OK) and Path(path).is_file():
            seen.add(real)
            yield path


def builder(client: str) -> Engine | None:
    """Return an engine for a client if it can build with BuildKit, else None."""
    try:
        version = capture(Command(argv=(client, "--version")))
    except CommandError:
        return None
    number = re.match(r"Docker version (\d+)\.", version)
    if number is not None and int(number[1]) < BUILDX_SINCE:
        return Engine(client=client, builtin=True)
    if succeeds(Command(argv=(client, "buildx", "version"))):
        return Engine(client=client, builtin=False)
    return None


def answers(client: str) -> bool:
    """Return whether an engine answers a client."""
    return succeeds(
        Command(argv=(client, "version", "--format", "{{.Server.Version}}")), timeout=TIMEOUT
    )
