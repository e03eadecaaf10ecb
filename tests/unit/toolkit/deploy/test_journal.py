import json

import pytest

from toolkit.deploy import journal
from toolkit.deploy.journal import Entry, Journal, Tags

MADE = Journal(
    id="abc",
    kind="deploy",
    app="app",
    to="b2",
    before=Tags(tag="b1", revert="b0"),
    who="me",
    began="2026-01-05T10:00:00+00:00",
)


def test_what_is_written_is_read():
    assert journal.read(json.loads(MADE.line)) == MADE
    assert MADE.line.count("\n") == 1


def test_a_step_keeps_what_is_not_named():
    there = MADE.now(phase="web", step="surge")
    ended = there.now(state="done")
    assert (ended.state, ended.phase, ended.step, ended.id) == ("done", "web", "surge", "abc")
    assert ended.at


@pytest.mark.parametrize(
    ("state", "is_open"), [("open", True), ("broken", True), ("done", False), ("returned", False)]
)
def test_which_deploys_are_unfinished(state, is_open):
    assert MADE.now(state=state).open is is_open


@pytest.mark.parametrize(
    "change",
    [
        {"before": None},
        {"before": "b1"},
        {"before": {"tag": "b1", "other": "x"}},
        {"id": ...},
        {"to": ...},
    ],
)
def test_what_is_no_journal_is_none(change):
    data = {**json.loads(MADE.line), **change}
    assert journal.read({key: value for key, value in data.items() if value is not ...}) is None


def test_keys_of_a_later_version_are_passed_over_and_null_is_no_tag():
    data = {**json.loads(MADE.line), "more": 1, "before": {"tag": None, "revert": None}}
    found = journal.read(data)
    assert found
    assert found.before == Tags()


def test_nothing_is_no_journal():
    assert journal.read({}) is None


def test_an_entry_is_one_line_with_its_time():
    made = Entry(
        id="abc",
        kind="deploy",
        app="app",
        host="app1",
        tag="b2",
        before="b1",
        outcome="succeeded",
        who="me",
        reason="a\nb",
    )
    assert made.line.count("\n") == 1
    assert json.loads(made.line)["at"]
    ended = MADE.now(state="done")
    remote = made.close(ended)
    assert str(remote) == "remote/finish app abc"
    assert remote.stdin.splitlines()[1] == ended.line.strip()
