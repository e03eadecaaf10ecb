"""The stage itself: what the tests of deploys rely on."""

import pytest
from fleet import APPS, PROXY
from tasks import ask


@pytest.fixture(scope="module")
def stage(fleet):
    """build-1 runs."""
    fleet.clear()
    fleet.empty()
    fleet.install()
    fleet.start("build-1")
    return fleet


@pytest.mark.parametrize("jump", [False, True], ids=["directly", "through-the-proxy"])
def test_ssh_reaches_every_host(stage, jump):
    names = (*APPS, PROXY, "registry")
    done = stage.together(lambda name: stage.access.run(name, "hostname; id -un", jump=jump), names)
    told = {name: each.stdout for name, each in done.items()}
    assert told == {name: f"{name}\ndeploy\n" for name in names}


def test_hosts_let_root_in_and_have_no_python(stage):
    assert stage.access.run("app1", "id -un", user="root").stdout == "root\n"
    assert stage.access.run("app1", "command -v python3").returncode != 0


def test_requests_come_from_every_host_and_tasks_are_done(stage, standing, traffic, say):
    with traffic("--longest", "1") as seen:
        tally = ask(stage, standing, 60, rate=20, longest=2).wait(60)
    say(str(tally))
    say(str(seen.figures))
    assert not seen.figures.failures, seen.figures
    assert set(seen.figures.hosts) == set(APPS)
    assert set(seen.figures.versions) == {"build-1"}
    assert (tally.done, tally.lost, tally.doubled) == (60, [], {}), tally
