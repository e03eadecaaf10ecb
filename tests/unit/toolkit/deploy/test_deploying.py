"""A deploy, a rollback or a restart as a whole, on a simulated fleet: how it ends."""

import json
import signal
import threading
import time

import pytest
from simulated import Deployer, World
from test_killed import assert_right

from toolkit.deploy.events import Ended, Note, StepEnded, StepStarted
from toolkit.deploy.executing import AbandonedError
from toolkit.deploy.ssh import Done
from toolkit.errors import (
    BetweenError,
    DeployError,
    HostError,
    LockedError,
    PreflightError,
    RefusedError,
)


def steps(told, *phases):
    """The steps that were done, of some phases."""
    ended = [each for each in told if isinstance(each, StepEnded) and each.outcome == "done"]
    return [(each.host, each.step) for each in ended if each.phase in phases]


def notes(told):
    return [each.text for each in told if isinstance(each, Note)]


def outcomes(world, host="app1"):
    return [(each["tag"], each["outcome"]) for each in world[host].history]


def tags(world):
    return {host.name: world[host.name].tags for host in world.fleet.hosts}


def failing(what, times=1, host="", answer=None):
    """A fault: a host's answer to commands that have a text, or an error."""
    left = [times]

    def fault(name, command):
        if what in command and name.startswith(host) and left[0]:
            left[0] -= 1
            return answer or Done(code=1, error="it does not want to")
        return None

    return fault


# What goes well.


@pytest.mark.parametrize("name", ["fleet", "single", "upstart", "registrator", "no-web"])
def test_a_deploy_brings_a_tag_everywhere(fleet, roll, name):
    world = World(fleet(name))
    told = roll(world, "b2")
    assert set(tags(world).values()) == {("b2", "b1")}
    assert_right(world)
    assert outcomes(world) == [("b2", "succeeded")]
    assert isinstance(told[-1], Ended)
    assert told[-1].outcome == "succeeded"


def test_it_goes_release_canary_workers_web_beat(fleet, roll):
    told = roll(World(fleet()), "b2")
    phases = [each.phase for each in told if isinstance(each, StepStarted)]
    assert [*dict.fromkeys(phases)] == [
        *("lock", "preflight", "journal", "release", "canary", "worker", "web", "beat", "end")
    ]


def test_a_rollback_goes_the_other_way_round_without_a_release(fleet, roll):
    told = roll(World(fleet(), tag="b2", revert="b1"), kind="rollback")
    phases = [each.phase for each in told if isinstance(each, StepStarted)]
    assert [*dict.fromkeys(phases)] == [
        *("lock", "preflight", "journal", "canary", "beat", "web", "worker", "end")
    ]


def test_the_release_is_run_once_on_the_first_host(fleet, roll):
    world = World(fleet())
    roll(world, "b2")
    assert world.released == [("app1", "b2")]


def test_a_host_that_is_worker_and_beat_and_web_is_switched_once(fleet, roll):
    world = World(fleet())
    shell = Deployer(world)
    roll(world, "b2", shell=shell)
    begun = [each for each in shell.said if each.startswith("app1: sudo -n systemctl restart")]
    assert len(begun) == 3
    assert world["app1"].tags == ("b2", "b1")


def test_a_second_deploy_of_the_same_tag_restarts_nothing_and_keeps_the_way_back(fleet, roll):
    world = World(fleet(), tag="b2", revert="b1")
    told = roll(world, "b2")
    assert not [each for each in steps(told, "worker", "web", "beat") if "restart" in each[1]]
    assert set(tags(world).values()) == {("b2", "b1")}
    assert_right(world)


def test_a_rollback_of_a_rollback_is_the_newer_tag_again(fleet, roll):
    world = World(fleet())
    roll(world, "b2")
    roll(world, kind="rollback")
    assert set(tags(world).values()) == {("b1", "b2")}
    roll(world, kind="rollback")
    assert set(tags(world).values()) == {("b2", "b1")}
    assert_right(world)
    assert outcomes(world) == [("b2", "succeeded"), ("b1", "succeeded"), ("b2", "succeeded")]


def test_a_restart_rolls_everything_with_the_tag_that_serves(fleet, roll):
    world = World(fleet())
    told = roll(world, kind="restart")
    assert len([each for each in steps(told, "worker", "web", "beat") if "restart" in each[1]]) == 6
    assert set(tags(world).values()) == {("b1", "b0")}
    assert world.released == []
    assert_right(world)


