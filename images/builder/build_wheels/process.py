"""The one module that starts programs; it can end all of them at once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from build_wheels.errors import ConfigurationError, no_space
from build_wheels.redact import redact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_GRACE = 2.0  # seconds between TERM and KILL


@dataclass(frozen=True)
class Completed:
    """What a program left: its exit code and what it said, without credentials."""

    returncode: int
    output: str
    errors: str = ""


class Runner:
    """Starts programs in process groups of their own.

    Args:
        environment: of every program; a program has no other.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._ended = False

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
        merge: bool = True,
    ) -> Completed:
        """Run a program to its end.

        Args:
            argv: the program and its arguments.
            cwd: where it runs.
            environment: variables on top of the runner's.
            log: a file that gets every line as it comes.
            merge: whether stderr belongs into the output.

        Raises:
            ConfigurationError: there is no such program.
            CannotCreateError: it, or its log, found the disk full.
        """
        with self._lock:
            if self._ended:
                return Completed(returncode=-signal.SIGTERM, output="")
            try:
                process = subprocess.Popen(
                    list(argv),
                    cwd=cwd,
                    env={**self.environment, **(environment or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT if merge else subprocess.PIPE,
                    text=True,
                    errors="replace",
                    start_new_session=True,
                )
            except OSError as error:
                raise ConfigurationError(
                    f"{argv[0]} cannot be run",
                    why=str(error),
                    then="rebuild the builder image: toolkit images build",
                ) from None
            self._running.add(process)
        try:
            output, errors = self._read(process, log)
        finally:
            if process.poll() is not None:  # else a signal came in between: end() needs it
                with self._lock:
                    self._running.discard(process)
        done = Completed(returncode=process.returncode, output=output, errors=errors)
        if done.returncode != 0 and "No space left on device" in output + errors:
            raise no_space(str(log or cwd or "temporary files"))
        return done

    def end(self) -> None:
        """End every program that runs and let none start any more."""
        with self._lock:
            self._ended = True
            running = list(self._running)
        for process in running:
            _signal(process, signal.SIGTERM)
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
            _signal(process, signal.SIGKILL)

    @staticmethod
    def _read(process: subprocess.Popen[str], log: Path | None) -> tuple[str, str]:
        if log is None:
            output, errors = process.communicate()
            return redact(output), redact(errors or "")
        lines: list[str] = []
        with log.open("w", encoding="utf-8") as file, _stream(process) as stream:
            for line in stream:
                clean = redact(line)
                lines.append(clean)
                file.write(clean)
        process.wait()
        return "".join(lines), ""


def _stream(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None  # noqa: S101 - Popen was given a pipe
    return process.stdout


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
