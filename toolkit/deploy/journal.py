"""What a deploy leaves on each host: where it is, while it runs; and one line, at its end."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from toolkit.deploy.commands import Remote, script

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "JOURNAL"

Kind = Literal["deploy", "rollback", "restart"]

#: open: under way, or cut off. done: the tag serves. returned: it failed, and the host is back at
#: the tag before. broken: the way back failed too.
Progress = Literal["open", "done", "returned", "broken"]

Outcome = Literal["succeeded", "returned", "interrupted", "broken"]


@dataclass(frozen=True, kw_only=True)
class Tags:
    """What a host's TAG and REVERT have; empty texts for nothing."""

    tag: str = ""
    revert: str = ""


@dataclass(frozen=True, kw_only=True)
class Journal:
    """Where a deploy is, on one host.

    Attributes:
        id: The deploy's.
        kind: What it is.
        app: The app.
        to: The tag that it brings.
        before: What the host had at the start, and goes back to.
        who: Who began it.
        began: When, in ISO 8601.
        state: How it stands.
        phase: The phase that was begun last.
        step: The step of it.
        at: When that was written.
    """

    id: str
    kind: Kind
    app: str
    to: str
    before: Tags
    who: str
    began: str
    state: Progress = "open"
    phase: str = ""
    step: str = ""
    at: str = ""

    @property
    def open(self) -> bool:
        """Whether it is under way, or was cut off."""
        return self.state in {"open", "broken"}

    def now(self, *, state: Progress = "open", phase: str = "", step: str = "") -> Journal:
        """The journal with another state, or at another step."""
        return replace(
            self, state=state, phase=phase or self.phase, step=step or self.step, at=now()
        )

    @property
    def line(self) -> str:
        """What JOURNAL has."""
        return json.dumps(asdict(self)) + "\n"

    def write(self) -> Remote:
        """The command by which a host keeps it."""
        return script("put", self.app, FILE, stdin=self.line)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the audit log.

    Attributes:
        id: The deploy's.
        kind: What it was.
        app: The app.
        host: The host that has the line.
        tag: The tag that it brought, or should have.
        before: The tag that the host had at the start.
        outcome: How it ended on this host.
        who: Who began it.
        seconds: How long it took.
        reason: Why it failed, in one line.
        migrations: What the release applied, `app.name` each.
        at: When it ended, in ISO 8601.
    """

    id: str
    kind: Kind
    app: str
    host: str
    tag: str
    before: str
    outcome: Outcome
    who: str
    seconds: float = 0
    reason: str = ""
    migrations: tuple[str, ...] = ()
    at: str = ""

    @property
    def line(self) -> str:
        """What HISTORY has of it."""
        return json.dumps({**asdict(self), "at": self.at or now()}) + "\n"

    def close(self, journal: Journal) -> Remote:
        """The command by which a host keeps it, and a journal, as one.

        A deploy has one line: where the host has one of it already, that one stays.
        """
        return script("finish", self.app, self.id, stdin=self.line + journal.line)


def now() -> str:
    """This moment, in ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read(data: Mapping[str, Any]) -> Journal | None:
    """A host's journal, or None where it has none that can be read."""
    names = Journal.__dataclass_fields__
    try:
        before = Tags(**{key: value or "" for key, value in data["before"].items()})
        texts = {key: str(value) for key, value in data.items() if key in names}
        return Journal(**{**texts, "before": before})  # type: ignore[arg-type]
    except (AttributeError, KeyError, TypeError):
        return None