def test_the_first_deploy_of_all_needs_nothing_to_go_back_to(fleet, roll):
    world = World(fleet(), tag="", revert="")
    roll(world, "b1")
    assert set(tags(world).values()) == {("b1", "")}
    assert_right(world)


def test_a_new_host_gets_the_tag_that_serves(fleet, roll):
    world = World(fleet())
    new = world["app3"]
    new.files.clear()
    new.boxes.clear()
    world.served -= {"app3"}
    world.settle()
    hosts = fleet(hosts=["app3"])
    world.fleet = hosts
    roll(world)
    assert new.tags == ("b1", "")
    assert {box.image for box in new.boxes.values()} == {world.image("b1")}


def test_the_first_deploy_beside_nginx_lists_what_runs_and_nothing_else(fleet, roll):
    world = World(fleet("single"), tag="", revert="")
    roll(world, "b1")
    assert world["app1"].upstream == (8000, 8001)


# What fails goes back.


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *(("fleet", each) for each in ("release", "canary", "surge", "worker", "web", "beat")),
        *(("single", each) for each in ("release", "canary", "surge", "worker", "web", "beat")),
        *(("upstart", each) for each in ("release", "canary", "surge", "worker", "web")),
        *(("no-web", each) for each in ("release", "worker")),
    ],
)
def test_a_tag_that_fails_anywhere_goes_back_everywhere(fleet, roll, name, wrong):
    world = World(fleet(name), bad={"b2": {wrong}})
    with pytest.raises(DeployError, match="failed"):
        roll(world, "b2")
    assert set(tags(world).values()) == {("b1", "b0")}
    assert_right(world)
    assert outcomes(world) == [("b2", "returned")]


def test_why_it_failed_is_told_with_the_containers_log(fleet, roll):
    told = []
    world = World(fleet("small"), bad={"b2": {"worker"}})
    with pytest.raises(DeployError, match="worker, restart antisocial-worker on app1: not after"):
        roll(world, "b2", told=told)
    assert "the log of antisocial-worker" in [getattr(each, "line", "") for each in told]
    ended = told[-1]
    assert (ended.outcome, ended.tag, ended.former) == ("returned", "b2", "b1")


@pytest.mark.parametrize("hosts_at_a_time", [1, 3])
def test_a_step_that_fails_on_one_of_several_hosts_stops_the_others(fleet, roll, hosts_at_a_time):
    world = World(fleet())
    fault = failing("restart antisocial.service", host="app2", times=1)
    with pytest.raises(DeployError, match="on app2"):
        roll(world, "b2", shell=Deployer(world, fault=fault), parallel=hosts_at_a_time)
    assert_right(world)
    assert set(tags(world).values()) == {("b1", "b0")}


def test_two_hosts_that_fail_at_once_both_go_back(fleet, roll):
    world = World(fleet())
    fault = failing("restart antisocial.service", times=2)
    with pytest.raises(DeployError):
        roll(world, "b2", shell=Deployer(world, fault=fault), parallel=3)
    assert_right(world)
    assert set(tags(world).values()) == {("b1", "b0")}


def test_a_rollback_that_fails_stays_at_the_newer_tag(fleet, roll):
    world = World(fleet(), tag="b2", revert="b1", bad={"b1": {"web"}})
    with pytest.raises(DeployError, match="the rollback of antisocial failed"):
        roll(world, kind="rollback")
    assert set(tags(world).values()) == {("b2", "b1")}
    assert_right(world)


def test_after_a_deploy_that_went_back_a_rollback_has_nothing_to_do(fleet, roll):
    world = World(fleet("small"), bad={"b2": {"web"}})
    with pytest.raises(DeployError):
        roll(world, "b2")
    told = roll(world, kind="rollback")
    assert told[-1].outcome == "nothing"
    assert "the last one, to b2, went back by itself: b1 serves" in notes(told)[-1]
    assert world["app1"].tags == ("b1", "b0")


def test_after_a_rollback_that_went_back_another_try_is_one(fleet, roll):
    world = World(fleet("small"), tag="b2", revert="b1", bad={"b1": {"web"}})
    with pytest.raises(DeployError):
        roll(world, kind="rollback")
    world.bad.clear()
    roll(world, kind="rollback")
    assert world["app1"].tags == ("b1", "b2")


