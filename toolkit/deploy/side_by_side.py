"""The same work on several hosts at the same time: one that fails stops no other."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: How many at a time: each is a process of `ssh`.
MOST = 16

P = TypeVar("P")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Results(Generic[P, T]):
    """What came of it. Each place is in one of the two, in the order in which they were given.

    Attributes:
        done: What the work gave, by place.
        failed: Why it failed, by place.
    """

    done: dict[P, T] = field(default_factory=dict)
    failed: dict[P, ToolkitError] = field(default_factory=dict)


def side_by_side(places: Iterable[P], work: Callable[[P], T], most: int = MOST) -> Results[P, T]:
    """Do the same on several places, at the same time.

    An interrupt ends it at once, not with the slowest place: the threads are daemons, and none of
    them begins with another place.

    Args:
        places: Hosts, or anything else that can be a key.
        work: What is done with each, in a thread.
        most: How many at a time.

    Raises:
        BaseException: What the work raised first, other than a ToolkitError, once all have ended.
    """
    ends: dict[P, Future[T]] = {place: Future() for place in places}
    waiting = deque(ends.items())

    def take() -> None:
        with suppress(IndexError):  # nothing waits any more
            while True:
                place, end_of_it = waiting.popleft()
                try:
                    end_of_it.set_result(work(place))
                except BaseException as error:  # noqa: BLE001 - raised again, by who asked
                    end_of_it.set_exception(error)

    try:
        for _ in range(min(most, len(ends))):
            threading.Thread(target=take, daemon=True).start()
        wait(ends.values())
    except BaseException:
        waiting.clear()
        raise
    results: Results[P, T] = Results()
    for place, each in ends.items():
        try:
            results.done[place] = each.result()
        except ToolkitError as error:
            results.failed[place] = error
    return results


def end(failed: Mapping[P, ToolkitError]) -> None:
    """End the command with what failed, as one error with the first one's exit code.

    Args:
        failed: The errors, each of which has its place in its text.

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
