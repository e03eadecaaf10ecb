import pytest

from toolkit.deploy import state
from toolkit.deploy.state import Container, Job, State


def test_what_a_host_says():
    found = state.read(
        "Welcome to app1!\n"
        "clock 1767600000\naddresses 10.0.0.5 172.17.0.1 \nwritable yes\n"
        "free 1048576\nfile TAG export TAG=b2\nfile REVERT export TAG=b1\n"
        'file JOURNAL {"id": "abc"}\nfile LOCK {"who": "me"}\ninstalled yes\n'
        "engine yes\ncontainer app-web r/app:b2 Up 3 minutes (healthy)\nready app-web-surge\n"
        "image b2 sha256:2\njob app active|3|Mon 2026-01-05 10:00:00 UTC|\n"
    )
    assert found == State(
        clock=1767600000,
        addresses=frozenset({"10.0.0.5", "172.17.0.1"}),
        writable=True,
        free=1048576,
        tag="b2",
        revert="b1",
        journal={"id": "abc"},
        lock={"who": "me"},
        installed=True,
        containers={
            "app-web": Container(name="app-web", image="r/app:b2", status="Up 3 minutes (healthy)")
        },
        ready={"app-web-surge"},
        images={"b2": "sha256:2"},
        jobs={
            "app": Job(name="app", state="active", restarts=3, since="Mon 2026-01-05 10:00:00 UTC")
        },
    )
    assert found.up("app-web")
    assert found.runs("app-web", "r/app:b2")
    assert not found.runs("app-web", "r/app:b1")
    assert not found.up("app-worker")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("export TAG=b2", "b2"),
        ("TAG=b2", "b2"),
        ("export  TAG='b2'", "b2"),
        ('export TAG="b2"  ', "b2"),
        ("# by hand", ""),
        ("export TAG=", ""),
        ("export TAG=$(id)", ""),
        ("export TAG=b2; id", ""),
        ("export TAG='b2", ""),
        ("", ""),
    ],
)
def test_a_tag_is_read_as_docker_runner_reads_it(text, tag):
    assert state.read(f"file TAG # a comment\nfile TAG {text}\n").tag == tag


@pytest.mark.parametrize("text", ["", "{half", "[]", "null", "no JSON", '"text"'])
def test_a_journal_that_cannot_be_read_is_none(text):
    found = state.read(f"file JOURNAL {text}\nfile LOCK {text}\n")
    assert (found.journal, found.lock) == ({}, {})


@pytest.mark.parametrize(
    "line", ["clock is ticking", "free beer", "free", "container", "image", "job", "file", "ready "]
)
def test_words_of_a_login_shell_do_no_harm(line):
    assert state.read(f"{line}\nclock 5\nfree 7\n").clock == 5
    assert state.read(f"clock 5\nfree 7\n{line}\n").free == 7


def test_an_engine_that_does_not_answer():
    assert state.read("engine-error Cannot connect\n").engine == "Cannot connect"
    assert state.read("engine-error \n").engine == "it does not answer"


def test_upstart_says_it_in_words():
    assert state.read("job app app start/running, process 7\n").jobs == {
        "app": Job(name="app", state="app start/running, process 7")
    }


def test_a_host_is_asked_for_what_it_may_run(fleet):
    hosts = fleet("small")
    assert str(state.ask(hosts, hosts.hosts[1])) == (
        "remote/facts antisocial registry.example.org/antisocial 'sudo -n' "
        "'antisocial-web antisocial-web-surge antisocial-web-canary antisocial-release' "
        "antisocial antisocial-web-surge"
    )
