"""Tells of a step that is no plan's: its begin, and its end, however it ends."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from toolkit.deploy.events import StepEnded, StepStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.deploy.events import Event, StepOutcome


@contextmanager
def step(tell: Callable[[Event], None], host: str, phase: str, name: str) -> Iterator[None]:
    """A step, from its begin to its end; an exception means that it failed.

    Args:
        tell: Is told of it.
        host: Where it is done.
        phase: What it belongs to.
        name: What it is called.
    """
    began = time.monotonic()
    outcome: StepOutcome = "failed"
    tell(StepStarted(host=host, phase=phase, step=name))
    try:
        yield
        outcome = "done"
    finally:
        seconds = time.monotonic() - began
        tell(StepEnded(host=host, phase=phase, step=name, outcome=outcome, seconds=seconds))
