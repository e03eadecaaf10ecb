"""`toolkit deploy` and `rollback` as they should go, each with requests of which none may fail."""

from __future__ import annotations

import pytest
import tasks
from deployer import App, ready, requests

#: Tasks of a roll there and back, and seconds that one takes at most.
TASKS, LONGEST = 400, 8


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    return tmp_path_factory.mktemp("deploys")


@pytest.fixture
def solo(fleet, versions, logs):
    """Web, worker and beat on one host, nginx beside them; build-1 serves."""
    push(versions)
    return ready(App(fleet, "solo", logs))


@pytest.fixture
def duo(fleet, versions, logs):
    """Web on app2 and app3, behind the proxy, and a worker on app2; build-1 serves."""
    push(versions)
    return ready(App(fleet, "duo", logs))


def push(versions):
    for tag in ("build-1", "build-2", "build-3"):
        versions.push(tag)


def succeeded(run):
    assert run.code == 0, run
    assert run.ended["outcome"] == "succeeded"
    return run


def test_a_roll_there_and_back_on_three_hosts(fleet, versions, logs, containers, say):
    """No request fails; no task is lost, none is done twice."""
    push(versions)
    app = App(fleet, "probe", logs)
    app.stand()
    asked = tasks.ask(fleet, containers, TASKS, rate=4, longest=LONGEST)
    with requests(app, "--rate", "60") as seen:
        there = succeeded(app.deploy("build-2"))
        app.assert_serves("build-2", revert="build-1")
        back = succeeded(app.rollback())
    say(f"there {there.seconds:.0f} s, back {back.seconds:.0f} s: {seen.figures}")
    app.assert_serves("build-1", revert="build-2")
    assert seen.figures.failures == 0, seen.figures
    assert set(seen.figures.versions) == {"build-1", "build-2"}
    assert set(seen.figures.hosts) == {"app1", "app2", "app3"}
    assert app.history() == [
        ("deploy", "build-2", "build-1", "succeeded"),
        ("rollback", "build-1", "build-2", "succeeded"),
    ]
    assert [role for _, role, _ in there.steps("worker", "web", "beat")] == sorted(
        (role for _, role, _ in there.steps("worker", "web", "beat")),
        key=["worker", "web", "beat"].index,
    )
    assert [role for _, role, _ in back.steps("worker", "web", "beat")] == sorted(
        (role for _, role, _ in back.steps("worker", "web", "beat")),
        key=["beat", "web", "worker"].index,
    )
    tally = asked.wait(300)
    say(str(tally))
    assert not tally.lost
    assert not tally.doubled
    assert set(tally.versions) == {"build-1", "build-2"}


# One host, where nginx is too.


def test_there_and_back_on_a_single_host(solo):
    """A fleet of one has no gap; each container is restarted once, none by the same tag again."""
    before = solo.ids()
    with requests(solo) as seen:
        there = succeeded(solo.deploy("build-2"))
        solo.assert_serves("build-2", revert="build-1")
        between = solo.ids()
        again = succeeded(solo.deploy("build-2"))
        assert solo.ids() == between
        assert not [step for _, _, step in again.steps() if step.startswith(("restart", "drain"))]
        solo.assert_serves("build-2", revert="build-1")
        succeeded(solo.rollback())
        solo.assert_serves("build-1", revert="build-2")
        # A rollback of a rollback is where it came from.
        succeeded(solo.rollback())
    solo.assert_serves("build-2", revert="build-1")
    assert seen.figures.failures == 0, seen.figures
    assert before.keys() == between.keys()
    assert not set(before.values()) & set(between.values())
    restarts = [step for _, _, step in there.steps() if step.startswith("restart")]
    assert restarts == ["restart solo-worker", "restart solo", "restart solo-beat"]
    assert solo.history() == [
        ("deploy", "build-2", "build-1", "succeeded"),
        ("deploy", "build-2", "build-2", "succeeded"),
        ("rollback", "build-1", "build-2", "succeeded"),
        ("rollback", "build-2", "build-1", "succeeded"),
    ]


