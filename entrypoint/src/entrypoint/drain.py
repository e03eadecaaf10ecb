"""`drain`: make readiness fail, and give proxies the time to see it, before the container stops.

The state is a file, so that it outlives whoever asked for it: a drain that is interrupted has
begun all the same.
"""

from __future__ import annotations

import os
import sys
import time

from entrypoint import role
from entrypoint.errors import UsageError, WriteError
from entrypoint.seconds import seconds

#: Seconds that web waits: a proxy that asks every two has then asked twice.
SECONDS = 5

#: Seconds between two looks at whether the drain was taken back.
INTERVAL = 0.25

TAKEN_BACK = 1
INTERRUPTED = 130

#: Since when a drain is that was long enough, whatever the clock says.
LONG_AGO = 0


def main(args: tuple[str, ...]) -> int:
    """Drain this container, or say that it was long enough, or take that back.

    Returns:
        0; 1 where the drain was taken back meanwhile; 130 where it was interrupted.

    Raises:
        UsageError: an argument is wrong.
        ConfigurationError: DRAIN_SECONDS is not a time.
        WriteError: DRAIN_FILE cannot be written or removed.
    """
    others = {"--begin": begin, "--over": over, "--undo": undo}
    if len(args) > 1 or not others.keys() >= set(args):
        raise UsageError(
            "drain takes --begin, --over or --undo, or nothing.",
            "DRAIN_SECONDS says how long it waits.",
        )
    path = role.drain_file(os.environ)
    if args:
        return others[args[0]](path)
    span = seconds(os.environ, "DRAIN_SECONDS", SECONDS)
    began = mark(path)
    found = role.read()
    if found is None:
        say(f"{role.FILE} is not there, so the role is not known; waiting as for web.")
    elif found.health[:1] != ("http",):
        say(f"{found.name} is not ready any more. No proxy asks for it: nothing to wait for.")
        return 0
    # The clock may have been set meanwhile: never more than all of it.
    left = min(span, max(0.0, began + span - time.time()))
    name = found.name if found else "it"
    try:
        say(f"{name} is not ready any more; waiting {left:.1f} s for proxies.")
        return wait(path, left)
    except KeyboardInterrupt:
        say("interrupted. It stays not ready; `drain --undo` takes that back.")
        return INTERRUPTED


def begin(path: str) -> int:
    """Make readiness fail from now on, and wait for nobody: whoever asks sees to that.

    Raises:
        WriteError: the file cannot be created.
    """
    mark(path)
    say("not ready any more. `drain` waits for what is left; `drain --over` ends that.")
    return 0


def over(path: str) -> int:
    """Let every later drain return at once: proxies have moved away. It begins one if need be.

    Raises:
        WriteError: the file cannot be created or marked.
    """
    mark(path)
    try:
        os.utime(path, (LONG_AGO, LONG_AGO))
    except FileNotFoundError:
        say("it was taken back meanwhile.")
        return TAKEN_BACK
    except OSError as error:
        raise WriteError(
            f"{path} cannot be marked by user {os.geteuid()}: {error.strerror}.",
            "Run it as the user who drained: docker exec --user.",
        ) from None
    say("long enough: a later `drain` waits no more.")
    return 0


def mark(path: str) -> float:
    """Create the file that says so, where it is not there; return since when it is.

    Raises:
        WriteError: it cannot be created.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, role.MODE))
        return time.time()
    except FileExistsError:
        pass  # a drain has begun already
    except OSError as error:
        raise WriteError(
            f"{path} cannot be written by user {os.geteuid()}: {error.strerror}.",
            f"Give the container a writable {os.path.dirname(path)}, or name another DRAIN_FILE.",
        ) from None
    try:
        return os.stat(path).st_mtime
    except OSError:  # taken back already
        return time.time()


def wait(path: str, left: float) -> int:
    """Wait, as long as the drain is not taken back."""
    deadline = time.monotonic() + left
    while left > 0:
        time.sleep(min(INTERVAL, left))
        if not os.path.exists(path):
            say("it was taken back meanwhile.")
            return TAKEN_BACK
        left = deadline - time.monotonic()
    return 0


def undo(path: str) -> int:
    """Remove the file.

    Raises:
        WriteError: it cannot be removed.
    """
    try:
        os.unlink(path)
    except FileNotFoundError:
        say("it was not draining.")
    except OSError as error:
        raise WriteError(
            f"{path} cannot be removed by user {os.geteuid()}: {error.strerror}.",
            "Run it as the user who drained: docker exec --user.",
        ) from None
    else:
        say("taken back: it is as ready as it was.")
    return 0


def say(text: str) -> None:
    """Print a line at once: whoever waits sees what for."""
    sys.stdout.write(f"drain: {text}\n")
    sys.stdout.flush()