def test_a_first_deploy_that_fails_leaves_nothing(fleet, roll):
    world = World(fleet("small"), tag="", revert="", bad={"b1": {"web"}})
    with pytest.raises(DeployError) as failed:
        roll(world, "b1")
    assert failed.value.hint == "Nothing serves, as before."
    assert tags(world) == {"app1": ("", ""), "app2": ("", "")}
    assert world["app1"].boxes == {}
    assert world["app2"].boxes == {}


# Hosts that are lost, or cannot write.


def losing(world, host, at):
    """A fault: a host is gone from the command on that has a text."""

    def fault(name, command):
        if name == host and at in command:
            world[host].gone = True

    return fault


@pytest.mark.parametrize("host", ["app1", "app3"])
def test_a_host_lost_in_the_middle_does_not_keep_the_others_from_going_back(fleet, roll, host):
    world = World(fleet())
    fault = losing(world, host, "restart antisocial.service")
    with pytest.raises(BetweenError, match=f"The way back failed too:\n  - {host}"):
        roll(world, "b2", shell=Deployer(world, fault=fault))
    others = {name: each for name, each in tags(world).items() if name != host}
    assert set(others.values()) == {("b1", "b0")}
    for name in others:
        assert {each.image for each in world[name].boxes.values()} == {world.image("b1")}
        assert outcomes(world, name) == [("b2", "returned")]
    world[host].gone = False
    roll(world, kind="rollback", unfinished=True)
    assert_right(world)
    assert set(tags(world).values()) == {("b1", "b0")}


def test_a_host_that_was_not_touched_yet_is_not_between(fleet, roll):
    world = World(fleet())
    fault = losing(world, "app3", "remote/facts antisocial")
    calls = []

    def later(name, command):
        calls.append((name, command))
        if ("app2", True) in [(name, "restart antisocial.service" in each) for name, each in calls]:
            fault(name, command)

    with pytest.raises(DeployError, match="app3 cannot be reached"):
        roll(world, "b2", shell=Deployer(world, fault=later))
    world["app3"].gone = False
    assert set(tags(world).values()) == {("b1", "b0")}
    assert [world[name].journal["state"] for name in ("app1", "app2")] == ["returned", "returned"]


def test_a_host_that_cannot_be_reached_ends_it_before_anything(fleet, roll):
    world = World(fleet())
    world["app2"].gone = True
    with pytest.raises(HostError, match="app2 cannot be reached"):
        roll(world, "b2")
    assert world["app1"].lock is None
    assert world["app1"].history == []


def test_a_disk_that_is_full_ends_it_before_anything(fleet, roll):
    world = World(fleet())
    world["app2"].full = True
    with pytest.raises(PreflightError, match="app2: /var/www/antisocial is not deploy's"):
        roll(world, "b2")
    assert world["app1"].journal == {}


@pytest.mark.parametrize("at", ["remote/put", "remote/switch", "restart antisocial.service"])
def test_a_disk_that_fills_up_in_the_middle(fleet, roll, at):
    world = World(fleet("small"))

    def fault(name, command):
        world[name].full = world[name].full or (name == "app2" and at in command)

    with pytest.raises((DeployError, BetweenError)) as failed:
        roll(world, "b2", shell=Deployer(world, fault=fault))
    assert "No space left on device" in str(failed.value) or at.startswith("restart")
    assert world["app1"].tags == ("b1", "b0")
    world["app2"].full = False
    roll(world, kind="rollback", unfinished=True)
    assert_right(world)


def test_a_journal_that_cannot_be_written_is_a_deploy_that_went_back(fleet, roll):
    world = World(fleet("small"))
    fault = failing("remote/put antisocial JOURNAL", host="app2")
    with pytest.raises(DeployError, match="app2: its journal cannot be written"):
        roll(world, "b2", shell=Deployer(world, fault=fault))
    assert_right(world)


def test_consul_that_is_down_leaves_the_old_version_serving(fleet, roll):
    world = World(fleet())

    def fault(name, command):
        if "INSTANCE=surge" in command:
            world.consul = False

    with pytest.raises(DeployError, match="Does Consul answer"):
        roll(world, "b2", shell=Deployer(world, fault=fault))
    world.consul = True
    assert_right(world)
    assert set(tags(world).values()) == {("b1", "b0")}


def test_a_consul_that_does_not_answer_is_seen_before_anything(fleet, roll):
    world = World(fleet())
    world.consul = False
    with pytest.raises(PreflightError, match="app1: Consul does not answer at 127.0.0.1:8500"):
        roll(world, "b2")
    assert world["app1"].journal == {}


