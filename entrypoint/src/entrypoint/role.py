"""What this container is: written before its program starts, read by `health`.

The file is a line each: the role, the process id, and the words of the rule by which `health` asks.
The rules:

- `process`: the process is there.
- `http PORT`: the process answers on that port. Once it listens, the file LISTENING names where it
  really does, `HOST PORT` or the path of a Unix socket.
- `heartbeat SECONDS`: the file HEARTBEAT, which the role touches again and again, is at most that
  old. While the file WAITING is there, which says what the role waits for (a broker that is away,
  a lock that another one has), it is alive and not ready, whatever the heartbeat's age.
- `command ARGV…`: the program ends with 0.
"""

from __future__ import annotations

import os

from entrypoint.errors import WriteError
from entrypoint.writable import RUNTIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

#: The role's file, and those that the role itself writes later.
FILE = os.path.join(RUNTIME, "role")
HEARTBEAT = os.path.join(RUNTIME, "heartbeat")
WAITING = os.path.join(RUNTIME, "waiting")
LISTENING = os.path.join(RUNTIME, "listening")
DRAIN = os.path.join(RUNTIME, "drain")

RULES = ("process", "http", "heartbeat", "command")


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

    Args:
        name: the role.
        health: the rule and its words.
        environ: where DRAIN_FILE may be.
        required: the role is one that serves for long, and cannot do without.

    Raises:
        WriteError: it is required, and cannot be written.
    """
    try:
        for path in (HEARTBEAT, WAITING, LISTENING, drain_file(environ)):
            try:
                os.unlink(path)
            except FileNotFoundError:
                pass
        with open(FILE, "w", encoding="utf-8") as file:
            file.write("\n".join((name, str(os.getpid()), *health)) + "\n")
    except OSError as error:
        if required:
            raise WriteError(
                f"{error.filename} cannot be written: {error.strerror}.",
                f"Give the container a writable {RUNTIME}: --tmpfs {RUNTIME}",
            ) from None


def read(path: str = FILE) -> Role | None:
    """Return what the role's file says, or None where there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            name, pid, *health = file.read().split("\n")[:-1]
        return Role(name, int(pid), tuple(health))
    except (OSError, ValueError):
        return None
