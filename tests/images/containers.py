"""Containers of the tests, through Docker's command line; each is removed at the end."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import testinfra

from entrypoint import writable

if TYPE_CHECKING:
    from collections.abc import Callable

#: What the containers, images, networks and volumes of these tests are called begins with this.
#: Two runs at a time keep out of each other's way.
PREFIX = f"dct-test-{os.getpid()}"

#: Seconds within which a program that starts has started. Generous: other work may be running.
START_TIMEOUT = 60

PROBES = Path(__file__).with_name("probes")

#: How an app's container is run: nothing but the declared paths is writable, and its user is one
#: that the image does not know, in group 0.
HARDENED = (
    *("--user", "123456:0"),
    "--read-only",
    *(word for path in writable.TMPFS for word in ("--tmpfs", path)),
    *("--cap-drop", "ALL"),
    *("--security-opt", "no-new-privileges"),
)

#: What systemd needs that is PID 1 of a container, and the engine beside it.
BOOTED = (
    *("--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE"),
    *("--security-opt", "seccomp=unconfined"),
    *("--security-opt", "apparmor=unconfined"),
    *("--security-opt", "systempaths=unconfined"),
    *("--device-cgroup-rule", "a *:* rwm"),
    *("--tmpfs", "/run", "--tmpfs", "/run/lock"),
    *("--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw"),
)

Done = subprocess.CompletedProcess


def command(*argv: str, stdin: str = "", timeout: float = 120, **options) -> Done:
    """Run a command that may fail, and return what it printed."""
    options = {"capture_output": True, "text": True, **options}
    return subprocess.run(argv, check=False, input=stdin, timeout=timeout, **options)


def build_command(*argv: str, **options) -> Done:
    """Run a command that builds; stdout has all of its output, in the order in which it came."""
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "capture_output": False}
    return command(*argv, timeout=600, **both, **options)


def wait_until(condition: Callable[[], object], what: str, timeout: float = START_TIMEOUT):
    """Return what the condition gives, as soon as it is true."""
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < deadline, f"after {timeout} s: {what}"
        time.sleep(0.1)
    return found


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a container ended: its exit code, and how many seconds after it was asked to."""

    code: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container that was started."""

    docker: str
    name: str

    def exec(self, *argv: str, user: str | None = None, stdin: str = "") -> Done:
        """Run a program beside the container's own."""
        who = ("--user", user) if user else ()
        return command(self.docker, "exec", "--interactive", *who, self.name, *argv, stdin=stdin)

    def probe(self, name: str, *args: str, user: str | None = None):
        """Return what one of the programs in `probes` prints as JSON."""
        done = self.exec("python", "-", *args, user=user, stdin=(PROBES / name).read_text())
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def host(self, user: str):
        """Return testinfra's view of the container, through a user's eyes."""
        return testinfra.get_host(f"docker://{user}@{self.name}")

    def tree(self) -> list:
        """Return the processes as [argv, [child, …]], from PID 1."""
        return self.probe("processes.py")

    def logs(self) -> str:
        done = command(self.docker, "logs", self.name)
        return done.stdout + done.stderr

    def inspect(self) -> dict:
        return json.loads(command(self.docker, "inspect", self.name).stdout)[0]

    def file(self, path: str) -> bytes | None:
        """Return a file's content, or None, whether the container is running or not."""
        done = command(self.docker, "cp", f"{self.name}:{path}", "-", text=False, stdin=b"")
        if done.returncode != 0:
            return None
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
            return tar.extractfile(tar.next()).read()

    def end(self, signal: str, timeout: float = 30) -> Ended:
        """Send a signal and wait for the end. The engine's clock, which is this machine's."""
        began = time.time()
        killed = command(self.docker, "kill", "--signal", signal, self.name)
        assert killed.returncode == 0, killed.stderr
        command(self.docker, "wait", self.name, timeout=timeout)
        state = self.inspect()["State"]
        finished = datetime.fromisoformat(state["FinishedAt"])
        return Ended(code=state["ExitCode"], seconds=finished.timestamp() - began)

    def url(self, path: str = "/", port: int = 8000) -> str:
        """Return the address of a published port."""
        bound = self.inspect()["NetworkSettings"]["Ports"].get(f"{port}/tcp")
        assert bound, self.logs()  # it has ended
        return f"http://127.0.0.1:{bound[0]['HostPort']}{path}"

    def wait_for_answer(self, path: str = "/") -> None:
        """Wait until the web server answers 200."""

        def answers() -> bool:
            assert self.inspect()["State"]["Running"], self.logs()
            try:
                with urllib.request.urlopen(self.url(path), timeout=10) as answer:
                    return answer.status == 200
            except OSError:
                return False

        wait_until(answers, f"{self.name} does not answer")

    def wait_for_log(self, text: str) -> None:
        """Wait until the log has a text."""

        def logged() -> bool:
            assert self.inspect()["State"]["Running"], self.logs()
            return text in self.logs()

        wait_until(logged, f"{self.name} does not log {text!r}")


@dataclass
class Containers:
    """Runs containers, and removes what is left of them.

    Args:
        docker: the client.
    """

    docker: str
    _names: list[str] = field(default_factory=list)
    _others: list[tuple[str, str]] = field(default_factory=list)

    def run(self, image: str, *argv: str, options: tuple[str, ...] = (), stdin: str = "") -> Done:
        """Run a container to its end."""
        name = self._name()
        place = ("--rm", "--interactive", "--name", name)
        return command(self.docker, "run", *place, *options, image, *argv, stdin=stdin)

    def start(self, image: str, *argv: str, options: tuple[str, ...] = ()) -> Container:
        """Start a container in the background."""
        name = self._name()
        done = command(self.docker, "run", "--detach", "--name", name, *options, image, *argv)
        assert done.returncode == 0, done.stderr
        return Container(docker=self.docker, name=name)

    def idle(self, image: str, options: tuple[str, ...] = ()) -> Container:
        """Start a container that does nothing, to look into."""
        return self.start(image, "exec", "sleep", "infinity", options=options)

    def create(self, kind: str, *options: str) -> str:
        """Create a volume or a network."""
        name = f"{PREFIX}-{uuid.uuid4().hex[:8]}"
        self._others.append((kind, name))
        created = command(self.docker, kind, "create", *options, name)
        assert created.returncode == 0, created.stderr
        return name

    def remove(self) -> None:
        """Remove all that is left."""
        if self._names:
            command(self.docker, "rm", "--force", "--volumes", *self._names)
        for kind, name in self._others:
            command(self.docker, kind, "rm", name)

    def _name(self) -> str:
        self._names.append(f"{PREFIX}-{uuid.uuid4().hex[:8]}")
        return self._names[-1]
