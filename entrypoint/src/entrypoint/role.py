"""What this container is: written before its program starts, read by `health`.

The file is the role's name and its process id, a line each, and then the words of the rule by which
`health` asks, each ended by a NUL, as in proc(5)'s `cmdline`: a word may hold anything else.
The rules:

- `process`: the process is there.
- `http PORT`: the process answers on that port. Once it listens, the file LISTENING names where it
  really does, `HOST PORT` or the path of a Unix socket; the first line counts. A server that does
  not write it is asked on PORT of the loopback.
- `heartbeat SECONDS`: the file HEARTBEAT, which the role touches again and again, is at most that
  old.
- `command ARGV…`: the program ends with 0.

While the file WAITING is there, which says what the role waits for (a broker that is away, a lock
that another one has, migrations), it is alive and not ready, whatever the rule says. Whoever writes
it removes it.
"""

from __future__ import annotations

import os

from entrypoint.errors import WriteError
from entrypoint.writable import RUNTIME, TMPFS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The role's file, and those that the role itself writes later.
FILE = os.path.join(RUNTIME, "role")
HEARTBEAT = os.path.join(RUNTIME, "heartbeat")
WAITING = os.path.join(RUNTIME, "waiting")
LISTENING = os.path.join(RUNTIME, "listening")
DRAIN = os.path.join(RUNTIME, "drain")

RULES = ("process", "http", "heartbeat", "command")

#: Everybody in the container may ask how it is, whatever its umask.
MODE = 0o644


class Role:
    """What the role's file says.

    Args:
        name: the role, such as `web`.
        pid: its process.
        health: the rule by which it is asked, and the rule's words.
    """

    __slots__ = ("health", "name", "pid")

    def __init__(self, name: str, pid: int, health: tuple[str, ...]) -> None:
        self.name = name
        self.pid = pid
        self.health = health


def drain_file(environ: Mapping[str, str]) -> str:
    """Return the path of the file that says that this container is draining: DRAIN_FILE."""
    return environ.get("DRAIN_FILE") or DRAIN


def begin(
    name: str, health: tuple[str, ...], environ: Mapping[str, str], *, required: bool
) -> None:
    """Write that this process is the role, and remove what an earlier run of the container left.

    A DRAIN_FILE on a volume stays: it is not this container's alone.

    Args:
        name: the role.
        health: the rule and its words.
        environ: where DRAIN_FILE may be.
        required: the role is one that serves for long, and cannot do without.

    Raises:
        WriteError: it is required, and cannot be written.
    """
    try:
        for path in _left_behind(environ):
            try:
                os.unlink(path)
            except FileNotFoundError:
                pass
        _write(f"{name}\n{os.getpid()}\n" + "".join(word + "\0" for word in health))
    except OSError as error:
        if required:
            raise WriteError(
                f"{error.filename or FILE} cannot be written: {error.strerror}.",
                f"Give the container a writable {RUNTIME}: --tmpfs {RUNTIME}",
            ) from None


def read() -> Role | None:
    """Return what the role's file says, or None where there is none that can be read."""
    try:
        with open(FILE, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            name, pid, words = file.read().split("\n", 2)
        return Role(name, int(pid), tuple(words.split("\0")[:-1]))
    except (OSError, ValueError):
        return None


def is_this_process() -> bool:
    """Return whether this process is the role, or its child, and not one beside it."""
    found = read()
    return found is not None and found.pid in (os.getpid(), os.getppid())


def _left_behind(environ: Mapping[str, str]) -> Iterator[str]:
    yield from (HEARTBEAT, WAITING, LISTENING)
    drain = drain_file(environ)
    if drain.startswith(tuple(path + "/" for path in TMPFS)):
        yield drain


def _write(text: str) -> None:
    """Write the role's file at once: `health` may be reading."""
    new = FILE + ".new"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
    try:
        os.fchmod(descriptor, MODE)
        os.write(descriptor, text.encode("utf-8", "surrogateescape"))
    finally:
        os.close(descriptor)
    os.replace(new, FILE)