def test_an_nginx_that_takes_no_list_leaves_the_old_version_serving(fleet, roll):
    world = World(fleet("single"))
    fault = failing("nginx-upstream antisocial 8001 18000", times=100)
    with pytest.raises(DeployError, match="drain antisocial-8000 on app1"):
        roll(world, "b2", shell=Deployer(world, fault=fault))
    assert_right(world)


@pytest.mark.parametrize("lag", [2, 8, 16, 24, 32])
@pytest.mark.parametrize("name", ["small", "registrator"])
def test_a_surge_instance_that_the_lists_have_alone_is_not_stopped(fleet, roll, name, lag):
    """The deploy fails while the surge instance ends, and the way back begins at once."""
    world = World(fleet(name), lag=lag)
    surge = world["app1"].boxes

    def fault(host, command):
        box = surge.get("antisocial-web-surge")
        if box and box.draining and "remote/list" in command and not seen:
            seen.append(host)
            raise HostError(f"{host} cannot be reached: no route to host")

    seen = []
    with pytest.raises(DeployError, match="surge ends on app1"):
        roll(world, "b2", shell=Deployer(world, fault=fault))
    assert seen
    assert_right(world)


def test_consul_loses_its_servers_in_the_middle(fleet, roll):
    """Lists are as they were, so nothing can come into them: every host goes back."""
    world = World(fleet("small"))

    def fault(_, command):
        if "INSTANCE=surge" in command:
            world.consul = False

    with pytest.raises(DeployError, match="proxy1 has no app1, port 18000, in its list"):
        roll(world, "b2", shell=Deployer(world, fault=fault))
    assert_right(world)


# Two at once, and people.


def test_two_deploys_exclude_each_other(fleet, roll):
    world = World(fleet())
    refused = []

    def other(_):
        with pytest.raises(LockedError, match="me@here, deploy b2, since") as error:
            roll(world, "b3")
        refused.append(error)

    roll(world, "b2", ready=other)
    assert refused
    assert_right(world)
    assert world["app1"].tags == ("b2", "b1")


def test_a_lock_that_somebody_else_has_by_now_stops_everything(fleet, roll):
    world = World(fleet("small"))

    def fault(name, command):
        if "restart antisocial.service" in command and name == "app1":
            world["app1"].lock.lost = True
            world["app1"].lock = object()
            world["app1"].files["LOCK"] = '{"who": "she", "why": "deploy b3", "since": "now"}'

    told = []
    with pytest.raises(LockedError, match="she, deploy b3, since now"):
        roll(world, "b2", told=told, shell=Deployer(world, fault=fault))
    assert told[-1].outcome == "broken"
    assert world["app1"].journal["state"] == "open"
    assert world["app2"].tags == ("b1", "b0")


def test_a_lock_whose_connection_broke_is_taken_again(fleet, roll):
    world = World(fleet("small"))

    def fault(name, command):
        if "restart antisocial.service" in command and (held := world[name].lock):
            held.end()
            held.lost = True

    roll(world, "b2", shell=Deployer(world, fault=fault))
    assert_right(world)


def test_a_host_that_somebody_else_deployed_to_meanwhile_is_left_alone(fleet, roll):
    world = World(fleet("small"))
    done = []

    def fault(name, command):
        if "restart antisocial.service" in command and name == "app1" and not done:
            done.append(name)
            held = world[name].lock  # as where this machine slept
            held.end()
            held.lost = True
            other = {
                **world[name].journal,
                "id": "other",
                "to": "b3",
                "who": "she",
                "state": "done",
            }
            world[name].files["JOURNAL"] = json.dumps(other)

    with pytest.raises(LockedError, match="app1 was taken over meanwhile: deploy to b3 by she"):
        roll(world, "b2", shell=Deployer(world, fault=fault))
    assert world["app1"].journal["to"] == "b3"
    assert world["app1"].history == []
    assert world["app2"].tags == ("b1", "b0")


