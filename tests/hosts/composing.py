"""Debian 13's docker-compose in a container with the engine's socket, for what compose reads."""

from __future__ import annotations

import json
import re
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from apps import toolkit_or_fail
from containers import PREFIX, Done, command

FOLDER = Path(__file__).with_name("compose")
SOCKET = "/var/run/docker.sock"

#: How docs/how-to/compose.md fills in the secrets.
FILL = Path(__file__).parents[2] / "docs" / "how-to" / "compose.md"


@dataclass(frozen=True, kw_only=True)
class Project:
    """A folder with a compose file, as a project of its own name."""

    docker: str
    image: str
    folder: Path
    name: str

    @classmethod
    def scaffold(cls, docker: str, image: str, folder: Path, manifest: str) -> Project:
        """Make the files of a manifest in a folder, and fill in the secrets as the docs say."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "toolkit.toml").write_text(manifest)
        toolkit_or_fail("scaffold", "--directory", str(folder), "--target", "compose")
        return cls(
            docker=docker,
            image=image,
            folder=folder,
            name=f"{PREFIX}-{uuid.uuid4().hex[:8]}",
        )

    def fill(self) -> None:
        """Fill in the secrets by the command in the docs."""
        (line,) = re.findall(r"^    (sed -i.*)$", FILL.read_text(), re.MULTILINE)
        subprocess.run(line, shell=True, check=True, cwd=self.folder)

    def try_compose(self, *args: str, timeout: float = 150, **variables: str) -> Done:
        """Run docker-compose, which may fail."""
        environ = {"COMPOSE_PROJECT_NAME": self.name, **variables}
        options = [f"--env={name}={value}" for name, value in environ.items()]
        options += [f"--volume={self.folder}:{self.folder}", f"--workdir={self.folder}"]
        options += [f"--volume={SOCKET}:{SOCKET}", "--network=none"]
        argv = ("run", "--rm", *options, self.image, "docker-compose", *args)
        return command(self.docker, *argv, timeout=timeout)

    def compose(self, *args: str, **variables: str) -> str:
        """Return what docker-compose prints; it has to succeed."""
        done = self.try_compose(*args, **variables)
        assert done.returncode == 0, f"docker-compose {args}\n{done.stdout}{done.stderr}"
        return done.stdout

    def config(self, **variables: str) -> dict:
        """Return the project as compose understands it, dollar signs as they are."""
        found = json.loads(self.compose("config", "--format", "json", **variables))
        return json.loads(json.dumps(found).replace("$$", "$"))

    def containers(self, service: str = "") -> list[dict]:
        """Return the containers, as the engine describes them."""
        mine = f"label=com.docker.compose.project={self.name}"
        of = ("--filter", f"label=com.docker.compose.service={service}") if service else ()
        ids = command(self.docker, "ps", "--all", "--quiet", "--filter", mine, *of).stdout.split()
        return json.loads(command(self.docker, "inspect", *ids).stdout) if ids else []

    def left(self) -> str:
        """Return what there is of the project in the engine: containers, volumes, networks."""
        mine = f"label=com.docker.compose.project={self.name}"
        kinds = (("ps", "--all"), ("volume", "ls"), ("network", "ls"))
        found = (command(self.docker, *kind, "--quiet", "--filter", mine) for kind in kinds)
        return "".join(done.stdout for done in found)
