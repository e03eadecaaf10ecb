"""What goes wrong during a deploy: afterwards the old version serves everywhere, or the new one.

No host is left between; `toolkit status` and the audit log tell the truth; the exit code says which
kind of failure it was (docs/reference/exit-codes.md); no visitor notices, unless said otherwise.
"""

from __future__ import annotations

import json
import signal
from contextlib import contextmanager
from dataclasses import replace

import faults
import pytest
from deployer import App, ready, requests, until

from toolkit.errors import (
    BetweenError,
    DeployError,
    HostError,
    LockedError,
    PreflightError,
)

#: Seconds that a container has to become ready where it never will.
PATIENCE = 40

LAST = "app3"


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    return tmp_path_factory.mktemp("deploys")


@pytest.fixture
def duo(fleet, versions, logs):
    """Web on app2 and app3, behind the proxy, and a worker on app2; build-1 serves."""
    versions.push("build-1")
    return ready(App(fleet, "duo", logs))


@contextmanager
def unnoticed(app):
    """No request fails meanwhile."""
    with requests(app) as seen:
        yield
    assert seen.figures.failures == 0, seen.figures
    assert seen.figures.requests > 20


def assert_refused(app, run, error, *reasons):
    """See that a deploy ended before it touched anything."""
    assert run.code == error.exit_code, run
    for reason in reasons:
        assert reason in run.said, run
    assert {phase for _, phase, _ in run.steps()} <= {"lock", "preflight"}, run
    assert run.ended["outcome"] == "failed"
    assert all(not look.history and not look.journal for look in app.look().values())
    app.assert_serves("build-1", revert="")


def assert_returned(app, run, tag, *reasons):
    """See that a deploy failed, and that every host is back."""
    assert run.code == DeployError.exit_code, run
    for reason in reasons:
        assert reason in run.said + run.lines, run
    assert run.ended["outcome"] == "returned"
    app.assert_serves("build-1", revert="")
    assert app.history() == [("deploy", tag, "build-1", "returned")]


# The image.


def test_a_tag_that_does_not_exist(duo):
    with unnoticed(duo):
        run = duo.deploy("build-404")
    assert_refused(duo, run, PreflightError, "app2: registry:5000/probe:build-404", "app3: ")


def test_an_image_that_does_not_start(duo, versions):
    with unnoticed(duo):
        run = duo.deploy(versions.push("broken-1", "not-executable"))
    assert_refused(duo, run, PreflightError, "app2: broken-1's own check", "app3: broken-1's own")


def test_a_check_that_fails_on_one_host(duo, versions):
    """The variable that it wants is there on the other one."""
    host = duo.fleet.host("app2")
    host.run("echo PROBE_TOKEN=not-to-be-shown >>/etc/default/duo.env")
    try:
        with unnoticed(duo):
            run = duo.deploy(versions.push("broken-2", "failing-check"))
    finally:
        host.run("sed -i /PROBE_TOKEN/d /etc/default/duo.env")
    assert_refused(duo, run, PreflightError, "app3: broken-2's own check")
    assert "app2:" not in run.said
    assert "PROBE_TOKEN" in run.lines
    assert "not-to-be-shown" not in str(run.events)


def test_web_that_ends_as_it_starts(duo, versions):
    with unnoticed(duo):
        run = duo.deploy(versions.push("broken-3", "crashing"))
    assert_returned(duo, run, "broken-3", "canary", "the bug of this version: web does not start")
    assert not run.steps("web", "worker")


@pytest.mark.soak
def test_web_that_is_never_ready(duo, versions):
    with unnoticed(duo):
        run = replace(duo, patience=PATIENCE).deploy(versions.push("broken-4", "unready"))
    assert_returned(duo, run, "broken-4", "canary", "/__lbheartbeat__")
    assert not run.steps("web", "worker")


@pytest.mark.soak
def test_web_that_is_never_ready_on_the_last_host(duo, versions):
    """The roll is half over: the first host goes back too."""
    tag = versions.push("broken-5", "unready-on-app3")
    with unnoticed(duo):
        run = replace(duo, patience=PATIENCE).deploy(tag)
    assert_returned(duo, run, "broken-5", f"web, surge on {LAST}", "/__lbheartbeat__")
    assert ("app2", "web", "duo is ready") in run.steps("web")


@pytest.mark.soak
def test_a_worker_that_does_not_start(duo, versions):
    tag = versions.push("broken-6", "worker-crashing")
    with unnoticed(duo):
        run = replace(duo, patience=PATIENCE).deploy(tag)
    assert_returned(duo, run, "broken-6", "duo-worker", "the bug of this version: the worker")


# The release.


def test_a_migration_that_fails(duo, versions):
    with unnoticed(duo):
        run = duo.deploy(versions.push("broken-7", "failing-migration"))
    assert_returned(duo, run, "broken-7", "release", "of_this_version")
    assert not run.steps("canary", "web", "worker")


