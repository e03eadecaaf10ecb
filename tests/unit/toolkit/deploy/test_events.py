import json
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from toolkit.deploy.events import Ended, Listeners, Note, Output, Started, StepEnded, StepStarted

AT = datetime(2026, 3, 1, 14, 0, 0, 123_456, tzinfo=timezone(timedelta(hours=2)))


def test_data_is_what_json_can_hold():
    event = Started(
        kind="deploy",
        app="antisocial",
        tag="b2",
        hosts=("app1",),
        who="me",
        at=AT,
        steps={"app1": 3},
    )
    assert json.loads(json.dumps(event.data())) == {
        "event": "started",
        "at": "2026-03-01T12:00:00.123+00:00",
        "kind": "deploy",
        "app": "antisocial",
        "tag": "b2",
        "former": "",
        "hosts": ["app1"],
        "who": "me",
        "steps": {"app1": 3},
    }


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (StepStarted(host="app1", phase="web", step="surge"), "step-started"),
        (
            StepEnded(host="app1", phase="web", step="surge", outcome="done", seconds=1 / 3),
            "step-ended",
        ),
        (Output(host="app1", phase="web", step="surge", line="x"), "output"),
        (Note(text="x"), "note"),
        (
            Ended(
                kind="deploy", app="a", tag="b2", outcome="failed", seconds=1, phases={"web": 1 / 3}
            ),
            "ended",
        ),
    ],
)
def test_each_has_a_name_and_a_time(event, name):
    data = event.data()
    assert data["event"] == name
    assert datetime.fromisoformat(data["at"]) <= datetime.now(UTC)
    assert "0.33333" not in json.dumps(data)


def test_listeners_get_one_event_at_a_time():
    inside, most, heard = 0, 0, []

    def listener(event):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        heard.append(event)
        inside -= 1

    listeners = Listeners(listener)
    threads = [
        threading.Thread(target=lambda: [listeners(Note(text="x")) for _ in range(200)])
        for _ in range(5)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (most, len(heard)) == (1, 1000)


def test_a_listener_that_fails_is_told_no_more_and_the_others_are():
    first, last = [], []

    def broken(event):
        raise ValueError("why")

    listeners = Listeners(first.append, broken)
    listeners.add(last.append)
    listeners(Note(text="a"))
    listeners(Note(text="b"))
    texts = ["broken failed and is told no more: ValueError: why", "a", "b"]
    assert sorted(each.text for each in first) == sorted(texts)
    assert sorted(each.text for each in last) == sorted(texts)


def test_all_of_them_fail():
    def broken(event):
        raise ValueError

    def also(event):
        raise ValueError

    listeners = Listeners(broken, also)
    listeners(Note(text="a"))
    listeners(Note(text="b"))


def test_output_that_nobody_reads_any_more_is_no_failure():
    heard = []

    def closed(event):
        raise BrokenPipeError

    listeners = Listeners(closed, heard.append)
    listeners(Note(text="a"))
    assert [each.text for each in heard] == ["a"]


def test_an_interrupt_is_not_kept_from_the_deploy():
    def interrupted(event):
        raise KeyboardInterrupt

    listeners = Listeners(interrupted)
    with pytest.raises(KeyboardInterrupt):
        listeners(Note(text="a"))
