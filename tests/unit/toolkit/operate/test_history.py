import json

import pytest

from toolkit.errors import HostError
from toolkit.operate import history


def entry(host="app1", **more):
    return json.dumps(
        {
            "id": "1",
            "kind": "deploy",
            "app": "antisocial",
            "host": host,
            "tag": "build-2",
            "before": "build-1",
            "outcome": "succeeded",
            "who": "ann@desk",
            "seconds": 61.4,
            "reason": "",
            "migrations": [],
            "at": "2026-11-28T14:00:00+00:00",
            **more,
        }
    )


def lines(*entries):
    return "".join(f"{each}\n" for each in entries)


def test_hosts_are_one():
    logs = {
        "app1": lines(entry(migrations=["web.0002_more"])),
        "app2": lines(entry("app2", seconds=70, at="2026-11-28T14:00:09+00:00")),
    }
    (found,) = history.merged(logs)
    assert (found.at, found.seconds) == ("2026-11-28T14:00:09+00:00", 70)
    assert found.hosts == {"app1": "succeeded", "app2": "succeeded"}
    assert found.migrations == ("web.0002_more",)
    assert history.text([found]) == (
        "when                  what    tag      from     outcome    took        who       hosts"
        "       reason\n"
        "2026-11-28 14:00:09Z  deploy  build-2  build-1  succeeded  1 min 10 s  ann@desk"
        "  app1, app2"
    )


def test_the_newest_first():
    old, new = entry(), entry(id="2", kind="rollback", at="2026-11-28T15:00:00+00:00")
    assert [each.kind for each in history.merged({"app1": lines(old, new)})] == [
        "rollback",
        "deploy",
    ]


def test_where_it_went_worst():
    reason = "web: antisocial-web is not ready\nits log"
    logs = {
        "app1": lines(entry(outcome="returned", reason=reason)),
        "app2": lines(entry("app2", outcome="broken", before="build-0", reason=reason)),
    }
    (found,) = history.merged(logs)
    assert (found.outcome, found.before) == ("broken", ("build-1", "build-0"))
    assert found.cells()[-2:] == ("app1 (returned), app2", "web: antisocial-web is not ready")


def test_what_is_no_entry_is_passed_over():
    assert history.merged({"app1": "\x00\n[]\n{half\n", "app2": ""}) == ()
    assert history.text(()) == "Nothing was ever deployed."


def test_other_keys_and_none():
    (found,) = history.merged({"app1": '{"tag": "build-2", "seconds": "many"}\n'})
    assert (found.tag, found.seconds, found.outcome) == ("build-2", 0, "")
    assert json.loads(json.dumps(history.data([found])))[0]["hosts"] == {"app1": ""}


def test_asking(fleet, shell):
    app = fleet()
    shell.answers["operate/past"] = lambda host: lines(entry(host.name))
    assert history.asker(shell, app, 5)(app.leader) == lines(entry())
    assert shell.asked == [("app1", "remote/past antisocial 5")]


def test_a_log_that_cannot_be_read(fleet, shell):
    from toolkit.deploy.ssh import Done

    app = fleet()
    shell.answers["operate/past"] = Done(code=1, error="tail: Permission denied")
    with pytest.raises(HostError, match="app1 does not tell its history: tail: Permission denied"):
        history.asker(shell, app, 5)(app.leader)


def test_on_a_host(machine):
    assert machine.run(history.ask("antisocial", 2)).output == ""
    machine.write(HISTORY="1\n2\n3\n")
    assert machine.run(history.ask("antisocial", 2)).output == "2\n3\n"
    assert machine.run(history.ask("another", 2)).ok
