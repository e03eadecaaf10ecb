import json
import socket

import pytest

from toolkit.deploy.commands import script
from toolkit.deploy.side_by_side import Results, side_by_side
from toolkit.deploy.ssh import Done
from toolkit.deploy.state import State, read
from toolkit.errors import HostError
from toolkit.operate.doctor import examining, files
from toolkit.operate.doctor.examining import Examination, examine, heard, skew
from toolkit.operate.doctor.judging import judged, of_host
from toolkit.operate.observing import Look

FACTS = """\
clock 1000
free 9000000
engine yes
installed yes
writable yes
file TAG export TAG=build-2
container antisocial-web registry.example.org/antisocial:build-2 Up 3 minutes (healthy)
"""


@pytest.fixture
def app(fleet):
    return fleet()


@pytest.fixture
def found(app):
    """What is found of a host on which all is well, but for what is said."""

    def look(facts="", host=None, **more):
        host = host or app.leader
        given = {
            "host": host,
            "look": Look(home=True),
            "state": read(FACTS + facts),
            "listening": {8000: "docker-proxy"},
            "pulled": Done(code=0),
            "checked": Done(code=0),
            **more,
        }
        return {each.what: each for each in of_host(app, Examination(**given))}

    return look


def test_all_is_well(found):
    every = found()
    every.pop("files")
    assert {each.level for each in every.values()} == {"ok"}
    assert list(every) == [
        *("folder", "sudo", "engine", "clock", "disk", "ports", "registry", "check"),
    ]


def problem(finding, level="problem"):
    assert finding.level == level
    return finding.text


def test_no_folder(found):
    text = problem(found(look=Look())["folder"])
    assert text == "/var/www/antisocial is not there"
    facts = read(FACTS.replace("writable yes\n", ""))
    assert problem(found(state=facts)["folder"]) == "/var/www/antisocial is not deploy's"


def test_sudo(found, app):
    refused = tuple(f"systemctl start job-{number}" for number in range(20))
    finding = found(refused=refused)["sudo"]
    assert problem(finding) == "deploy may not do all that a deploy does"
    assert finding.hint.splitlines()[-2:] == [
        "and 8 more",
        "`toolkit apply antisocial` installs /etc/sudoers.d/antisocial.",
    ]
    assert found(host=app.leader.admin("root"))["sudo"].text == "root needs none"


def test_engine(found):
    text = "Cannot connect to the Docker daemon"
    assert problem(found(f"engine-error {text}\n")["engine"]) == text


@pytest.mark.parametrize(("seconds", "level"), [(3, "ok"), (-4, "warning"), (31, "problem")])
def test_clock(found, seconds, level):
    assert problem(found(skew=seconds)["clock"], level) == f"{abs(seconds)} s from this machine's"


def test_a_clock_within_a_second_and_an_answer_is_right():
    assert skew(1000, 1000.9, 1003) == 0
    assert skew(1003, 1000.9, 1003.2) == 0
    assert skew(1004, 1000, 1003) == 1
    assert skew(995, 1000, 1003) == -4
    assert skew(0, 1000, 1003) == 0


@pytest.mark.parametrize(("megabytes", "level"), [(511, "problem"), (600, "warning"), (5000, "ok")])
def test_disk(found, megabytes, level):
    text = problem(found(f"free {megabytes * 1024}\n")["disk"], level)
    assert text == f"{megabytes} MB are free for images"


def test_ports(found):
    text = problem(found(listening={18000: "nginx"})["ports"])
    assert (
        text == "nginx listens at 18000, and antisocial-web-surge, whose port it is, does not run"
    )
    assert problem(found(listening={18000: ""})["ports"]).startswith("something listens at 18000")


def test_registry_and_check(found):
    finding = found(pulled=Done(code=1, error="manifest unknown"))["registry"]
    assert problem(finding) == "build-2 cannot be pulled"
    assert finding.hint.startswith("manifest unknown\n")
    finding = found(checked=Done(code=78, output="SECRET_KEY is missing\n"))["check"]
    assert problem(finding) == "the settings of build-2 are not right"
    assert finding.hint.startswith("SECRET_KEY is missing\n")


