"""How events read: one place for a terminal, plain lines, a mail and a chat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.deploy.events import Started

if TYPE_CHECKING:
    from toolkit.deploy.events import Ended, Note, StepEnded

HERE = "here"
"""What stands for a host where something is done where the toolkit runs."""

_MINUTE = 60
_WHOLE = 10

#: A terminal's control sequences, ECMA-48: with parameters; a text up to its end; two characters.
_SEQUENCES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])"
)


def duration(seconds: float) -> str:
    """A time for people: `4.2 s`, `41 s`, `2 min 5 s`."""
    if round(seconds, 1) < _WHOLE:
        return f"{max(seconds, 0):.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def clean(text: str) -> str:
    """A line without what would move a terminal's cursor, colour it, or pass for another line.

    Of a line that was written over, as progress is, the last state stays.
    """
    text = _SEQUENCES.sub("", text).rstrip("\r\n")
    text = text.rsplit("\r", 1)[-1].expandtabs()
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def cleaned(text: str) -> list[str]:
    """The lines of a text, each clean; none where there is nothing in it."""
    return [clean(line).rstrip() for line in text.strip("\n").split("\n")] if text.strip() else []


def cut(text: str, longest: int) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def beginning(event: Started) -> str:
    """What begins, where, and who asked for it."""
    former = f"from {event.former} " if event.former else ""
    what = f"{event.kind} of {event.app} {former}to {event.tag or 'the tag before'}"
    hosts = f" on {', '.join(event.hosts)}" if event.hosts else ""
    who = f", by {event.who}" if event.who else ""
    return clean(f"{what}{hosts}{who}")


def headline(event: Started | Ended) -> str:
    """An event in one short sentence, without the app's name: a mail's subject."""
    target = event.tag or "the tag before"
    what = {
        "deploy": f"deploy of {event.tag}",
        "rollback": f"rollback to {target}",
        "return": f"the way back to {target}",
    }[event.kind]
    if isinstance(event, Started):
        return clean(f"{what} begins")
    return clean(_ending(event, what, target))


def _ending(event: Ended, what: str, target: str) -> str:
    took = duration(event.seconds)
    before = event.former or "the tag that they had"
    if event.outcome == "succeeded":
        done = {
            "deploy": f"{event.tag} deployed",
            "rollback": f"rolled back to {target}",
            "return": f"back at {target}",
        }
        return f"{done[event.kind]} in {took}"
    rest = {
        "failed": f"{what} failed after {took}, nothing was changed",
        "returned": f"{what} failed after {took}, hosts are back at {before}",
        "broken": f"{what} failed after {took}, hosts are left between two tags",
        "nothing": f"{what}: nothing to do",
    }
    if event.kind == "return" and event.outcome == "failed":
        return rest["broken"]
    return rest[event.outcome]


def ending(event: Ended) -> str:
    """How it ended. Why is the error that the command ends with."""
    return f"{event.app}: {headline(event)}"


def ended(event: StepEnded) -> list[str]:
    """How a step ended, with what there is to say of it: one line, or several."""
    words = {
        "done": f"done in {duration(event.seconds)}",
        "skipped": "skipped",
        "failed": f"failed after {duration(event.seconds)}",
    }[event.outcome]
    first, *more = cleaned(event.detail) or [""]
    return [f"{words}: {first}" if first else words, *more]


def told(host: str, text: str) -> list[str]:
    """The lines that a host printed, with the host before each."""
    return [f"{host or HERE} | {line}".rstrip() for line in cleaned(text) or [""]]


def note(event: Note) -> list[str]:
    """A note, with its host if it has one."""
    first, *more = cleaned(event.text) or [""]
    where = f"{event.host}: " if event.host else ""
    return [f"note: {where}{first}", *(f"  {line}" for line in more)]
