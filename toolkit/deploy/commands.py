"""The commands that run on hosts, as data. Each function here makes one, and runs nothing."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cache

from toolkit.resources import REMOTE

#: Seconds that a command may take that does nothing long.
SHORT = 60


@dataclass(frozen=True, kw_only=True)
class Remote:
    """A command on a host.

    Attributes:
        argv: The program and its arguments.
        stdin: What it reads.
        timeout: Seconds after which its host counts as lost.
        script: Which of the scripts in `remote` it is, for people: its text is in `argv`.
    """

    argv: tuple[str, ...]
    stdin: str = ""
    timeout: float = SHORT
    script: str = ""

    @property
    def line(self) -> str:
        """What the host's shell gets."""
        return shlex.join(self.argv)

    def __str__(self) -> str:
        if not self.script:
            return self.line
        *_, name = self.script.rpartition("/")
        return shlex.join((f"remote/{name}", *self.argv[4:]))


@cache
def _text(name: str) -> str:
    return (REMOTE / name).read_text(encoding="utf-8")


def script(name: str, *args: str, stdin: str = "", timeout: float = SHORT) -> Remote:
    """One of the scripts in `remote`, with its arguments."""
    argv = ("sh", "-c", _text(name), name, *args)
    return Remote(argv=argv, stdin=stdin, timeout=timeout, script=name)