def test_nothing_is_deployed(found):
    every = found(state=read("writable yes\n"), pulled=None, checked=None)
    assert problem(every["tag"], "warning") == "nothing is deployed"
    assert "registry" not in every


def test_what_a_deploy_has_left(found):
    container = "container antisocial-web-canary i:1 Exited (1) 2 hours ago\n"
    assert problem(found(container)["containers"], "warning") == (
        "a deploy has left antisocial-web-canary"
    )
    data = {
        "id": "1",
        "kind": "deploy",
        "app": "antisocial",
        "to": "build-3",
        "state": "open",
        "before": {"tag": "build-2"},
        "who": "ann@desk",
        "began": "13:40",
    }
    journal = f"file JOURNAL {json.dumps(data)}\n"
    assert problem(found(journal)["journal"]) == "the deploy of build-3 by ann@desk was cut off"
    busy = found(journal + container, look=Look(home=True, held=True))
    assert problem(busy["journal"], "warning").endswith("is under way")
    assert "containers" not in busy


@pytest.mark.parametrize(
    ("kind", "held", "text"),
    [
        ("manual", False, "locked by ann@desk"),
        ("deploy", True, "a deploy has it: ann@desk"),
        ("deploy", False, "left, and nobody holds it: ann@desk"),
    ],
)
def test_locks(found, kind, held, text):
    lock = f"file LOCK {json.dumps({'kind': kind, 'who': 'ann@desk'})}\n"
    assert problem(found(lock, look=Look(home=True, held=held))["lock"], "warning") == text


def test_maintenance(found):
    look = Look(home=True, maintenance=True)
    assert problem(found(look=look)["maintenance"], "warning") == "visitors get the sorry page"


def test_a_proxy(found, app):
    every = found(host=app.proxies[0], runs=False, state=State())
    assert list(every) == ["folder", "files"]


@pytest.fixture
def answering(app, shell):
    """Hosts on which all is well."""

    def paths(host):
        made = files.wanted(app, host)
        return "".join(f"closed {each.mode:o} /{each.path} -\n" for each in made)

    shell.answers = {
        "operate/look": "home yes\n",
        "operate/read-files": paths,
        "operate/listening": "8000 docker-proxy\n",
        "facts": FACTS,
    }
    return shell


def test_everything_is_asked(app, answering):
    seen = examine(answering, app, app.leader)
    assert seen.listening == {8000: "docker-proxy"}
    assert [text.split(" antisocial")[0] for _, text in answering.asked] == [
        *("remote/look", "remote/read-files", "remote/facts", "remote/may"),
        "remote/listening 8000 18000",
        "sudo -n docker pull registry.example.org/antisocial:build-2",
        "sudo -n docker-runner",
    ]
    answering.asked.clear()
    assert not examine(answering, app, app.proxies[0]).runs
    assert len(answering.asked) == 2


def test_a_check_without_an_image(app, answering):
    answering.answers["docker pull"] = Done(code=1)
    assert examine(answering, app, app.leader).checked is None


def test_a_host_that_is_lost(app, answering):
    answering.gone = {"app2"}
    answers = side_by_side(app.everywhere, lambda host: examine(answering, app, host))
    every = list(judged(app, answers))
    assert [each.text for each in every if (each.host, each.what) == ("app2", "ssh")] == [
        "app2 cannot be reached: no route"
    ]
    assert [type(each) for each in answers.failed.values()] == [HostError]


def test_clocks_of_hosts(app):
    def seen(seconds):
        return Examination(host=app.leader, look=Look(), state=State(), listening={}, skew=seconds)

    answers = dict(zip(app.everywhere, (seen(-20), seen(20), seen(0)), strict=True))
    last = list(judged(app, Results(done=answers)))[-1]
    assert (last.host, last.level, last.text) == ("", "problem", "40 s from one another's")


def test_listening(machine, app):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        done = machine.run(script("operate/listening", str(port), "1"))
        assert list(heard(done.output)) == [port]
    assert str(examining.listening(app, app.leader)) == "remote/listening 8000 18000"
