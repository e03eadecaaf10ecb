"""The same work on several hosts at a time: one that fails stops no other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from toolkit.provision.machines import Machine

#: Hosts at a time.
MOST = 10

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Outcome(Generic[T]):
    """What came of it.

    Attributes:
        done: What it gave, by host.
        failed: Why it failed, by the host's name.
    """

    done: dict[Machine, T] = field(default_factory=dict)
    failed: dict[str, ToolkitError] = field(default_factory=dict)


def together(
    machines: Iterable[Machine], work: Callable[[Machine], T], most: int = MOST
) -> Outcome[T]:
    """Do the same on hosts.

    Args:
        machines: The hosts.
        work: What is done with one.
        most: How many at a time.
    """
    outcome: Outcome[T] = Outcome()
    with ThreadPoolExecutor(max_workers=most) as pool:
        running = {each: pool.submit(work, each) for each in machines}
        try:
            for machine, future in running.items():
                try:
                    outcome.done[machine] = future.result()
                except ToolkitError as error:
                    outcome.failed[machine.name] = error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return outcome


def check(failed: dict[str, ToolkitError]) -> None:
    """Raise what failed, as one error with the first one's exit code.

    Args:
        failed: The errors, by the host's name, which each of them has in its text.

    Raises:
        ToolkitError: There are any.
    """
    errors = list(failed.values())
    if len(errors) == 1:
        raise errors[0]
    if errors:
        lines = "".join(f"\n  - {error.args[0]}" for error in errors)
        hints = dict.fromkeys(error.hint for error in errors if error.hint)
        raise type(errors[0])(f"{len(errors)} hosts have failed:{lines}", "\n  ".join(hints))
