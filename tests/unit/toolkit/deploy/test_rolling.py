"""What a roll's stages are; tests/unit/toolkit/deploy/plans has their commands."""

import pytest

from toolkit.deploy.journal import Tags
from toolkit.deploy.rolling.goal import Goal
from toolkit.deploy.rolling.plan import stages
from toolkit.deploy.state import Container, State

B2 = Goal(tags=Tags(tag="b2", revert="b1"))
NOTHING = Goal(tags=Tags(), back=True)


def phases(made):
    return [each.phase for each in made]


def goals(hosts, goal=B2):
    return dict.fromkeys(hosts.hosts, goal)


def serving(hosts, tag, *, ready=(), **more):
    """A host that runs a tag; and other containers, by name, with theirs."""
    image = hosts.manifest.image
    names = {each.name: tag for each in hosts.instances(hosts.hosts[0])} | more
    there = {
        name: Container(name=name, image=f"{image}:{tag}", status="Up 1 second")
        for name, tag in names.items()
    }
    return State(containers=there, ready=frozenset(ready))


def needed(hosts, phase, state, goal=B2):
    """The steps of the first host that are needed, by what it runs."""
    made = stages(hosts, goals(hosts, goal))
    lane = next(each for each in made if each.phase == phase).lanes[0]
    return [each.name for each in lane.steps if each.needed(state)]


def test_the_order_and_its_reverse(fleet):
    hosts = fleet("fleet")
    assert phases(stages(hosts, goals(hosts))) == [
        *("leftovers", "release", "canary", "worker", "web", "beat")
    ]
    assert phases(stages(hosts, goals(hosts), release=False, canary=False, reverse=True)) == [
        *("leftovers", "beat", "web", "worker")
    ]


def test_what_a_host_runs_does_not_matter_to_a_release(fleet):
    hosts = fleet("fleet")
    made = stages(hosts, goals(hosts))
    assert [each.phase for each in made if not any(lane.depends for lane in each.lanes)] == [
        "release"
    ]


def test_the_manifest_may_say_another_order(fleet):
    hosts = fleet('deploy.order = ["web", "worker"]\ndeploy.hosts = ["a"]')
    made = [each for each in phases(stages(hosts, goals(hosts))) if each in {"web", "worker"}]
    assert made == ["web", "worker"]


def test_roles_that_are_asked_for_alone(fleet):
    hosts = fleet("fleet", roles=["worker"])
    assert phases(stages(hosts, goals(hosts))) == ["leftovers", "release", "worker"]


def test_a_canary_is_tried_where_a_tag_comes(fleet):
    hosts = fleet("fleet")
    made = stages(hosts, {**goals(hosts), hosts.hosts[0]: NOTHING}, release=False)
    canary = next(each for each in made if each.phase == "canary")
    assert [lane.host.name for lane in canary.lanes] == ["app2"]
    assert "canary" not in phases(stages(hosts, goals(hosts, NOTHING), release=False))


def test_a_host_that_is_to_run_nothing_stops_everything(fleet):
    hosts = fleet("fleet")
    made = stages(hosts, goals(hosts, NOTHING), release=False)
    steps = {each.phase: [step.name for step in each.lanes[0].steps] for each in made}
    assert steps["worker"] == ["switch", "stop antisocial-worker"]
    assert steps["web"] == ["switch", "stop antisocial", "surge ends"]


ALL = [
    *("surge", "surge is ready", "drain antisocial", "switch", "restart antisocial"),
    *("antisocial is ready", "surge ends"),
]


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ({"tag": "b1"}, ALL),
        ({"tag": "b2"}, ["switch", "antisocial is ready", "web serves"]),
        (
            {"tag": "b1", "surge": "b2", "ready": ["antisocial-web-surge"]},
            [each for each in ALL if each != "surge"],
        ),
        ({"tag": "b1", "surge": "b2"}, ["former surge ends", *ALL]),
        (
            {"tag": "b2", "surge": "b2", "ready": ["antisocial-web-surge"]},
            ["switch", "antisocial is ready", "surge ends"],
        ),
        ({"tag": "b2", "surge": "b1"}, ["switch", "antisocial is ready", "surge ends"]),
    ],
)
def test_what_web_needs_by_what_it_runs(fleet, state, steps):
    hosts = fleet("small")
    more = {"antisocial-web-surge": state["surge"]} if "surge" in state else {}
    found = serving(hosts, state["tag"], ready=state.get("ready", ()), **more)
    assert needed(hosts, "web", found) == steps


def test_a_web_that_does_not_run_is_started_without_a_surge(fleet):
    assert needed(fleet("small"), "web", State()) == [
        *("switch", "restart antisocial", "antisocial is ready", "web serves")
    ]


def test_beside_nginx_no_list_has_a_surge_that_is_not_there(fleet):
    hosts = fleet("single")
    assert needed(hosts, "web", serving(hosts, "b2")) == [
        *("switch", "antisocial-8000 is ready", "antisocial-8001 is ready", "web serves")
    ]


def test_a_restart_needs_everything_whatever_runs(fleet):
    hosts = fleet("small")
    again = Goal(tags=Tags(tag="b2", revert="b1"), fresh=True)
    assert needed(hosts, "web", serving(hosts, "b2"), again) == ALL
    assert needed(hosts, "worker", serving(hosts, "b2"), again) == [
        *("switch", "restart antisocial-worker")
    ]


@pytest.mark.parametrize(("up", "steps"), [(True, ["switch", "restart x"]), (False, ["switch"])])
def test_a_role_that_is_disabled_is_restarted_only_where_it_runs(fleet, up, steps):
    hosts = fleet('roles.worker = { hosts = ["a"], enabled = false }')
    found = serving(hosts, "b1") if up else State()
    name = steps[-1].replace(" x", " antisocial-worker")
    assert needed(hosts, "worker", found) == [*steps[:-1], name]


def test_leftovers_are_removed_and_a_release_goes_on(fleet):
    hosts = fleet("small")
    left = {"antisocial-web-canary": "b2", "antisocial-release": "b2"}
    found = serving(hosts, "b1", **left)
    assert needed(hosts, "leftovers", found) == ["remove antisocial-web-canary"]
    made = stages(hosts, goals(hosts), release=False)
    assert [each.name for each in made[0].lanes[0].steps if each.needed(found)] == [
        *("remove antisocial-web-canary", "remove antisocial-release")
    ]


def test_a_drain_for_which_no_other_instance_comes_is_taken_back(fleet):
    """It is the other one's log that tells why."""
    hosts = fleet("single")
    lane = next(each for each in stages(hosts, goals(hosts)) if each.phase == "web").lanes[0]
    drains = {each.name: each for each in lane.steps if each.name.startswith("drain")}
    undone = {name: [*map(str, each.failed)] for name, each in drains.items()}
    assert undone == {
        f"drain antisocial-{port}": [
            f"sudo -n docker exec antisocial-web-{port} entrypoint drain --undo"
        ]
        for port in (8000, 8001)
    }
    containers = [each.container for each in drains.values()]
    assert containers == ["antisocial-web-surge", "antisocial-web-8000"]
