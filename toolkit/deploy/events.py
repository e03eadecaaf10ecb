"""What a deploy or a rollback tells of itself while it goes on, for people and programs alike."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import ClassVar, Literal, Protocol

Kind = Literal["deploy", "rollback", "return"]
"""What is done; ``return`` is the way back that a failed deploy or rollback goes by itself."""

StepOutcome = Literal["done", "skipped", "failed"]

Outcome = Literal["succeeded", "failed", "returned", "broken", "nothing"]
"""How it ended.

``failed``: before anything was changed; ``returned``: every host is back at the tag that it had;
``broken``: the way back failed as well; ``nothing``: there was nothing to do.
"""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened.

    Attributes:
        at: When, with a time zone.
    """

    name: ClassVar[str]
    at: datetime = field(default_factory=_now)

    def data(self) -> dict[str, object]:
        """Everything of it that JSON can hold: its name as `event`, and `at` in ISO 8601, UTC."""
        values = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        return {"event": self.name, **values}


@dataclass(frozen=True, kw_only=True)
class Started(Event):
    """A deploy, a rollback or a way back begins.

    Attributes:
        kind: Which of them.
        app: The app.
        tag: The tag that is to serve.
        former: The tag that serves, as far as it is known.
        hosts: The hosts that are worked on.
        who: Who asked for it.
        steps: How many steps each host has before it, as far as it is known.
    """

    name = "started"
    kind: Kind
    app: str
    tag: str
    former: str = ""
    hosts: tuple[str, ...]
    who: str = ""
    steps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StepStarted(Event):
    """A step begins.

    Attributes:
        host: Where; empty for here.
        phase: What it belongs to, such as `preflight` or `web`.
        step: The step.
    """

    name = "step-started"
    host: str
    phase: str
    step: str


@dataclass(frozen=True, kw_only=True)
class StepEnded(Event):
    """A step is over.

    Attributes:
        host: Where; empty for here.
        phase: What it belongs to.
        step: The step.
        outcome: How it ended.
        seconds: How long it took.
        detail: What there is to say of it, perhaps in several lines.
    """

    name = "step-ended"
    host: str
    phase: str
    step: str
    outcome: StepOutcome
    seconds: float
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Output(Event):
    """A command printed a line.

    Attributes:
        host: Where; empty for here.
        phase: What its step belongs to.
        step: The step.
        line: The line, without its end.
    """

    name = "output"
    host: str
    phase: str
    step: str
    line: str


@dataclass(frozen=True, kw_only=True)
class Note(Event):
    """A warning or a remark.

    Attributes:
        text: The sentence.
        host: The host that it is about, if it is about one.
    """

    name = "note"
    text: str
    host: str = ""


@dataclass(frozen=True, kw_only=True)
class Ended(Event):
    """A deploy, a rollback or a way back is over.

    Attributes:
        kind: Which of them.
        app: The app.
        tag: The tag that was to serve.
        former: The tag that served before, as far as it is known.
        hosts: The hosts that were worked on.
        who: Who asked for it.
        outcome: How it ended.
        seconds: How long it took.
        reason: Why it did not succeed, perhaps in several lines.
        phases: How many seconds each phase took, in the order in which they began.
    """

    name = "ended"
    kind: Kind
    app: str
    tag: str
    former: str = ""
    hosts: tuple[str, ...] = ()
    who: str = ""
    outcome: Outcome
    seconds: float
    reason: str = ""
    phases: Mapping[str, float] = field(default_factory=dict)


class Listener(Protocol):
    """Is told of events."""

    def __call__(self, event: Event) -> None:
        """Take an event."""


class Listeners:
    """Hands each event to several listeners, one event at a time, from whatever thread it comes.

    A listener that fails gets no more events: a deploy does not end half-way because nobody reads
    its output any more. The others are told, unless its output was closed.

    Args:
        listeners: Who is told, in this order.
    """

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = list(listeners)
        self._lock = threading.RLock()

    def add(self, listener: Listener) -> None:
        """Tell another one from now on."""
        with self._lock:
            self._listeners.append(listener)

    def __call__(self, event: Event) -> None:
        """Tell everybody."""
        with self._lock:
            for listener in tuple(self._listeners):
                if listener in self._listeners:
                    self._tell(listener, event)

    def _tell(self, listener: Listener, event: Event) -> None:
        try:
            listener(event)
        except BrokenPipeError:
            self._listeners.remove(listener)
        except Exception as error:  # noqa: BLE001 - whatever it is, the fleet comes first
            self._listeners.remove(listener)
            name = getattr(listener, "__name__", type(listener).__name__)
            self(Note(text=f"{name} failed and is told no more: {type(error).__name__}: {error}"))


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds")
        case float():
            return round(value, 3)
        case tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
    return value
