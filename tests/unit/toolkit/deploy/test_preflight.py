import time

import pytest
from simulated import Deployer, World

from toolkit.deploy.events import Note, Output
from toolkit.deploy.preflight import Preflight, problems
from toolkit.deploy.ssh import Done
from toolkit.deploy.state import State
from toolkit.errors import PreflightError

WELL = {"clock": 1000, "installed": True, "writable": True, "free": 10**7}


def found(fleet, **state):
    hosts = fleet("small")
    return list(problems(hosts, hosts.leader, State(**{**WELL, **state}), now=1000))


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"installed": False}, "it has no files of antisocial. `toolkit apply antisocial` inst"),
        ({"writable": False}, "/var/www/antisocial is not deploy's, or not there. `toolkit setup"),
        ({"engine": "Cannot connect"}, "its engine does not answer: Cannot connect"),
        ({"clock": 1031}, "its clock is 31 s ahead of this machine's."),
        ({"clock": 960}, "its clock is 40 s behind this machine's."),
        ({"free": 300 * 1024}, "300 MB are free for images, and 512 are needed."),
    ],
)
def test_what_is_wrong_with_a_host(fleet, state, text):
    assert [each[: len(text)] for each in found(fleet, **state)] == [text]


def test_a_host_that_is_well_has_no_problem(fleet):
    assert found(fleet) == []
    assert found(fleet, free=None, clock=1030) == []
    assert len(found(fleet, installed=False, writable=False, engine="x", clock=0, free=0)) == 5


def preflight(world, fault=None):
    told = []
    return Preflight(Deployer(world, fault=fault), world.fleet, told.append), told


def answering(host, what, code=1, **said):
    def fault(name, command):
        return Done(code=code, **said) if name.startswith(host) and what in command else None

    return fault


def test_all_hosts_are_looked_at(fleet):
    looked, _ = preflight(World(fleet("fleet")))
    assert {host.name: state.tag for host, state in looked.look().items()} == {
        "app1": "b1",
        "app2": "b1",
        "app3": "b1",
    }


def test_all_problems_of_all_hosts_come_at_once(fleet):
    world = World(fleet("fleet"))
    world["app1"].full = True
    world["app2"].gone = True
    looked, _ = preflight(world, answering("proxy1", "remote/list"))
    with pytest.raises(PreflightError) as error:
        looked.look()
    lines = str(error.value).splitlines()
    assert lines[0] == "toolkit: antisocial is not ready for this, 3 problems:"
    assert sorted(each[:22] for each in lines[1:-1]) == [
        "  - app1: /var/www/ant",
        "  - app2 cannot be rea",
        "  - proxy1: nginx has ",
    ]


def test_a_proxy_that_is_about_to_reload_is_no_problem(fleet):
    looked, _ = preflight(World(fleet("fleet")), answering("proxy1", "remote/list", 75))
    looked.look()


def test_a_host_without_a_shell(fleet):
    looked, _ = preflight(World(fleet("small")), answering("app1", "remote/facts", 127))
    with pytest.raises(PreflightError, match="app1: no shell of POSIX there"):
        looked.look()


def test_a_clock_that_is_wrong(fleet):
    said = f"clock {time.time() + 100:.0f}\ninstalled yes\nwritable yes\nengine yes\n"
    looked, _ = preflight(World(fleet("small")), answering("app1", "remote/facts", 0, output=said))
    with pytest.raises(PreflightError, match=r"app1: its clock is (99|100) s ahead"):
        looked.look()


def images(world, tag="b2", fault=None, *, fetch=True):
    looked, told = preflight(world, fault)
    looked.look()
    looked.images(dict.fromkeys(world.fleet.hosts, tag), fetch=fetch)
    return told


def test_an_image_is_pulled_and_its_check_run_everywhere(fleet):
    world = World(fleet("fleet"))
    images(world)
    assert all("b2" in world[host.name].images for host in world.fleet.hosts)


def test_a_check_that_says_no_shows_its_last_lines(fleet):
    world = World(fleet("small"))
    said = answering("app1", "check", 78, output="\n".join(map(str, range(60))), error="DB_NAME")
    looked, told = preflight(world, said)
    with pytest.raises(PreflightError, match="app1: b2's own check ended with 78"):
        looked.images(dict.fromkeys(world.fleet.hosts, "b2"), fetch=True)
    lines = [each.line for each in told if isinstance(each, Output)]
    assert (len(lines), lines[-1]) == (40, "DB_NAME")


def test_a_registry_that_is_gone_does_not_matter_where_the_image_is(fleet):
    world = World(fleet("small"))
    told = images(world, "b1", answering("app", "docker pull", error="x\nno route"))
    notes = {each.text for each in told if isinstance(each, Note)}
    image = world.image("b1")
    assert notes == {f"{image} cannot be pulled (no route); the one that is here is taken."}


def test_what_is_here_is_not_asked_for_again(fleet):
    world = World(fleet("small"))
    images(world, "b1", answering("app", "docker pull", error="never"), fetch=False)


def test_hosts_with_different_images_of_one_tag(fleet):
    fault = answering("app2", "docker images", 0, output="sha256:other\n")
    with pytest.raises(PreflightError, match="different images of b2: sha256:b2, sha256:other"):
        images(World(fleet("small")), fault=fault)


def test_different_tags_may_be_different_images(fleet):
    world = World(fleet("small"))
    looked, _ = preflight(world)
    looked.images(dict(zip(world.fleet.hosts, ("b2", "b3"), strict=True)), fetch=True)


def test_nothing_to_go_back_to(fleet):
    world = World(fleet("small"))
    world["app2"].images.clear()
    looked, _ = preflight(world, answering("app2", "docker pull", error="not found"))
    looked.look()
    with pytest.raises(PreflightError, match="app2: so there is nothing to go back to"):
        looked.kept(dict.fromkeys(world.fleet.hosts, "b1"))
    looked, _ = preflight(world)
    looked.look()
    looked.kept(dict.fromkeys(world.fleet.hosts, ""))
