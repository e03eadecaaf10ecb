"""Plans as children of this process: hooks, and verbs that hooks come after.

A child is a fork, so that a hook of Django's needs no second interpreter. Signals are passed on:
whoever stops the container meanwhile stops the child.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager

from entrypoint import heartbeat
from entrypoint.errors import EntrypointError, HookError, fail
from entrypoint.execute import carry_out, execute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from entrypoint.plan import Hook, Plan

#: What is passed on. The terminal itself sends its signals to every process in its foreground.
SIGNALS = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH")
TERMINALS = ("SIGINT", "SIGQUIT", "SIGHUP", "SIGWINCH")

#: Of those, the ones that ask for the end: nothing is begun after one of them.
ENDING = ("SIGTERM", "SIGINT", "SIGQUIT")


def run_hooks(hooks: tuple[Hook, ...], when: str, *, waiting: bool = False) -> None:
    """Carry out hooks, one after another.

    Args:
        hooks: what to do.
        when: for messages, such as `before run`.
        waiting: the container's role waits for them: `health` says so, alive and not ready.

    Raises:
        HookError: one failed that may not; the rest was not begun.
    """
    for hook in hooks:
        name = " ".join(hook.words)
        if waiting:
            heartbeat.wait_for(f"{name}, {when}")
        code, ending = _run(lambda plan=hook.plan: execute(plan))  # type: ignore[misc]
        if ending:
            raise HookError(f"stopped by signal {ending} {when}, in: {name}", 128 + ending)
        if code == 0:
            continue
        if hook.may_fail:
            print(
                f"entrypoint: warning: {when}, `{name}` failed with exit code {code}; going on.",
                file=sys.stderr,
            )
            continue
        raise HookError(f"{when}, `{name}` failed with exit code {code}.", code)
    if waiting:
        heartbeat.ready()


def run_with_after(plan: Plan) -> int:
    """Carry out a plan and, where it ended with 0, the hooks after it. Return the exit code.

    Raises:
        HookError: a hook failed.
    """
    code, _ = _run(lambda: carry_out(plan))
    if code == 0:  # also when it was asked to end, which is how roles do
        run_hooks(plan.after, f"after {plan.verb}")
    return code


def _run(job: Callable[[], None]) -> tuple[int, int]:
    """Run a job in a child.

    Returns:
        Its exit code, 128 and the signal's number where a signal ended it; and the signal that
        asked this process to end meanwhile, or 0.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    with _held_back() as restore:
        child = os.fork()
        if child == 0:
            restore()
            _become(job)
        with _passing_on(child, restore) as asked:
            _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return 128 + os.WTERMSIG(status), asked[0]
    return os.WEXITSTATUS(status), asked[0]


def _become(job: Callable[[], None]) -> None:
    """Do the job in the child that this process is, and end as a Python program would."""
    try:
        job()
    except EntrypointError as error:
        fail(error)
    sys.exit(0)


@contextmanager
def _held_back() -> Iterator[Callable[[], None]]:
    """Hold signals back until there is a child to pass them on to; give what lets them in."""
    numbers = {getattr(signal, name) for name in SIGNALS}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)

    def restore() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    try:
        yield restore
    finally:
        restore()


@contextmanager
def _passing_on(child: int, restore: Callable[[], None]) -> Iterator[list[int]]:
    """Pass signals on to a child. Gives the number of the last one that asks for the end, or 0."""
    asked = [0]
    ending = {getattr(signal, name) for name in ENDING}
    at_terminal = os.isatty(0)

    def pass_on(number: int, _frame: object) -> None:
        if number in ending:
            asked[0] = int(number)
        if not (at_terminal and signal.Signals(number).name in TERMINALS):
            os.kill(child, number)

    before = {
        number: signal.signal(number, pass_on)
        for number in (getattr(signal, name) for name in SIGNALS)
    }
    restore()
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
