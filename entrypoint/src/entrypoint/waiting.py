"""Waits for services, all at once, until a deadline."""

from __future__ import annotations

import queue
import random
import threading
import time

from entrypoint.services.reasons import detail, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from entrypoint.services import Service

#: Of its own, so that nobody else's chance depends on a thread that waits.
PAUSES = random.Random()  # noqa: S311 - no secret

#: Seconds between two attempts: at first, and at most. Each waits a part of it, by chance, so that
#: many containers do not come at the same moment.
FIRST = 0.1
LAST = 3.0

#: Seconds that one attempt has, as far as the driver can be told.
ATTEMPT = 5.0


def wait(
    services: Iterable[Service],
    timeout: float,
    say: Callable[[str], None],
) -> dict[str, str]:
    """Wait until each service is there, or the time is over.

    Each is asked in a thread of its own, which nobody waits for: a driver may hang as long as it
    likes. Threads that are still at it when this returns go on until the process ends.

    Args:
        services: what to wait for.
        timeout: in seconds; each is asked once at least, in that time.
        say: gets a line when a service is there, or is away for another reason than before.

    Returns:
        What is missing, by name and place, and why.
    """
    began = time.monotonic()
    deadline = began + timeout
    news: queue.Queue[tuple[str, Exception | None]] = queue.Queue()
    missing: dict[str, str] = {}
    places: dict[str, str] = {}
    for service in services:
        missing[service.name] = "no answer in time"
        places[service.name] = service.where
        threading.Thread(target=_ask, args=(service, deadline, news), daemon=True).start()
    told: set[tuple[str, str]] = set()
    while missing:
        try:
            name, error = news.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        if error is None:
            del missing[name]
            say(f"{name}: there after {time.monotonic() - began:.1f} s")
            continue
        why = reason(error)
        missing[name] = f"{why}: {detail(error)}"
        if (name, why) not in told:
            told.add((name, why))
            say(f"{name}: waiting: {why}")
    return {f"{name} ({places[name]})": why for name, why in sorted(missing.items())}


def _ask(
    service: Service, deadline: float, news: queue.Queue[tuple[str, Exception | None]]
) -> None:
    """Ask a service until it is there."""
    pause = FIRST
    while True:
        try:
            service.connect(max(0.1, min(ATTEMPT, deadline - time.monotonic())))
        except Exception as error:  # noqa: BLE001 - whatever a driver raises
            news.put((service.name, error))
        else:
            news.put((service.name, None))
            return
        time.sleep(PAUSES.uniform(pause / 2, pause))
        pause = min(2 * pause, LAST)
