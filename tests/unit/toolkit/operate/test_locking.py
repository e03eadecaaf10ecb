import json
import subprocess

import pytest

from toolkit.deploy.lock import Claim, take
from toolkit.deploy.ssh import Done
from toolkit.errors import HostError, LockedError
from toolkit.operate import locking, observing

CLAIM = Claim(id="ab12", who="ann@desk", why="audit", since="13:40", kind="manual")
DEPLOY = Claim(id="cd34", who="bob@ci", why="deploy build-3", since="13:30")


def line(claim):
    return json.dumps(claim.__dict__) + "\n"


@pytest.fixture
def deploying(machine):
    """A deploy that has the lock of a host."""
    process = subprocess.Popen(
        machine.argv(take("antisocial", DEPLOY)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=machine.environ,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.stdin.close()
    process.stdout.close()
    process.wait(timeout=10)


def test_a_lock(machine):
    assert machine.run(locking.mark("antisocial", CLAIM)) == Done(code=0)
    text = (machine.home / "LOCK").read_text()
    assert json.loads(text) == CLAIM.__dict__
    again = machine.run(locking.mark("antisocial", DEPLOY))
    assert (again.code, again.output) == (75, text)
    refused = machine.run(take("antisocial", DEPLOY))
    assert (refused.code, refused.output) == (75, text)


def test_it_is_taken_away(machine):
    machine.run(locking.mark("antisocial", CLAIM))
    assert machine.run(locking.unmark("antisocial")).output == line(CLAIM)
    assert not (machine.home / "LOCK").exists()
    assert machine.run(locking.unmark("antisocial")) == Done(code=0)


def test_that_one_alone(machine):
    machine.run(locking.mark("antisocial", CLAIM))
    assert machine.run(locking.unmark("antisocial", identity="ab")) == Done(code=0)
    assert (machine.home / "LOCK").exists()
    assert machine.run(locking.unmark("antisocial", identity="ab12")).output == line(CLAIM)


def test_a_stale_one_is_taken_over(machine):
    machine.write(LOCK=line(DEPLOY))
    done = machine.run(locking.mark("antisocial", CLAIM))
    assert (done.code, done.output) == (0, f"stale {line(DEPLOY)}")
    assert json.loads((machine.home / "LOCK").read_text()) == CLAIM.__dict__


def test_a_stale_one_is_taken_away(machine):
    machine.write(LOCK=line(DEPLOY))
    assert machine.run(locking.unmark("antisocial")).output == line(DEPLOY)


def test_a_deploys_stays(machine, deploying):
    assert observing.read(machine.run(observing.look("antisocial")).output).held
    taken = (75, line(DEPLOY))
    done = machine.run(locking.mark("antisocial", CLAIM))
    assert (done.code, done.output) == taken
    done = machine.run(locking.unmark("antisocial"))
    assert (done.code, done.output) == taken
    assert deploying.poll() is None


def test_unless_by_force(machine, deploying):
    assert machine.run(locking.unmark("antisocial", force=True)).output == line(DEPLOY)
    deploying.wait(timeout=10)
    assert not (machine.home / "LOCK").exists()
    assert not observing.read(machine.run(observing.look("antisocial")).output).held


def test_no_folder(machine):
    machine.home.rmdir()
    assert machine.run(locking.mark("antisocial", CLAIM)).code == 73
    assert machine.run(locking.unmark("antisocial")) == Done(code=0)


def test_the_leader_first(fleet, shell):
    answers = locking.lock(shell, fleet(), CLAIM, print)
    assert [host for host, _ in shell.asked] == ["app1", "app2"]
    assert shell.asked[0][1] == f"remote/mark antisocial '{line(CLAIM).strip()}'"
    assert not answers.failed


def test_somebody_has_it(fleet, shell):
    shell.answers["operate/mark"] = Done(code=75, output=line(CLAIM))
    with pytest.raises(LockedError) as error:
        locking.lock(shell, fleet(), CLAIM, print)
    assert str(error.value) == (
        "toolkit: antisocial is locked on app1: ann@desk, audit, since 13:40.\n"
        "  `toolkit unlock antisocial` takes it away."
    )
    assert len(shell.asked) == 1


def test_somebody_has_it_on_another_host(fleet, shell):
    """What was locked is given back, and nothing else."""
    shell.answers["operate/mark"] = lambda host: (
        Done(code=75, output=line(DEPLOY)) if host.name == "app2" else ""
    )
    with pytest.raises(LockedError, match="on app2: bob@ci, deploy build-3"):
        locking.lock(shell, fleet(), CLAIM, print)
    assert shell.asked[2:] == [("app1", "remote/unmark antisocial '' ab12")]


def test_one_that_nobody_holds_is_told(fleet, shell):
    told = []
    shell.answers["operate/mark"] = f"stale {line(DEPLOY)}"
    locking.lock(shell, fleet(hosts=["app1"]), CLAIM, told.append)
    assert told == [
        "app1: a lock that nobody held any more was taken over: "
        "bob@ci, deploy build-3, since 13:30."
    ]


def test_a_host_is_lost(fleet, shell):
    shell.gone = {"app2"}
    answers = locking.lock(shell, fleet(), CLAIM, print)
    assert [host.name for host in answers.done] == ["app1"]
    assert [host.name for host in answers.failed] == ["app2"]
    shell.gone = {"app1"}
    with pytest.raises(HostError):
        locking.lock(shell, fleet(), CLAIM, print)


def test_a_folder_of_somebody_elses(fleet, shell):
    shell.answers["operate/mark"] = Done(code=73, error="cannot create .lock: Permission denied")
    with pytest.raises(HostError, match="app1 does not let its lock be changed: cannot create"):
        locking.lock(shell, fleet(), CLAIM, print)


def test_unlock(fleet, shell):
    shell.answers["operate/unmark"] = line(CLAIM)
    answers = locking.unlock(shell, fleet(), force=False)
    assert [host for host, _ in shell.asked] == ["app2", "app1"]
    assert locking.unlocked(answers) == [
        "Unlocked app1, app2: it was ann@desk, audit, since 13:40."
    ]


def test_unlock_what_a_deploy_has(fleet, shell):
    shell.answers["operate/unmark"] = Done(code=75, output=line(DEPLOY))
    with pytest.raises(LockedError, match="under way on app2, app1: bob@ci, deploy build-3"):
        locking.unlock(shell, fleet(), force=False)


def test_force(fleet, shell):
    assert not locking.unlocked(locking.unlock(shell, fleet(), force=True))
    assert shell.asked[0] == ("app2", "remote/unmark antisocial force ''")
