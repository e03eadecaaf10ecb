"""A deployer is killed at each of its commands in turn; what comes next puts the fleet right."""

from collections import Counter

import pytest
from simulated import Deployer, KilledError, World

from toolkit.errors import DeployError

#: What may come next, and the tags that hosts have then: if it was killed before anything was
#: written, in the middle, or once it was done on some host at least.
NEXT = {
    "the same deploy": ({"tag": "b2"}, ("b2", "b1"), ("b2", "b1"), ("b2", "b1")),
    "another deploy": ({"tag": "b3"}, ("b3", "b1"), ("b3", "b1"), ("b3", "b2")),
    "a deploy of what served": ({"tag": "b1"}, ("b1", "b0"), ("b1", "b0"), ("b1", "b2")),
    "a deploy that fails": ({"tag": "bad"}, ("b1", "b0"), ("b1", "b0"), ("b2", "b1")),
    "a rollback": ({"kind": "rollback"}, ("b0", "b1"), ("b1", "b0"), ("b1", "b2")),
    "a rollback of what is unfinished": (
        {"kind": "rollback", "unfinished": True},
        ("b1", "b0"),
        ("b1", "b0"),
        ("b2", "b1"),
    ),
}

#: The scripts that are not one act, so that a host may die between two of theirs.
PARTS = ("remote/switch", "remote/finish", "remote/release")


def moments(fleet, roll, **order):
    """Every moment at which a deploy may be killed: after each command, in the middle of some."""
    world = World(fleet)
    shell = Deployer(world)
    roll(world, shell=shell, **order)
    yield 1, False
    yield from of(shell)


def of(shell):
    """The same of a deployer that has done its work, or has failed."""
    for number, what in enumerate(shell.said, 1):
        if what not in shell.said[number : number + 1]:  # the same again: it waits for something
            yield number, True
        if any(each in what for each in PARTS):
            yield number, "half"


def killed(world, roll, number, after, **order):
    with pytest.raises(KilledError):
        roll(world, shell=Deployer(world, number, after=after), **order)


def journals(world):
    return [world[host.name].journal.get("state") for host in world.fleet.hosts]


def went_on(world, roll, order):
    try:
        roll(world, **order)
    except DeployError:
        assert order["tag"] == "bad"


def assert_right(world, what=""):
    """No host is left between, nothing is left over, and no visitor has noticed anything."""
    tags = {host.name: world[host.name].tags for host in world.fleet.hosts}
    assert len(set(tags.values())) == 1, f"{what}: {tags}"
    for host in world.fleet.hosts:
        machine = world[host.name]
        assert set(machine.boxes) == {each.name for each in world.fleet.instances(host)}, what
        for name, box in machine.boxes.items():
            assert (box.image, box.up) == (world.image(machine.tags[0]), True), f"{what}: {name}"
            assert not box.draining, f"{what}: {name}"
        assert machine.journal.get("state") in {None, "done", "returned"}, what
        assert not machine.units, what
        assert machine.lock is None, what
        entries = Counter(each["id"] for each in machine.history)
        assert set(entries.values()) <= {1}, f"{what}: {machine.history}"
        if machine.history:
            last = machine.history[-1]
            assert last["id"] == machine.journal["id"], what
            brought = last["tag"] if last["outcome"] == "succeeded" else last["before"]
            assert brought == machine.tags[0], what
    world.settle()
    world.look("at the end")
    listed = {
        (host.name, each.port) for host in world.fleet.hosts for each in world.fleet.web(host)
    }
    assert world.listed == (listed if world.fleet.discovery != "none" else world.listed), what
    assert world.seen == [], what


@pytest.mark.parametrize("following", NEXT)
def test_whatever_comes_next_ends_right(fleet, roll, following):
    hosts = fleet("small")
    order, untouched, between, done = NEXT[following]
    for number, after in moments(hosts, roll, tag="b2"):
        world = World(hosts, bad={"bad": {"canary"}})
        killed(world, roll, number, after, tag="b2")
        states = journals(world)
        went_on(world, roll, order)
        what = f"killed at command {number}, after it: {after}"
        assert_right(world, what)
        expected = done if set(states) == {"done"} else between if "open" in states else untouched
        assert world["app1"].tags == expected, what


@pytest.mark.parametrize("name", ["single", "upstart", "registrator", "no-web"])
def test_every_kind_of_fleet_ends_right(fleet, roll, name):
    hosts = fleet(name)
    for number, after in moments(hosts, roll, tag="b2"):
        order = NEXT["the same deploy" if number % 2 else "a rollback of what is unfinished"][0]
        world = World(hosts)
        killed(world, roll, number, after, tag="b2")
        roll(world, **order)
        assert_right(world, f"killed after command {number}, then {order}")


@pytest.mark.parametrize("following", ["a rollback", "the same deploy"])
def test_a_rollback_that_was_killed_goes_on_or_a_deploy_comes(fleet, roll, following):
    hosts = fleet("small")
    for number, after in moments(hosts, roll, kind="rollback"):
        world = World(hosts, tag="b2", revert="b1")
        killed(world, roll, number, after, kind="rollback")
        states = journals(world)
        roll(world, **NEXT[following][0])
        what = f"killed after command {number}"
        assert_right(world, what)
        if following == "a rollback" and "open" in states:
            assert world["app1"].tags == ("b1", "b2"), what
        if following == "the same deploy":
            assert world["app1"].tags[0] == "b2", what


def test_a_way_back_that_was_killed_is_gone_again(fleet, roll):
    hosts = fleet("small")
    world = World(hosts, bad={"b2": {"web"}})
    shell = Deployer(world)
    with pytest.raises(DeployError):
        roll(world, "b2", shell=shell)
    assert_right(world)
    for number, after in of(shell):
        world = World(hosts, bad={"b2": {"web"}})
        killed(world, roll, number, after, tag="b2")
        roll(world, kind="rollback", unfinished=True)
        assert_right(world, f"killed after command {number}")
        assert world["app1"].tags == ("b1", "b0")


@pytest.mark.parametrize("hosts_at_a_time", [1, 3])
def test_a_large_fleet_ends_right(fleet, roll, hosts_at_a_time):
    names = [f"app{number}" for number in range(1, 11)]
    hosts = fleet(
        'targets = ["systemd", "proxy", "registration"]\nproxy.hosts = ["proxy1", "proxy2"]\n'
        f"roles.web.hosts = {names}\nroles.worker.hosts = {names}\nroles.beat.hosts = ['app1']"
    )
    world = World(hosts)
    shell = Deployer(world)
    roll(world, "b2", shell=shell, parallel=hosts_at_a_time)
    for number in range(30, len(shell.said), len(shell.said) // 7):
        world = World(hosts)
        killed(world, roll, number, after=True, tag="b2", parallel=hosts_at_a_time)
        roll(world, "b3", parallel=hosts_at_a_time)
        assert_right(world, f"killed after command {number}")
        assert world["app10"].tags == ("b3", "b1")


def test_killed_again_and_again_it_ends_right(fleet, roll):
    world = World(fleet("small"))
    for number in range(20, 110, 9):
        try:
            roll(world, "b2", shell=Deployer(world, number, after=True))
        except KilledError:
            continue
        break
    roll(world, "b2")
    assert_right(world)
    assert world["app1"].tags == ("b2", "b1")
    outcomes = [each["outcome"] for each in world["app1"].history]
    assert outcomes[-1] == "succeeded"
    assert set(outcomes[:-1]) <= {"interrupted", "succeeded"}
