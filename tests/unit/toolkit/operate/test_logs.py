import re
import subprocess
import time

import pytest

from toolkit.deploy.hosts import Host
from toolkit.operate import logs
from toolkit.operate.logs import Line, Printer, Wanted

NAMES = "antisocial-web antisocial-worker"


@pytest.fixture
def command(fleet):
    app = fleet(roles=["web", "worker"])

    def make(user="deploy", **wanted):
        return logs.command(app, app.leader, Wanted(**wanted), app.leader.admin(user))

    return make


def test_the_command(command):
    assert str(command()) == f"remote/tail-logs 'sudo -n' '' 50 '' {NAMES}"
    assert str(command("root", follow=True, tail=None, since="10m")) == (
        f"remote/tail-logs '' follow '' 10m {NAMES}"
    )


@pytest.fixture
def host(machine):
    machine.say("logs.antisocial-web", "one\ntwo\n\nfour\n")
    machine.say("logs.antisocial-worker", "fünf\n")
    machine.say("ps", "antisocial-web i:1 Up 2 hours\nantisocial-worker i:1 Up 2 hours\n")
    return machine


def of(name, output):
    return [line for line in output.splitlines() if line.startswith(f"{name} ")]


def test_each_line_has_its_container(host, command):
    output = host.run(command("root")).output
    assert of("antisocial-web", output) == [
        f"antisocial-web {text}" for text in ("one", "two", "", "four")
    ]
    assert of("antisocial-worker", output) == ["antisocial-worker fünf"]
    assert "logs --tail 50 antisocial-web" in host.calls


def test_since(host, command):
    host.run(command("root", since="10m", tail=None))
    assert "logs --since 10m antisocial-web" in host.calls


def test_fewer_than_the_user_may(host, command):
    host.say("allowed", "".join(f"docker logs --tail 50 {name}\n" for name in NAMES.split()))
    output = host.run(command(tail=2)).output
    assert of("antisocial-web", output) == ["antisocial-web ", "antisocial-web four"]


def test_more_than_the_user_may(host, command):
    host.say("allowed", "".join(f"docker logs --tail 50 {name}\n" for name in NAMES.split()))
    output = host.run(command(tail=500)).output
    assert of("antisocial-worker", output) == [
        "antisocial-worker (this user may read the last 50 lines; the one of --admin more)",
        "antisocial-worker fünf",
    ]


def test_no_container(host, command):
    (host.folder / "logs.antisocial-web").unlink()
    assert (
        "antisocial-web Error: No such container: antisocial-web"
        in host.run(command("root")).output
    )


def test_a_container_that_is_replaced(host, command):
    """The stub's log ends at once, as that of a container does that is stopped."""
    process = subprocess.Popen(
        host.argv(command("root", follow=True)),
        stdout=subprocess.PIPE,
        text=True,
        env=host.environ,
        start_new_session=True,
    )
    heard, until = [], time.monotonic() + 20
    try:
        for line in process.stdout:
            heard.append(line.rstrip("\n"))
            if "antisocial-web (a new container)" in heard and heard[-1].endswith(" four"):
                break
            assert time.monotonic() < until
    finally:
        subprocess.run(["kill", "--", f"-{process.pid}"], check=True)
        process.stdout.close()
        process.wait(timeout=10)
    assert heard.count("antisocial-web one") == 2
    assert host.calls[0] == "logs --follow --tail 50 antisocial-web" or (
        "logs --follow --tail 50 antisocial-web" in host.calls
    )
    assert "logs --follow antisocial-web" in host.calls


def test_a_line():
    host = Host(name="app1", user="deploy")
    assert logs.read(host, "antisocial-web a  b\r\n") == Line(
        host="app1", instance="antisocial-web", text="a  b"
    )
    assert (
        logs.read(host, "antisocial-web \x1b[31mred\x1b[2J\x07").text
        == "red\N{REPLACEMENT CHARACTER}"
    )
    assert logs.read(host, "antisocial-web").text == ""


def test_printing(fleet):
    said = []
    show = Printer(said.append, fleet(), re.compile("e$"), lambda text, at: f"{at}:{text}")
    for text in ("one", "two", "three"):
        show(Line(host="app2", instance="antisocial-web", text=text))
    show(Line(host="app1", instance="antisocial-worker", text="none"))
    assert said == [
        "1:app2 antisocial-web    | one",
        "1:app2 antisocial-web    | three",
        "0:app1 antisocial-worker | none",
    ]
