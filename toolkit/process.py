"""The one module that runs commands."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: How many of a command's last lines are kept for its error, where its output is no terminal.
TAIL = 60


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command as data: what would run, to be printed, compared or run.

    Args:
        argv: the program and its arguments.
        variables: what its environment gets in addition to this process's.
        directory: where it runs, or None for here.
    """

    argv: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None

    def __str__(self) -> str:
        words = [f"{name}={shlex.quote(value)}" for name, value in self.variables.items()]
        return " ".join([*words, shlex.join(self.argv)])


class CommandError(Exception):
    """A command ended with another code than 0.

    Args:
        command: the command.
        code: its exit code; negative, the signal that ended it.
        output: the last of what it printed, as far as it is known.
    """

    def __init__(self, command: Command, code: int, output: str) -> None:
        super().__init__(f"{command.argv[0]} ended with {code}")
        self.command = command
        self.code = code
        self.output = output


def capture(command: Command, *, timeout: float | None = None) -> str:
    """Run a command and return what it printed to stdout.

    Args:
        command: what to run.
        timeout: seconds after which it is ended and counts as failed.

    Raises:
        CommandError: it failed, was not found or took too long.
    """
    try:
        done = subprocess.run(
            command.argv,
            env={**os.environ, **command.variables},
            cwd=command.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        raise CommandError(command, -signal.SIGKILL, f"no answer in {timeout:g} s") from None
    except OSError as error:
        raise CommandError(command, 127, error.strerror or "") from None
    if done.returncode != 0:
        raise CommandError(command, done.returncode, (done.stderr or done.stdout).strip())
    return done.stdout


def succeeds(command: Command, *, timeout: float | None = None) -> bool:
    """Return whether a command ends with 0."""
    try:
        capture(command, timeout=timeout)
    except CommandError:
        return False
    return True


def stream(command: Command) -> None:
    """Run a command for a person: its output appears as it comes.

    A terminal is handed on, so that the command can draw its own progress; elsewhere lines are
    passed on, and the last of them kept for the error. An interrupt reaches the command too,
    which has the time it needs to clean up.

    Raises:
        CommandError: it failed or was not found.
        KeyboardInterrupt: this process was interrupted, once the command had ended.
    """
    terminal = sys.stderr.isatty() and sys.stdout.isatty()
    pipe = None if terminal else subprocess.PIPE
    sys.stdout.flush()
    try:
        process = subprocess.Popen(
            command.argv,
            env={**os.environ, **command.variables},
            cwd=command.directory,
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=None if terminal else subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise CommandError(command, 127, error.strerror or "") from None
    tail: deque[str] = deque(maxlen=TAIL)
    with process:
        try:
            for line in process.stdout or ():
                sys.stdout.write(line)
                sys.stdout.flush()
                tail.append(line)
            process.wait()
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
    if process.returncode != 0:
        raise CommandError(command, process.returncode, "".join(tail))
