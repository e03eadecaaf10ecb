"""A deployer that is killed with -9, at every step in turn; then a deploy, or a rollback, again.

Nothing of it is left then, no request fails meanwhile, and one tag serves everywhere.
"""

from __future__ import annotations

import time

import pytest
from deployer import App, requests

#: The phases before the journal is written: what is killed there has changed nothing.
BEFORE = {"lock", "preflight"}


@pytest.fixture(autouse=True)
def pushed(versions):
    """Two versions that are equal but for their tag."""
    versions.push("build-1")
    versions.push("build-2")


def test_at_every_step_on_one_host(fleet, tmp_path, say):
    sweep(App(fleet, "quick", tmp_path), say)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["solo", "duo"])
def test_at_every_step(fleet, tmp_path, say, name):
    sweep(App(fleet, name, tmp_path), say)


def test_during_a_release_that_goes_on_without_it(fleet, versions, tmp_path):
    """A release is never two: the next deploy waits for the one that runs, and has its end."""
    app = App(fleet, "quick", tmp_path)
    app.stand()
    versions.push("build-3", "slow-migration")
    with requests(app) as seen:
        cut = app.start("deploy", app.name, "--tag", "build-3")
        assert cut.at("release", "release")
        time.sleep(3)
        cut.kill()
        again = app.deploy("build-3")
    assert again.code == 0, again
    assert "runs already; following it" in again.lines, again
    assert "cut off at release, release" in again.notes
    app.assert_serves("build-3", revert="build-1")
    applied = fleet.sql("SELECT count(*) FROM django_migrations WHERE name = '0002_slow'")
    assert applied == "1"
    assert seen.figures.failures == 0, seen.figures


def sweep(app: App, say) -> None:
    """Kill a deploy at each of its steps, and have the next one put it right.

    Args:
        app: The app, of which nothing is known yet.
        say: Prints a line.
    """
    app.stand("build-1")
    whole = app.deploy("build-2")
    assert whole.code == 0, whole
    app.assert_serves("build-2", revert="build-1")
    steps = [
        (each["host"], each["phase"], each["step"])
        for each in whole.events
        if each["event"] == "step-started"
    ]
    say(f"{len(steps)} steps of {app.name}, {whole.seconds:.0f} s without a kill")
    began, problems = time.monotonic(), []
    with requests(app, "--rate", "20") as seen:
        for number, at in enumerate(steps):
            if found := cut_at(app, at, back=number % 2 == 1):
                problems += [f"killed at {' '.join(at)}: {each}" for each in found]
                say(problems[-1])
                app.stand("build-1")
    took = time.monotonic() - began
    say(f"{len(steps)} kills in {took:.0f} s: {seen.figures}")
    assert not problems, "\n".join(problems)
    assert seen.figures.failures == 0, seen.figures


def cut_at(app: App, at: tuple[str, str, str], *, back: bool) -> list[str]:
    """Kill a deploy at a step, then go on, or back; and return what is wrong then.

    Args:
        app: The app; one tag serves everywhere.
        at: Host, phase and step.
        back: By `rollback`, else by the same deploy again.
    """
    host, phase, step = at
    old = next(iter(app.look().values())).tag
    new = {"build-1": "build-2", "build-2": "build-1"}[old]
    running = app.start("deploy", app.name, "--tag", new)
    hit = running.at(phase, step, host)
    cut = running.kill()
    if not hit:
        return [f"it was not hit: {cut}"]
    told = app.run("status", app.name)
    after = app.look()
    if any(look.journal.get("state") == "open" for look in after.values()):
        if told.returncode == 0 or not ("cut off" in told.stdout or "under way" in told.stdout):
            return [f"status says {told.returncode}: {told.stdout}"]
    elif phase in BEFORE and any(look.tag != old for look in after.values()):
        return ["TAG has changed before the journal was open"]
    if back:
        again = app.rollback("--unfinished")
        wanted = [old] if phase != "end" else [old, new]
    else:
        again = app.deploy(new)
        wanted = [new]
    if again.code != 0:
        return [f"the next one failed: {again}"]
    found = [app.wrong(tag) for tag in wanted]
    tags = {look.tag for look in app.look().values()}
    if not any(each == [] for each in found):
        return [f"{each}\n{again}" for each in found[0]]
    reverts = {look.revert for look in app.look().values()}
    if tags == {new} and reverts != {old}:
        return [f"REVERT is {reverts}, not {old}\n{again}"]
    return audit(app, new, old, cut)


def audit(app: App, new: str, old: str, cut) -> list[str]:
    """Return what is wrong with the audit logs after a kill and what followed."""
    del old
    opened = any(
        each.get("phase") == "journal" and each["event"] == "step-ended" for each in cut.events
    )
    for host, look in app.look().items():
        outcomes = [each["outcome"] for each in look.history]
        if opened and not look.history:
            return [f"{host} has no audit log"]
        if outcomes and outcomes[-1] not in {"succeeded", "interrupted"}:
            return [f"{host}: its audit log ends with {look.history[-1]}"]
        if look.tag == new and look.history and look.history[-1]["tag"] != new:
            return [f"{host} serves {new}, and its audit log ends with {look.history[-1]}"]
    return []
