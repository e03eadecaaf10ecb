"""Runs a hook: a command of the machine that deploys."""

from __future__ import annotations

import shlex
import signal
from typing import TYPE_CHECKING

from toolkit.deploy.events import Ended, Listener, Output, Started
from toolkit.notify.errors import NotifyError
from toolkit.process import Command, CommandError, capture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TIMEOUT = 300
"""Seconds that a hook may take."""

PHASE = "hook"

#: Characters of a reason in a variable, of which Linux takes 128 KiB, and lines in an error.
_LONG, _LAST = 8000, 5


def variables(when: str, event: Started | Ended) -> dict[str, str]:
    """What a hook is told, in its environment. Every name is there, an unknown value is empty.

    Args:
        when: What the manifest calls it: start, success or failure.
        event: The event.
    """
    told = {
        "EVENT": when,
        "KIND": event.kind,
        "APP": event.app,
        "TAG": event.tag,
        "FROM": event.former,
        "HOSTS": ",".join(event.hosts),
        "WHO": event.who,
        "OUTCOME": "",
        "REASON": "",
        "SECONDS": "",
    }
    if isinstance(event, Ended):
        told["OUTCOME"] = event.outcome
        told["REASON"] = event.reason[:_LONG]
        told["SECONDS"] = f"{event.seconds:.0f}"
    return {f"TOOLKIT_{name}": _held(value) for name, value in told.items()}


def run(
    argv: Sequence[str],
    told: Mapping[str, str],
    folder: Path,
    say: Listener,
    *,
    timeout: float = TIMEOUT,
) -> None:
    """Run a hook to its end.

    Args:
        argv: The command; a relative path is of the folder.
        told: Its variables, in addition to this process's.
        folder: Where it runs.
        say: Gets the lines that it prints, once it is over.
        timeout: Seconds after which it is ended.

    Raises:
        NotifyError: It failed, was not found, or took too long.
    """
    command = Command(argv=tuple(argv), variables=told, directory=folder)
    step = told.get("TOOLKIT_EVENT", "")
    try:
        printed = capture(command, timeout=timeout)
    except CommandError as error:
        raise NotifyError(_failure(error)) from None
    for line in printed.splitlines():
        say(Output(host="", phase=PHASE, step=step, line=line))


def _failure(error: CommandError) -> str:
    command = shlex.join(error.command.argv)
    if error.code < 0:
        how = f"was ended by {signal.Signals(-error.code).name}"
    else:
        how = f"ended with {error.code}"
    last = error.output.splitlines()[-_LAST:]
    return "\n".join([f"{command} {how}", *last])


def _held(value: str) -> str:
    """A value that an environment can hold."""
    return value.replace("\0", "").encode(errors="replace").decode()