@pytest.mark.soak
def test_a_migration_that_hangs(duo, versions):
    """It is stopped at its deadline, and keeps nothing from the next one."""
    with unnoticed(duo):
        run = duo.deploy(versions.push("broken-8", "hanging-migration"))
        assert_returned(duo, run, "broken-8", "release", "it took too long")
        good = duo.deploy(versions.push("build-2"))
    assert good.code == 0, good
    duo.assert_serves("build-2", revert="build-1")


# Hosts and what is around them.


@pytest.mark.soak
def test_the_registry_is_unreachable(duo, versions):
    """A deploy is refused; a rollback needs no registry."""
    versions.push("build-2")
    versions.push("build-3")
    assert duo.deploy("build-2").code == 0
    with faults.stopped(duo.fleet, "registry", "docker-registry"), unnoticed(duo):
        run = duo.deploy("build-3")
        assert run.code == PreflightError.exit_code, run
        assert "build-3 cannot be pulled" in run.said
        assert not run.steps("journal", "release", "canary", "worker", "web")
        duo.assert_serves("build-2", revert="build-1")
        back = duo.rollback()
    assert back.code == 0, back
    duo.assert_serves("build-1", revert="build-2")
    assert [entry[0::3] for entry in duo.history()] == [
        ("deploy", "succeeded"),
        ("rollback", "succeeded"),
    ]


def test_a_host_is_unreachable_from_the_start(duo, versions):
    tag = versions.push("build-2")
    with unnoticed(duo), faults.without_ssh(duo.fleet, LAST):
        run = duo.deploy(tag)
        status = duo.run("status", "duo")
    assert status.returncode == HostError.exit_code, status.stdout
    assert f"{LAST} cannot be reached" in status.stdout
    assert_refused(duo, run, HostError, f"{LAST} cannot be reached")


def test_a_disk_is_full(duo, versions):
    tag = versions.push("build-2")
    with unnoticed(duo), faults.full_disk(duo.fleet, LAST, free=100):
        run = duo.deploy(tag)
    assert_refused(duo, run, PreflightError, f"{LAST}: ", "MB are free for images")


def test_the_folder_of_the_app_is_full(duo, versions):
    tag = versions.push("build-2")
    with unnoticed(duo), faults.full_folder(duo.fleet, LAST, "/var/www/duo"):
        run = duo.deploy(tag)
    assert_refused(duo, run, HostError, LAST, "its disk is full")


def test_a_clock_is_wrong(duo, versions):
    """Of `date`, which is what a deploy asks: a container has the clock of its machine."""
    tag = versions.push("build-2")
    with unnoticed(duo), faults.skewed(duo.fleet, LAST, 120):
        run = duo.deploy(tag)
    assert_refused(duo, run, PreflightError, f"{LAST}: its clock is 1", "ahead of this machine's")


@pytest.mark.parametrize("name", [LAST, "proxy1"], ids=["agent", "server"])
def test_consul_does_not_answer(duo, versions, name):
    """nginx serves on by its last list, and nothing is changed."""
    tag = versions.push("build-2")
    with unnoticed(duo):
        with faults.stopped(duo.fleet, name, "consul"):
            run = duo.deploy(tag)
            assert run.code == PreflightError.exit_code, run
            assert f"{LAST}: Consul does not answer at 127.0.0.1:8500" in run.said
            assert not (wrong := duo.wrong("build-1", "app2")), wrong
        until(lambda: duo.listed() == {"app2:8000", "app3:8000"}, "both are listed", 90)
    duo.assert_serves("build-1", revert="")


@pytest.mark.soak
def test_a_host_is_lost_in_the_middle(duo, versions):
    """The others go back; what it was doing fails; as soon as it returns, a rollback mends it."""
    running = duo.start("deploy", "duo", "--tag", versions.push("build-2"))
    with requests(duo) as seen:
        assert running.at("web", "restart duo", LAST)
        with faults.off(duo.fleet, LAST):
            run = running.end()
            assert run.code == BetweenError.exit_code, run
            assert f"{LAST} cannot be reached" in run.said
            assert not (wrong := duo.wrong("build-1", "app2")), wrong
            assert duo.listed() == {"app2:8000"}
            status = duo.run("status", "duo")
            assert status.returncode == HostError.exit_code, status.stdout
        # What ran there at that moment, and what nginx sent before Consul knew; each is listed.
        assert seen.figures is None
    assert len(seen.figures.failed) < 40, seen.figures
    status = duo.run("status", "duo")
    assert status.returncode == 1, status.stdout
    assert "cut off" in status.stdout or "different tags" in status.stdout, status.stdout
    with unnoticed(duo):
        again = duo.rollback("--unfinished")
    assert again.code == 0, again
    duo.assert_serves("build-1", revert="")


@pytest.mark.soak
def test_a_host_is_lost_in_the_middle_and_the_deploy_is_run_again(duo, versions):
    tag = versions.push("build-2")
    running = duo.start("deploy", "duo", "--tag", tag)
    assert running.at("web", "switch", LAST)
    with faults.off(duo.fleet, LAST):
        assert running.end().code == BetweenError.exit_code
    with unnoticed(duo):
        again = duo.deploy(tag)
    assert again.code == 0, again
    duo.assert_serves(tag, revert="build-1")


