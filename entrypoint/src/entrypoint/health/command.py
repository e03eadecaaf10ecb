"""The rule `command`: a program of the app's says how the role is."""

from __future__ import annotations

import os
import signal
import subprocess


def run(argv: list[str], timeout: float) -> tuple[int, str]:
    """Run a program, and end it and its children where it takes too long.

    Args:
        argv: the program and its words.
        timeout: seconds that it has.

    Returns:
        Its exit code, which is not 0 where it did not end by itself; and how it ended, with the
        last line that it printed.
    """
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        return 127, f"cannot be run: {error.strerror}"
    with process:
        try:
            printed, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return -signal.SIGKILL, f"did not end within {timeout:g} s"
    lines = printed.decode("utf-8", "replace").split("\n")
    last = "".join(
        each if each.isprintable() else "?" for each in "\n".join(lines).strip().rpartition("\n")[2]
    )[:200]
    ended = f"ended with {process.returncode}"
    return process.returncode, f"{ended}: {last}" if last else ended
