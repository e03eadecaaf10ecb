"""Whatever goes wrong, in whatever order: once the hosts are well, one deploy puts all right."""

import contextlib

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from simulated import Deployer, KilledError, World
from test_killed import assert_right

from toolkit.deploy.ssh import Done
from toolkit.errors import ToolkitError

ORDERS = some.sampled_from(
    [
        {"tag": "b2"},
        {"tag": "b3"},
        {"tag": "bad"},
        {"tag": "worse"},
        {"kind": "rollback"},
        {"kind": "rollback", "tag": "b1"},
        {"kind": "rollback", "unfinished": True},
        {"kind": "restart"},
        {"tag": "b3", "parallel": 2},
    ]
)
FAULTS = some.sampled_from(["none", "killed", "half", "gone", "refused", "full", "consul"])
RUNS = some.lists(some.tuples(ORDERS, FAULTS, some.integers(1, 110)), min_size=1, max_size=5)


def deployer(world, fault, number):
    """A deployer to whom something happens at one of its commands."""

    def happens(name, command):
        if len(shell.said) != number or name not in {host.name for host in world.fleet.hosts}:
            return None
        if fault == "gone":
            world[name].gone = True
        if fault == "full":
            world[name].full = True
        if fault == "consul":
            world.consul = False
        return Done(code=1, error="it does not want to") if fault == "refused" else None

    dies = number if fault in {"killed", "half"} else None
    shell = Deployer(world, dies, after=fault, fault=happens)
    return shell


def mended(world):
    world.consul = True
    for machine in world.machines.values():
        machine.gone = machine.full = False
    world.settle()


@pytest.mark.parametrize("name", ["small", "single"])
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(runs=RUNS)
def test_one_deploy_puts_all_right(fleet, roll, name, runs):
    world = World(fleet(name), bad={"bad": {"web"}, "worse": {"worker"}})
    for order, fault, number in runs:
        with contextlib.suppress(KilledError, ToolkitError):
            roll(world, shell=deployer(world, fault, number), **order)
        mended(world)
    world.bad.clear()
    roll(world, "b9")
    if "consul" in {fault for _, fault, _ in runs}:  # drains are by time, then
        world.seen = [each for each in world.seen if "nothing in the list" in each]
    assert_right(world, runs)
    assert world["app1"].tags[0] == "b9"
    assert world["app1"].tags[1] not in {"b9", ""}
