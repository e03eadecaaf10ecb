"""Hosts of the tests: containers that boot systemd, each with an engine of its own."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from containers import BOOTED, Container, Containers, Done, command, wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).with_name("host")

#: Seconds within which a host has ended all that runs on it.
SHUTDOWN = 60


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host that has booted. `docker` is the engine of this machine, not the host's."""

    docker: str
    container: Container

    @classmethod
    def boot(cls, containers: Containers, image: str, network: str) -> Host:
        """Boot a host, on a network."""
        engine = ("--volume", f"{containers.create('volume')}:/var/lib/docker")
        options = (*BOOTED, *engine, "--network", network)
        host = cls(docker=containers.docker, container=containers.start(image, options=options))
        host.wait_for_boot()
        return host

    def try_run(self, script: str, *args: str, stdin: str = "") -> Done:
        """Run a script of the shell, with arguments, which may fail."""
        return self.container.exec("sh", "-c", script, "sh", *args, stdin=stdin)

    def run(self, script: str, *args: str, stdin: str = "") -> str:
        """Return what a script of the shell prints; it has to succeed."""
        done = self.try_run(script, *args, stdin=stdin)
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    def write(self, path: str, text: str, mode: str = "0644") -> None:
        """Write a file as deploys do: whole or not at all."""
        script = 'mkdir -p "${1%/*}" && cat >"$1.new" && chmod "$2" "$1.new" && mv "$1.new" "$1"'
        self.run(script, path, mode, stdin=text)

    def install(self, files: Path, app: str, **variables: str) -> None:
        """Install what the scaffold has made of an app, as its users do, and fill it in."""
        staging = f"/root/{app}"
        copied = command(self.docker, "cp", f"{files}/.", f"{self.container.name}:{staging}")
        assert copied.returncode == 0, copied.stderr
        self.run('cp -a "$1/." / && systemctl daemon-reload', staging)
        path = f"/etc/default/{app}.env"
        lines = self.run(f"cat {path}").splitlines()
        for name, value in variables.items():
            lines = [line for line in lines if line.partition("=")[0] != name]
            lines.append(f"{name}={value}")
        self.write(path, "\n".join(lines) + "\n", "0600")

    def load(self, image: str) -> None:
        """Bring an image of this machine's engine to the host's."""
        save = subprocess.Popen([self.docker, "save", image], stdout=subprocess.PIPE)
        load = [self.docker, "exec", "--interactive", self.container.name, "docker", "load"]
        try:
            subprocess.run(load, stdin=save.stdout, check=True, capture_output=True, timeout=300)
        finally:
            save.stdout.close()
            save.wait()

    def set_tag(self, app: str, tag: str) -> None:
        """Say which tag of an app runs."""
        self.write(f"/var/www/{app}/TAG", f"export TAG={tag}\n")

    def ids(self, pattern: str) -> Sequence[str]:
        """Return the running containers whose names match."""
        return self.run(f"docker ps --quiet --no-trunc --filter name={pattern}").split()

    def names(self) -> set[str]:
        """Return the names of all containers, running or not."""
        return set(self.run("docker ps --all --format '{{.Names}}'").split())

    def inspect(self, name: str) -> dict:
        return json.loads(self.run(f"docker inspect {name}"))[0]

    def status(self, port: int, path: str = "/") -> str:
        """Return the status of an answer, or 000."""
        ask = "curl --silent --output /dev/null --max-time 10 --write-out '%{http_code}'"
        return self.try_run(f"{ask} http://127.0.0.1:{port}{path}").stdout

    def wait_for_answer(self, port: int, path: str = "/") -> None:
        wait_until(
            lambda: self.status(port, path) == "200",
            f"port {port} does not answer\n{self.run('journalctl -n 60 -o cat')}",
        )

    def is_active(self, unit: str) -> bool:
        return self.try_run(f"systemctl is-active --quiet {unit}").returncode == 0

    def power_off(self) -> None:
        """Cut the power."""
        command(self.docker, "kill", self.container.name)

    def shut_down(self) -> None:
        """Let everything end in order."""
        done = command(self.docker, "stop", "--time", str(SHUTDOWN), self.container.name)
        assert done.returncode == 0, done.stderr

    def power_on(self) -> None:
        done = command(self.docker, "start", self.container.name)
        assert done.returncode == 0, done.stderr
        self.wait_for_boot()

    def wait_for_boot(self) -> None:
        """Wait until systemd has started everything and the engine answers."""

        def booted() -> bool:
            state = self.try_run("systemctl is-system-running").stdout.strip()
            return state in {"running", "degraded"}

        wait_until(booted, f"{self.container.name} does not boot")
        self.run("docker version >/dev/null")