@pytest.mark.soak
def test_a_restart(solo):
    """Everything is restarted, with the same tag; REVERT stays, so that there is a way back."""
    succeeded(solo.deploy("build-2"))
    before = solo.ids()
    with requests(solo) as seen:
        succeeded(solo.start("deploy", "solo", "--restart").end())
    after = solo.ids()
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())
    solo.assert_serves("build-2", revert="build-1")
    assert seen.figures.failures == 0, seen.figures
    assert [entry[0] for entry in solo.history()] == ["deploy", "restart"]


@pytest.mark.soak
def test_one_role(solo):
    """The others go on as they are, until a deploy of them all."""
    before = solo.ids()
    with requests(solo) as seen:
        run = succeeded(solo.deploy("build-2", "--role", "worker"))
        after = solo.ids()
        changed = {name for (_, name), ident in after.items() if before["app1", name] != ident}
        assert changed == {"solo-worker"}
        assert not run.steps("web", "beat", "canary")
        status = solo.run("status", "solo")
        assert status.returncode == 1, status.stdout
        assert "solo-web on app1 runs build-1, and TAG says build-2" in status.stdout
        succeeded(solo.deploy("build-2"))
    solo.assert_serves("build-2", revert="build-1")
    assert seen.figures.failures == 0, seen.figures


# Two hosts behind a proxy.


@pytest.mark.soak
def test_hosts_at_the_same_time(duo):
    """With web on both going, the surge instances serve."""
    with requests(duo) as seen:
        run = succeeded(duo.deploy("build-2", "--parallel", "2"))
    assert seen.figures.failures == 0, seen.figures
    order = [
        (each["event"], each["host"])
        for each in run.events
        if each.get("phase") == "web" and each.get("step") in {"surge", "surge ends"}
    ]
    begun = [order.index(("step-started", host)) for host in duo.web]
    ended = [len(order) - 1 - order[::-1].index(("step-ended", host)) for host in duo.web]
    assert max(begun) < min(ended), order
    duo.assert_serves("build-2", revert="build-1")


@pytest.mark.soak
def test_through_a_jump_host(duo):
    """OpenSSH's ProxyJump: the app hosts' names are known on the proxy's host alone."""
    jumping = App(duo.fleet, "duo", duo.folder, config=duo.fleet.access.jump)
    with requests(duo) as seen:
        succeeded(jumping.deploy("build-2", "--role", "web"))
        succeeded(jumping.deploy("build-2"))
    assert seen.figures.failures == 0, seen.figures
    duo.assert_serves("build-2", revert="build-1")


@pytest.mark.soak
def test_a_new_host_is_brought_in(duo):
    """It gets the tag that serves; nothing happens to the others."""
    host = duo.fleet.host("app3")
    with requests(duo) as seen:
        host.run("systemctl stop duo.target consul-registration@duo duo; rm /var/www/duo/TAG")
        before = {key: ident for key, ident in duo.ids().items() if key[0] != "app3"}
        status = duo.run("status", "duo")
        assert status.returncode == 1
        assert "app3 has no tag of duo" in status.stdout
        run = succeeded(duo.start("deploy", "duo", "--host", "app3").end())
    assert seen.figures.failures == 0, seen.figures
    assert {host for host, _, _ in run.steps("journal", "web", "worker", "end")} == {"app3"}
    duo.assert_serves("build-1")
    assert {key: ident for key, ident in duo.ids().items() if key[0] != "app3"} == before
    assert duo.look()["app3"].revert == ""


@pytest.mark.soak
def test_a_single_host_behind_a_proxy(duo):
    """Its surge instance is in the proxy's list before it goes, and it is back before that goes."""
    duo.fleet.host("app3").run("systemctl stop duo.target consul-registration@duo duo")
    duo.fleet.wait_for("app2:8000", app="duo")
    with requests(duo) as seen:
        succeeded(duo.deploy("build-2", "--host", "app2"))
        assert duo.listed() == {"app2:8000"}
        assert not (wrong := duo.wrong("build-2", "app2")), wrong
        succeeded(duo.rollback("--host", "app2"))
    assert not (wrong := duo.wrong("build-1", "app2")), wrong
    assert seen.figures.failures == 0, seen.figures
    assert set(seen.figures.versions) == {"build-1", "build-2"}
