"""What is asked for: a deploy, a rollback or a restart; and what hosts are to have by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.deploy.journal import Journal, Tags
from toolkit.deploy.rolling.goal import Goal
from toolkit.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.deploy.hosts import Host
    from toolkit.deploy.journal import Kind
    from toolkit.deploy.state import State


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for.

    Attributes:
        kind: deploy, rollback, or restart, which rolls the roles without another tag.
        tag: The tag; an empty text for the one that serves, of a rollback the one before it.
        who: Who asks.
        parallel: Hosts at a time.
        strict: Migrations that the old code cannot live with are refused.
        force: Neither they nor a tag without its image stop a rollback.
        unfinished: A rollback of what a deploy that was cut off has left, and of nothing else.
    """

    kind: Kind
    tag: str = ""
    who: str
    parallel: int = 1
    strict: bool = False
    force: bool = False
    unfinished: bool = False

    @property
    def backwards(self) -> bool:
        """Whether it goes to older code."""
        return self.kind == "rollback"


class NothingToDoError(Exception):
    """What is asked for is so already; the message says why."""


def before(states: Mapping[Host, State], journals: Mapping[Host, Journal]) -> dict[Host, Tags]:
    """What each host goes back to: where a deploy was cut off, what it had before that.

    Args:
        states: What each host has now.
        journals: What hosts have of deploys that were cut off.
    """
    return {
        host: journals[host].before
        if host in journals
        else Tags(tag=state.tag, revert=state.revert)
        for host, state in states.items()
    }


def goals(
    order: Order, states: Mapping[Host, State], journals: Mapping[Host, Journal], leader: State
) -> dict[Host, Goal]:
    """What each host is to have in the end.

    Args:
        order: What is asked for.
        states: What each host has now.
        journals: What hosts have of deploys that were cut off.
        leader: What the app's first host has.

    Raises:
        NothingToDoError: There is nothing to do.
        RefusedError: It is not known which tag is meant.
    """
    had = before(states, journals)
    if order.kind == "restart":
        return _again(states, journals)
    if order.kind == "rollback" and not order.tag:
        return _back(order, states, journals, leader)
    tag = order.tag or leader.tag
    if not tag:
        raise RefusedError(
            "no host has a tag of the app yet, and none is named.", "Name it: --tag build-42"
        )
    return {host: _goal(tag, each) for host, each in had.items()}


def _goal(tag: str, had: Tags) -> Goal:
    """A tag on a host; where it is the one that it goes back to, REVERT is as it was, too."""
    if tag == had.tag:
        return Goal(tags=had, back=True)
    return Goal(tags=Tags(tag=tag, revert=had.tag))


def _again(states: Mapping[Host, State], journals: Mapping[Host, Journal]) -> dict[Host, Goal]:
    cut = next((each for each in journals.values() if each.kind != "restart"), None)
    if cut:
        raise RefusedError(
            f"a {cut.kind} to {cut.to} was cut off: hosts may have different tags.",
            "First deploy it again, or `toolkit rollback`.",
        )
    found = {
        host: Goal(tags=Tags(tag=state.tag, revert=state.revert), fresh=True)
        for host, state in states.items()
        if state.tag
    }
    if not found:
        raise NothingToDoError("no host has a tag of the app yet")
    return found


def _back(
    order: Order, states: Mapping[Host, State], journals: Mapping[Host, Journal], leader: State
) -> dict[Host, Goal]:
    if journals:
        had = before(states, journals)
        cut = next(iter(journals.values()))
        if cut.kind == "rollback" and not order.unfinished:  # it goes on
            return {host: _goal(journals.get(host, cut).to, tags) for host, tags in had.items()}
        return {host: Goal(tags=tags, back=True) for host, tags in had.items()}
    if order.unfinished:
        raise NothingToDoError("no deploy was cut off")
    last = leader.journal
    if (last.get("kind"), last.get("state")) == ("deploy", "returned") and (
        last.get("to") != leader.tag
    ):
        raise NothingToDoError(
            f"the last one, to {last.get('to')}, went back by itself: {leader.tag} serves. "
            "--to names an older tag"
        )
    if not leader.revert:
        raise RefusedError(
            "no tag served before the one that serves now.", "Name one: --to build-41"
        )
    return {
        host: Goal(tags=Tags(tag=leader.revert, revert=state.tag)) for host, state in states.items()
    }
