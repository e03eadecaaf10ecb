"""Asks several hosts at the same time, and lets none of them keep the others waiting."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

from toolkit.errors import HostError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from toolkit.deploy.hosts import Host

#: How many hosts are asked at a time: each is a process of `ssh`.
CAP = 16

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[T]):
    """What came of asking a host: one of the two.

    Attributes:
        value: What was got; None where the host is lost.
        lost: Why the host gave no answer.
    """

    value: T | None = None
    lost: HostError | None = None


def everywhere(
    hosts: Sequence[Host], ask: Callable[[Host], T], cap: int = CAP
) -> dict[Host, Answer[T]]:
    """Ask hosts, at the same time.

    The threads are daemons: an interrupt ends the command at once, not with the slowest host.

    Args:
        hosts: Whom.
        ask: What is done for each, in a thread.
        cap: How many at a time.

    Returns:
        The answers, in the order of the hosts.

    Raises:
        Exception: What `ask` raised first, other than HostError, once all have answered.
    """
    places: SimpleQueue[Host] = SimpleQueue()
    for host in hosts:
        places.put(host)
    answers: SimpleQueue[tuple[Host, Answer[T] | Exception]] = SimpleQueue()

    def work() -> None:
        with suppress(Empty):
            while True:
                host = places.get_nowait()
                answers.put((host, _answer(host, ask)))

    for _ in range(min(cap, len(hosts))):
        threading.Thread(target=work, daemon=True).start()
    got = dict(answers.get() for _ in hosts)
    found: dict[Host, Answer[T]] = {}
    for host in hosts:
        answer = got[host]
        if isinstance(answer, Exception):
            raise answer
        found[host] = answer
    return found


def _answer(host: Host, ask: Callable[[Host], T]) -> Answer[T] | Exception:
    try:
        return Answer(value=ask(host))
    except HostError as error:
        return Answer(lost=error)
    except Exception as error:  # noqa: BLE001 - raised again, in the thread that asked
        return error


def lost(answers: dict[Host, Answer[T]]) -> list[HostError]:
    """The hosts that gave no answer, each with the reason."""
    return [each.lost for each in answers.values() if each.lost]


def end(errors: Sequence[HostError]) -> None:
    """End the command as hosts that gave no answer end it, where there are any.

    Args:
        errors: One for each of them; what each says has been told before, or is one alone.

    Raises:
        HostError: There are some.
    """
    if len(errors) == 1:
        raise errors[0]
    if errors:
        lines = "".join(f"\n  - {error.args[0]}" for error in errors)
        raise HostError(f"{len(errors)} hosts gave no answer:{lines}", errors[0].hint)