@pytest.mark.parametrize("at", ["docker pull", "remote/release", "restart antisocial.service"])
def test_an_interrupt_goes_back_after_what_is_under_way(fleet, roll, at):
    world = World(fleet("small"))
    main = threading.main_thread().ident
    fault_left = [1]

    def fault(name, command):
        if at in command and fault_left:
            fault_left.pop()
            signal.pthread_kill(main, signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises((DeployError, KeyboardInterrupt)) as ended:
            roll(world, "b2", shell=Deployer(world, fault=fault))
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.type is (KeyboardInterrupt if at == "docker pull" else DeployError)
    assert_right(world)
    assert set(tags(world).values()) == {("b1", "b0")}


def test_a_hook_that_says_no_ends_it_before_anything(fleet, roll):
    def no(_):
        raise RefusedError("the hook says no")

    world = World(fleet("small"))
    with pytest.raises(RefusedError):
        roll(world, "b2", ready=no)
    assert world["app1"].journal == {}
    assert world["app1"].lock is None


# What is not ready is told, and nothing is changed.


@pytest.mark.parametrize(
    ("wrong", "text"),
    [("pull", "b2 cannot be pulled: manifest for"), ("check", "b2's own check ended with 1")],
)
def test_a_tag_that_is_not_there_or_says_no(fleet, roll, wrong, text):
    world = World(fleet(), bad={"b2": {wrong}})
    with pytest.raises(PreflightError) as failed:
        roll(world, "b2")
    assert str(failed.value).count(text) == 3
    assert world["app1"].journal == {}
    assert_right(world)


def test_a_rollback_needs_no_registry_where_the_image_is_there(fleet, roll):
    world = World(fleet(), tag="b2", revert="b1", bad={"b1": {"pull"}, "b2": {"pull"}})
    roll(world, kind="rollback")
    assert world["app1"].tags == ("b1", "b2")


def test_nothing_to_go_back_to_is_refused_unless_forced(fleet, roll):
    world = World(fleet("small"), tag="b2", revert="b1", bad={"b2": {"pull"}})
    for machine in world.machines.values():
        machine.images -= {"b2"}
    with pytest.raises(PreflightError, match="app1: so there is nothing to go back to"):
        roll(world, kind="rollback")
    roll(world, kind="rollback", force=True)
    assert world["app1"].tags == ("b1", "b2")


def test_nothing_that_was_cut_off_is_nothing_to_do(fleet, roll):
    world = World(fleet("small"))
    told = roll(world, kind="rollback", unfinished=True)
    assert notes(told) == ["no deploy was cut off: nothing to do."]
    assert world["app1"].history == []
    assert world["app1"].lock is None


def test_what_is_cut_off_is_told_and_has_a_line_of_its_own(fleet, roll):
    world = World(fleet("small"))
    fault = losing(world, "app1", "restart antisocial.service")
    with pytest.raises(BetweenError):
        roll(world, "b2", shell=Deployer(world, fault=fault))
    world["app1"].gone = False
    told = roll(world, "b3")
    assert "the deploy to b2 by me@here was cut off at web, restart antisocial" in notes(told)[1]
    assert outcomes(world) == [("b2", "interrupted"), ("b3", "succeeded")]
    assert "cut off at web, restart antisocial" in world["app1"].history[0]["reason"]


def test_a_restart_after_a_deploy_that_was_cut_off_is_refused(fleet, roll):
    world = World(fleet("small"))
    fault = losing(world, "app1", "restart antisocial.service")
    with pytest.raises(BetweenError):
        roll(world, "b2", shell=Deployer(world, fault=fault))
    world["app1"].gone = False
    with pytest.raises(RefusedError, match="a deploy to b2 was cut off"):
        roll(world, kind="restart")


def test_a_second_interrupt_leaves_everything_as_it_is(fleet, roll):
    world = World(fleet("small"))
    main = threading.main_thread().ident
    interrupted, told = threading.Event(), []

    def fault(name, command):
        if "restart antisocial.service" in command and not interrupted.is_set():
            interrupted.set()
            signal.pthread_kill(main, signal.SIGINT)
            deadline = time.monotonic() + 10
            while not any("once more" in str(event) for event in told):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            time.sleep(0.1)
            signal.pthread_kill(main, signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(AbandonedError):
            roll(world, "b2", shell=Deployer(world, fault=fault), told=told)
    finally:
        signal.signal(signal.SIGINT, before)
    journal = world["app1"].journal
    assert (journal["state"], journal["phase"]) == ("open", "web")
    roll(world, kind="rollback")
    assert_right(world)
    assert set(tags(world).values()) == {("b1", "b0")}


def test_a_defect_of_ours_goes_back_too(fleet, roll):
    world = World(fleet("small"))

    def fault(name, command):
        if "restart antisocial.service" in command and fault.left:
            fault.left = False
            raise ValueError("ours")

    fault.left = True
    with pytest.raises(DeployError, match="ours"):
        roll(world, "b2", shell=Deployer(world, fault=fault))
    assert_right(world)
    assert set(tags(world).values()) == {("b1", "b0")}
