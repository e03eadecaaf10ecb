"""The one module that runs commands on hosts: by the `ssh` program, over shared connections.

OpenSSH's own client honours everything that people have set up: aliases, keys, agents, jump hosts,
known hosts, certificates, hardware tokens. What is set here is what a deploy has to have: no
questions, one connection a host, and an end where a host says nothing any more.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from toolkit.errors import HostError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from toolkit.deploy.commands import Remote
    from toolkit.deploy.hosts import Host

#: What `ssh` ends with where it has no connection, or no longer; see ssh(1), EXIT STATUS.
LOST = 255

#: Tries of a command whose connection was lost, and seconds between them: each may be run twice.
TRIES, PAUSE = 3, 1.0

#: Without an answer for 15 s a connection is given up.
OPTIONS = (
    *("-o", "BatchMode=yes"),
    *("-o", "ConnectTimeout=10"),
    *("-o", "ServerAliveInterval=5"),
    *("-o", "ServerAliveCountMax=3"),
    *("-o", "LogLevel=ERROR"),
)

#: What `ssh` says where another try is of no use.
FINAL = (
    "Permission denied",
    "Host key verification failed",
    "Could not resolve",
    "REMOTE HOST IDENTIFICATION HAS CHANGED",
    "Bad configuration",
    "No such file",
)


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a command ended.

    Attributes:
        code: Its exit code.
        output: What it printed to stdout; with a listener, to both.
        error: What it printed to stderr.
    """

    code: int
    output: str = ""
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether it ended with 0."""
        return self.code == 0

    @property
    def said(self) -> str:
        """What it said of its failure."""
        return self.error.strip() or self.output.strip()


class Shell(Protocol):
    """Runs commands on hosts."""

    def run(self, host: Host, remote: Remote, listen: Callable[[str], None] | None = None) -> Done:
        """Run a command to its end.

        Args:
            host: Where.
            remote: What.
            listen: Gets each line that it prints, as it comes.

        Raises:
            HostError: The host cannot be reached, or gave no answer in time.
        """

    def hold(self, host: Host, remote: Remote) -> Held:
        """Start a command that runs until its stdin is closed.

        Raises:
            HostError: The host cannot be reached.
        """


@dataclass
class Held:
    """A command that goes on as long as this process lives and keeps it.

    Args:
        host: Where it runs.
        process: The local end.
    """

    host: Host
    process: subprocess.Popen[str]

    @property
    def ended(self) -> bool:
        """Whether it has ended, by itself or with its connection."""
        return self.process.poll() is not None

    def line(self, timeout: float) -> str:
        """The next line that it prints, or nothing where it has ended or is silent."""
        found: list[str] = []
        assert self.process.stdout is not None  # noqa: S101 - made with a pipe
        reader = threading.Thread(
            target=lambda: found.append(self.process.stdout.readline()),  # type: ignore[union-attr]
            daemon=True,
        )
        reader.start()
        reader.join(timeout)
        return found[0].rstrip("\n") if found else ""

    def say(self, text: str) -> bool:
        """Give it a line; False where it has ended."""
        try:
            self.process.stdin.write(f"{text}\n")  # type: ignore[union-attr]
            self.process.stdin.flush()  # type: ignore[union-attr]
        except (OSError, ValueError):
            return False
        return self.process.poll() is None

    def end(self, timeout: float = 10) -> Done:
        """Close its stdin, and wait for its end."""
        try:
            output, error = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            _kill(self.process)
            output, error = self.process.communicate()
        except (OSError, ValueError):
            return Done(code=LOST)
        return Done(code=self.process.returncode, output=output, error=error)


@dataclass
class Ssh:
    """Runs commands by `ssh`. A context: at its end the connections are closed.

    Args:
        config: A configuration file of OpenSSH, instead of the user's.
        tries: How often a command is tried whose connection was lost.
    """

    config: Path | None = None
    tries: int = TRIES
    _folder: Path = field(init=False)
    _used: set[Host] = field(init=False, default_factory=set)
    _running: set[subprocess.Popen[str]] = field(init=False, default_factory=set)
    _closed: bool = field(init=False, default=False)

    def __enter__(self) -> Self:
        if shutil.which("ssh") is None:
            raise UsageError("there is no `ssh` on PATH.", "Install OpenSSH's client.")
        self._folder = Path(tempfile.mkdtemp(prefix="toolkit-ssh-", dir=_short()))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed = True
        for process in tuple(self._running):  # somebody interrupted what waits for them
            _kill(process)
        for host in self._used:
            _quietly((*self._ssh(host), "-O", "exit", host.address))
        shutil.rmtree(self._folder, ignore_errors=True)

    def argv(self, host: Host, remote: Remote, *, terminal: bool = False) -> tuple[str, ...]:
        """The local command that runs one on a host.

        Args:
            host: Where.
            remote: What.
            terminal: With a terminal there, for a person.
        """
        more = ("-t",) if terminal else ("-T",)
        return (*self._ssh(host), *more, host.address, "--", remote.line)

    def run(self, host: Host, remote: Remote, listen: Callable[[str], None] | None = None) -> Done:
        """As `Shell.run`."""
        for attempt in range(1, self.tries + 1):
            done = self._once(host, remote, listen)
            if done.code != LOST:
                return done
            if self._closed or attempt == self.tries or any(each in done.error for each in FINAL):
                break
            time.sleep(PAUSE)
        raise lost(host, done.error)

    def hold(self, host: Host, remote: Remote) -> Held:
        """As `Shell.hold`."""
        return Held(host=host, process=self._start(host, remote, errors=subprocess.PIPE))

    def _start(self, host: Host, remote: Remote, *, errors: int) -> subprocess.Popen[str]:
        self._used.add(host)
        try:
            return subprocess.Popen(
                self.argv(host, remote),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                errors="replace",
                start_new_session=True,  # an interrupt of a terminal is this process's to judge
            )
        except OSError as error:
            raise HostError(
                f"{host.name} cannot be asked: `ssh` does not start here: {error.strerror}",
                "Has this machine too many files open, or too little memory?",
            ) from error

    def _ssh(self, host: Host) -> tuple[str, ...]:  # noqa: ARG002 - one path for each, by %C
        own = ("-F", str(self.config)) if self.config else ()
        shared = ("ControlMaster=auto", f"ControlPath={self._folder}/%C", "ControlPersist=60")
        return ("ssh", *own, *OPTIONS, *(word for each in shared for word in ("-o", each)))

    def _once(self, host: Host, remote: Remote, listen: Callable[[str], None] | None) -> Done:
        errors = subprocess.STDOUT if listen else subprocess.PIPE
        process = self._start(host, remote, errors=errors)
        self._running.add(process)
        late = threading.Event()

        def kill() -> None:
            late.set()
            _kill(process)

        timer = threading.Timer(remote.timeout, kill)
        timer.start()
        try:
            if listen:
                output, error = _listened(process, remote.stdin, listen), ""
            else:
                output, error = process.communicate(remote.stdin)
        finally:
            timer.cancel()
            self._running.discard(process)
            _end(process)
        if late.is_set():
            raise HostError(
                f"{host.name} gave no answer within {remote.timeout:g} s to: {remote}",
                "Is it overloaded, or its engine stuck? `toolkit doctor` looks.",
            )
        if listen and process.returncode == LOST:
            error = output[-2000:]
        return Done(code=process.returncode, output=output, error=error)


def _listened(process: subprocess.Popen[str], stdin: str, listen: Callable[[str], None]) -> str:
    """What a command prints, each line of it told as it comes."""
    assert process.stdin is not None  # noqa: S101 - made with pipes
    assert process.stdout is not None  # noqa: S101
    with contextlib.suppress(OSError):  # it has ended without reading
        process.stdin.write(stdin)
        process.stdin.close()
    lines = []
    for line in process.stdout:
        lines.append(line)
        listen(line.rstrip("\r\n"))
    process.wait()
    return "".join(lines)


def _kill(process: subprocess.Popen[str]) -> None:
    """End a local `ssh`, and those by which it jumps: they would keep its pipes open."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _end(process: subprocess.Popen[str]) -> None:
    """See that nothing of a local `ssh` is left."""
    if process.poll() is None:
        _kill(process)
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()


def lost(host: Host, said: str) -> HostError:
    """The error that a host cannot be reached, from what `ssh` said."""
    last = said.strip().splitlines()[-1:] or ["the connection was closed"]
    return HostError(
        f"{host.name} cannot be reached: {last[0]}",
        f"Try it: ssh {host.address} true",
    )


def _short() -> str | None:
    """A folder with a short name, if there is one: a socket's path has 104 characters at most."""
    return "/tmp" if os.access("/tmp", os.W_OK) else None  # noqa: S108 - mkdtemp makes it private


def _quietly(argv: tuple[str, ...]) -> None:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=5)