@pytest.mark.soak
def test_the_folder_of_the_app_is_full_in_the_middle(duo, versions):
    tag = versions.push("build-2")
    with unnoticed(duo):
        running = duo.start("deploy", "duo", "--tag", tag)
        assert running.at("web", "surge", LAST)
        with faults.full_folder(duo.fleet, LAST, "/var/www/duo"):
            run = running.end()
            assert run.code in {DeployError.exit_code, BetweenError.exit_code}, run
            assert not (wrong := duo.wrong("build-1", "app2")), wrong
        again = duo.rollback("--unfinished")
    assert again.code == 0, again
    duo.assert_serves("build-1", revert="")


# Two deployers.


def test_two_deployers_at_once(duo, versions):
    """One has it; the other one ends at once, and changes nothing."""
    versions.push("build-2")
    versions.push("build-3")
    with unnoticed(duo):
        first = replace(duo, who="the first").start("deploy", "duo", "--tag", "build-2")
        assert first.at("journal", "open", LAST, "step-ended")
        second = duo.deploy("build-3")
        status = json.loads(duo.run("status", "duo", "--json").stdout)
        won = first.end()
    assert second.code == LockedError.exit_code, second
    assert "the first, deploy build-2" in second.said
    assert second.seconds < 60
    assert not second.steps(), second
    assert {each["held"] for each in status["hosts"] if each["host"] in duo.hosts} == {True}
    assert won.code == 0, won
    duo.assert_serves("build-2", revert="build-1")
    assert duo.history() == [("deploy", "build-2", "build-1", "succeeded")]


@pytest.mark.soak
def test_two_deployers_at_the_same_moment(duo, versions):
    tags = [versions.push("build-2"), versions.push("build-3")]
    with unnoticed(duo):
        both = [duo.start("deploy", "duo", "--tag", tag) for tag in tags]
        codes = {tag: each.end().code for tag, each in zip(tags, both, strict=True)}
    assert sorted(codes.values()) == [0, LockedError.exit_code], codes
    won = next(tag for tag, code in codes.items() if code == 0)
    duo.assert_serves(won, revert="build-1")
    assert duo.history() == [("deploy", won, "build-1", "succeeded")]


@pytest.mark.soak
def test_a_stale_lock_is_taken_over(duo, versions):
    """A deployer that has been silent for a minute; when it wakes up, nothing is its to do."""
    versions.push("build-2")
    versions.push("build-3")
    with unnoticed(duo):
        first = replace(duo, who="the first").start("deploy", "duo", "--tag", "build-2")
        assert first.at("web", "surge", "app2")
        # It waits for that one then; a command that it was just about to send it would send.
        until(lambda: "duo-web-surge" in duo.look("app2")["app2"].containers, "no surge instance")
        first.signal(signal.SIGSTOP)
        try:
            age_the_lock(duo)
            second = duo.deploy("build-3")
        finally:
            first.signal(signal.SIGCONT)
        lost = first.end()
    assert second.code == 0, second
    assert "the lock of the first, deploy build-2" in second.notes
    assert "cut off at web, surge" in second.notes
    assert lost.code == LockedError.exit_code, lost
    duo.assert_serves("build-3", revert="build-1")
    assert [entry[1::2] for entry in duo.history()] == [
        ("build-2", "interrupted"),
        ("build-3", "succeeded"),
    ]


@pytest.mark.soak
def test_a_lock_is_stale_after_a_minute(duo, versions):
    versions.push("build-2")
    first = duo.start("deploy", "duo", "--tag", "build-2")
    try:
        assert first.at("web", "surge", "app2")
        first.signal(signal.SIGSTOP)
        assert duo.rollback("--unfinished").code == LockedError.exit_code
        until(lambda: duo.rollback("--unfinished").code == 0, "the lock is not given up", 150)
    finally:
        first.kill()
    duo.assert_serves("build-1", revert="")


def test_a_manual_lock(duo, versions):
    tag = versions.push("build-2")
    locked = duo.run("lock", "duo", "--reason", "the database moves")
    assert locked.returncode == 0, locked.stderr
    try:
        with unnoticed(duo):
            run = duo.deploy(tag)
        assert run.code == LockedError.exit_code, run
        assert "the database moves" in run.said
        assert "the database moves" in duo.run("status", "duo").stdout
    finally:
        unlocked = duo.run("unlock", "duo")
    assert unlocked.returncode == 0, unlocked.stderr
    duo.assert_serves("build-1", revert="")
    assert duo.history() == []


def age_the_lock(app):
    """Let the last sign of life be long ago: a minute is long in a test."""
    for host in app.hosts:
        app.fleet.host(host).run(f"touch -d '3 minutes ago' /var/www/{app.name}/LOCK")
