import json

import pytest
from simulated import Deployer, World

from toolkit.deploy.events import Note
from toolkit.deploy.lock import Claim, Lock, owner
from toolkit.deploy.ssh import Done
from toolkit.errors import HostError, LockedError

CLAIM = Claim(id="abc", who="me", why="deploy b2", since="now")


@pytest.fixture
def world(fleet):
    return World(fleet("fleet"))


def locking(world, shell=None, said=None):
    said = [] if said is None else said
    return Lock(shell or Deployer(world), world.fleet, CLAIM, tell=said.append)


def locked(world):
    return [name for name, each in world.machines.items() if each.lock]


def test_all_hosts_are_locked_and_the_leader_first(world):
    shell = Deployer(world)
    with locking(world, shell):
        assert locked(world) == ["app1", "app2", "app3"]
        claim = json.loads(world["app2"].files["LOCK"])
        assert claim == {
            "id": "abc",
            "who": "me",
            "why": "deploy b2",
            "since": "now",
            "kind": "deploy",
        }
    assert locked(world) == []
    assert shell.said[0].startswith("app1: remote/lock")


def test_the_leader_is_locked_where_it_is_not_among_those_that_are_asked_for(fleet):
    world = World(fleet("fleet"))
    world.fleet = fleet("fleet", hosts=["app3"])
    with locking(world):
        assert locked(world) == ["app1", "app3"]


def test_one_that_is_not_had_gives_the_others_back(world):
    with Lock(Deployer(world), world.fleet, CLAIM, tell=lambda _: None):
        pass
    world["app3"].lock, world["app3"].files["LOCK"] = object(), '{"who": "she"}'
    with (
        pytest.raises(LockedError, match=r"antisocial is locked on app3: she\."),
        locking(world),
    ):
        pass
    assert locked(world) == ["app3"]


def test_a_host_that_cannot_be_reached_gives_the_others_back(world):
    world["app2"].gone = True
    with pytest.raises(HostError, match="app2 cannot be reached: no route to host"), locking(world):
        pass
    assert locked(world) == []


def test_a_lock_whose_connection_broke_is_taken_again(world):
    with locking(world) as lock:
        host = world.fleet.hosts[1]
        assert lock.renew(host) == ()
        world["app2"].lock.end()
        lock._held[host].lost = True
        assert lock.renew(host) == (host,)
        assert locked(world) == ["app1", "app2", "app3"]


def test_a_leader_that_is_gone_does_not_keep_others_from_their_way_back(world):
    with locking(world) as lock:
        world["app1"].gone = True
        assert lock.renew(world.fleet.hosts[1]) == ()
        with pytest.raises(HostError):
            lock.renew(world.fleet.hosts[0])


class Answering:
    """A shell whose hosts answer a lock with lines, and an end."""

    def __init__(self, *lines, code=0, error=""):
        self.lines, self.done = list(lines), Done(code=code, error=error)
        self.ended = False

    def hold(self, host, remote):
        return self

    def line(self, timeout):
        return self.lines.pop(0) if self.lines else ""

    def say(self, text):
        return True

    def end(self, timeout=10):
        return self.done


ONE = 'roles.web.hosts = ["app1"]'
SHE = '{"who": "she", "why": "deploy b3", "since": "noon", "id": "x", "kind": "deploy"}'


def test_a_stale_lock_is_taken_over_and_told(fleet):
    said = []
    with Lock(Answering(f"stale {SHE}", "held"), fleet(ONE), CLAIM, tell=said.append):
        pass
    notes = [each.text for each in said if isinstance(each, Note)]
    assert notes == ["the lock of she, deploy b3, since noon, is taken over: it is stale."]


@pytest.mark.parametrize(
    ("shell", "error", "text"),
    [
        (Answering(SHE, code=75), LockedError, "app1: she, deploy b3, since noon"),
        (Answering(f"stale {SHE}", SHE, code=75), LockedError, "she, deploy b3, since noon"),
        (Answering(code=73, error="sh: cd: no"), HostError, "app1 does not give the lock: sh: cd"),
        (Answering(code=75), HostError, "app1 does not give the lock: no answer"),
        (Answering(code=255, error="no route"), HostError, "app1 cannot be reached: no route"),
    ],
)
def test_a_lock_that_is_not_had(fleet, shell, error, text):
    with (
        pytest.raises(error, match=text),
        Lock(shell, fleet(ONE), CLAIM, tell=lambda _: None),
    ):
        pass


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (SHE, "she, deploy b3, since noon"),
        (json.loads(SHE), "she, deploy b3, since noon"),
        ('{"who": "she"}', "she"),
        ({"why": "audit\x1b[2J", "since": None}, "somebody, audit"),
        ("Welcome to app1!\r\n", "Welcome to app1!"),
        ("{half", "{half"),
        ("[]", "[]"),
        ("", "somebody"),
        ({}, "somebody"),
    ],
)
def test_who_has_it(said, text):
    assert owner(said) == text
