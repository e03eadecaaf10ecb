"""A deployer that is killed with -9, at every step in turn; then a deploy, or a rollback, again.

Nothing of it is left then, no request fails meanwhile, and one tag serves everywhere.
"""

from __future__ import annotations

import time

import pytest
from deployer import App, Look, requests

#: The phases before the journal is written: what is killed there has changed nothing.
BEFORE = {"lock", "preflight"}


@pytest.fixture(autouse=True)
def pushed(versions):
    """Two versions that are equal but for their tag."""
    versions.push("build-1")
    versions.push("build-2")


@pytest.mark.soak
def test_at_every_step_on_one_host(fleet, tmp_path, say):
    sweep(App(fleet, "quick", tmp_path), say)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["solo", "duo"])
def test_at_every_step(fleet, tmp_path, say, name):
    sweep(App(fleet, name, tmp_path), say)


@pytest.mark.soak
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
    if found := between(app, phase, old):
        return found
    again = app.rollback("--unfinished") if back else app.deploy(new)
    if again.code != 0:
        return [f"the next one failed: {again}"]
    looks = app.look()
    tag = old if back and {look.tag for look in looks.values()} == {old} else new
    if back and tag == new and phase != "end":
        found = [f"it did not go back: {looks}"]
    found += app.wrong(tag)
    if tag == new:
        found += [
            f"{host}: REVERT is {look.revert}, not {old}"
            for host, look in looks.items()
            if look.revert != old
        ]
    found += audit(looks, tag, opened=cut.steps("journal"))
    return [f"{each}\n{again}" for each in found]


def between(app: App, phase: str, old: str) -> list[str]:
    """Return what is wrong after a kill, before anything is done about it."""
    told = app.run("status", app.name)
    looks = app.look().values()
    if any(look.journal.get("state") == "open" for look in looks):
        if told.returncode == 0 or not ("cut off" in told.stdout or "under way" in told.stdout):
            return [f"status ends with {told.returncode}: {told.stdout}"]
    elif phase in BEFORE and any(look.tag != old for look in looks):
        return ["TAG has changed before the journal was open"]
    return []


def audit(looks: dict[str, Look], tag: str, *, opened: object) -> list[str]:
    """Return what is wrong with the audit logs after a kill and what followed."""
    found = []
    for host, look in looks.items():
        if not look.history:
            found += [f"{host} has no audit log"] if opened else []
            continue
        last = look.history[-1]
        if last["outcome"] not in {"succeeded", "interrupted"}:
            found.append(f"{host}: its audit log ends with {last}")
        if last["outcome"] == "succeeded" and last["tag"] != tag:
            found.append(f"{host} serves {tag}, and its audit log ends with {last}")
        if len({entry["id"] for entry in look.history}) != len(look.history):
            found.append(f"{host}: its audit log tells of a deploy twice: {look.history}")
    return found
