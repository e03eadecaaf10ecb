"""An app on a host, by the files of `toolkit scaffold` alone: manifests/antisocial.toml."""

from __future__ import annotations

import json
import re
import time

import pytest
from conftest import PASSWORD, SECRET_KEY
from containers import wait_until

PORTS = (8100, 8101)
DRAIN = 3

#: What the host runs: containers by the units that run them.
RUNNING = {
    "antisocial-8100": "antisocial-web-8100",
    "antisocial-8101": "antisocial-web-8101",
    "antisocial-worker": "antisocial-worker",
    "antisocial-beat": "antisocial-beat",
    "antisocial-sendalerts": "antisocial-sendalerts",
}


@pytest.fixture(scope="module")
def app(host, services, scaffold, say):
    """The host, with the app installed, its database migrated and its target started."""
    host.install(scaffold("antisocial"), "antisocial", **services.variables)
    host.set_tag("antisocial", "build-1")
    say("the app's migrations")
    host.run("docker-runner antisocial migrate")
    say("the app's start")
    host.run("systemctl start antisocial.target")
    wait_for_app(host)
    yield host
    host.run("systemctl stop antisocial.target")
    wait_until(lambda: not host.names(), "containers outlive their target")


def wait_for_app(host):
    """Wait until every role is ready."""
    for container in RUNNING.values():
        wait_until(
            lambda name=container: is_ready(host, name),
            f"{container} is not ready\n{host.run('journalctl -n 60 -o cat')}",
        )


def is_ready(host, container):
    return host.try_run(f"docker exec {container} entrypoint health --ready").returncode == 0


def test_every_enabled_role_runs(app):
    assert app.names() == set(RUNNING.values())
    machine = app.container.host("root")
    for unit in RUNNING:
        assert machine.service(unit).is_running
    assert machine.service("antisocial.target").is_enabled
    assert not machine.service("antisocial-reports").is_running
    assert app.run("systemctl --failed --plain --no-legend") == ""


@pytest.mark.parametrize("port", PORTS)
def test_each_instance_serves(app, port):
    assert app.status(port) == "200"
    # On the host's own address alone: a proxy is in front of it.
    published = app.inspect(f"antisocial-web-{port}")["HostConfig"]["PortBindings"]
    assert published == {"8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}


def test_containers_are_confined(app):
    for name in RUNNING.values():
        config = app.inspect(name)["HostConfig"]
        assert config["ReadonlyRootfs"]
        assert config["CapDrop"] == ["ALL"]
        assert config["SecurityOpt"] == ["no-new-privileges"]
        assert set(config["Tmpfs"]) == {"/tmp", "/run/app", "/home/app"}
        assert config["Binds"] == ["antisocial-data:/data"]
        assert app.run(f"docker exec {name} id -un") == "app\n"
    assert app.inspect("antisocial-web-8100")["HostConfig"]["Memory"] == 400 * 2**20
    assert app.inspect("antisocial-worker")["Config"]["StopTimeout"] == 20
    variables = app.inspect("antisocial-worker")["Config"]["Env"]
    assert "WORKER_CONCURRENCY=1" in variables


def test_the_worker_fetches_a_feed(app, services):
    page = f"http://127.0.0.1:{PORTS[0]}/feeds/"
    jar = "--silent --show-error --cookie /tmp/jar --cookie-jar /tmp/jar"
    form = app.run(f"curl {jar} {page}")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
    data = f"--data csrfmiddlewaretoken={token} --data-urlencode url={services.feed}"
    app.run(f"curl {jar} --fail {data} --output /dev/null {page}")
    count = "from antisocial.feeds.models import Entry; print(Entry.objects.count())"

    def fetched():
        done = app.run('docker-runner antisocial manage shell -v 0 -c "$1"', count)
        return int(done) > 0

    wait_until(fetched, "the feed is not fetched")


def test_a_tag_goes_live_where_its_unit_restarts(app):
    app.set_tag("antisocial", "build-2")
    app.run("systemctl restart antisocial-8101")
    app.wait_for_answer(PORTS[1])
    assert app.inspect("antisocial-web-8101")["Config"]["Image"] == "antisocial:build-2"
    assert app.inspect("antisocial-web-8100")["Config"]["Image"] == "antisocial:build-1"
    app.set_tag("antisocial", "build-1")
    app.run("systemctl restart antisocial-8101")
    app.wait_for_answer(PORTS[1])


def test_a_killed_container_comes_back(app):
    before = app.ids("antisocial-web-8100")
    app.run("docker kill antisocial-web-8100")
    app.wait_for_answer(PORTS[0])
    after = app.ids("antisocial-web-8100")
    assert len(after) == 1
    assert after != before


def test_a_killed_client_leaves_no_container(app):
    (before,) = app.ids("antisocial-worker")
    since = app.run("date +%s").strip()
    client = app.run("systemctl show --property=MainPID --value antisocial-worker").strip()
    app.run(f"kill -9 {client}")

    def replaced():
        now = app.ids("antisocial-worker")
        return now and before not in now

    wait_until(replaced, "the worker does not come back")
    # The old one was asked to end first, and it did; it was not killed.
    shape = "'{{.Action}} {{.Actor.Attributes.signal}} {{.Actor.Attributes.exitCode}}'"
    asked = f"docker events --since {since} --until $(date +%s) --filter container={before}"
    events = app.run(f"{asked} --format {shape}")
    assert "kill 15" in events
    assert "die <no value> 0" in events
    assert "kill 9" not in events
    wait_until(lambda: is_ready(app, "antisocial-worker"), "the new worker is not ready")


def test_a_stale_container_makes_room(app):
    app.run("systemctl stop antisocial-sendalerts")
    app.run("docker create --name antisocial-sendalerts antisocial:build-1")
    app.run("systemctl start antisocial-sendalerts")
    wait_until(lambda: is_ready(app, "antisocial-sendalerts"), "it does not start")
    assert app.run("systemctl show --property=NRestarts --value antisocial-sendalerts") == "0\n"


def test_a_web_instance_drains_before_it_stops(app):
    began = time.monotonic()
    app.run("systemctl stop --no-block antisocial-8100")
    wait_until(lambda: app.status(PORTS[0], "/__lbheartbeat__") == "503", "it does not drain")
    assert app.status(PORTS[0]) == "200"
    wait_until(lambda: not app.ids("antisocial-web-8100"), "it does not stop")
    assert time.monotonic() - began >= DRAIN
    assert app.status(PORTS[1]) == "200"
    unit = "antisocial-8100"
    wait_until(
        lambda: app.run(f"systemctl show --property=ActiveState --value {unit}") == "inactive\n",
        "its unit does not end",
    )
    assert app.run(f"systemctl show --property=Result --value {unit}") == "success\n"
    assert "antisocial-web-8100" not in app.names()
    app.run(f"systemctl start {unit}")
    app.wait_for_answer(PORTS[0])


def test_what_a_deploy_starts_beside_them(app):
    names = {"antisocial-web-surge", "antisocial-web-canary", "antisocial-release"}
    start = "{} docker-runner antisocial {}"
    try:
        for _ in range(2):  # the second one takes the place of the first
            made = app.run(start.format("INSTANCE=surge TAG=build-2", "run")).strip()
            assert made == app.inspect("antisocial-web-surge")["Id"]
        app.run(start.format("INSTANCE=canary", "run"))
        app.run(start.format("INSTANCE=release", "manage showmigrations feeds"))
        assert app.run("docker wait antisocial-release") == "0\n"
        for name in ("antisocial-web-surge", "antisocial-web-canary"):
            wait_until(lambda name=name: is_ready(app, name), f"{name} is not ready")
        assert app.status(18100) == "200"
        assert app.inspect("antisocial-web-surge")["Config"]["Image"] == "antisocial:build-2"
        assert not app.inspect("antisocial-web-canary")["HostConfig"]["PortBindings"]
        drain = "docker exec antisocial-web-surge entrypoint drain"
        app.run(f"{drain} --begin")
        assert app.status(18100, "/__lbheartbeat__") == "503"
        app.run(f"{drain} --over")
        assert "waiting 0.0 s" in app.run(drain)
        app.run("docker stop antisocial-web-surge antisocial-web-canary")
        # Their logs are there for whoever asks now; nothing starts them again.
        for name in names:
            host = app.inspect(name)["HostConfig"]
            assert (host["AutoRemove"], host["RestartPolicy"]["Name"]) == (False, "no")
            assert app.run(f"docker logs {name} 2>&1")
        assert "0001_initial" in app.run("docker logs antisocial-release")
    finally:
        app.try_run(f"docker rm --force {' '.join(names)}")


def test_a_disabled_role_is_started_by_hand(app):
    app.run("systemctl start antisocial-reports")
    wait_until(lambda: app.ids("antisocial-reports"), "it does not start")
    app.run("systemctl stop antisocial-reports")
    assert "antisocial-reports" not in app.names()
    assert app.run("systemctl --failed --plain --no-legend") == ""


def test_any_other_verb(app):
    shown = app.run("docker-runner antisocial manage showmigrations")
    assert " [X] 0001_initial" in shown
    app.run("docker-runner antisocial manage dumpdata feeds >/tmp/dump 2>/tmp/errors")
    dump = app.run("cat /tmp/dump")
    assert "\r" not in dump
    assert {each["model"] for each in json.loads(dump)} >= {"feeds.feed", "feeds.entry"}
    assert app.try_run("docker-runner antisocial exec sh -c 'exit 7'").returncode == 7
    said = app.run(
        "docker-runner antisocial exec sh -c 'cat; echo no >&2' 2>/dev/null", stdin="yes"
    )
    assert said == "yes"


def test_apps_are_listed(app):
    listed = [line.split() for line in app.run("docker-runner").splitlines()]
    assert listed[0] == ["APP", "TAG"]
    assert ["antisocial", "build-1"] in listed
    assert not [line for line in listed if "." in line[0]]


@pytest.mark.parametrize(
    ("more", "terminal"), [("", "True"), ("| cat", "False"), ("</dev/null", "False")]
)
def test_a_terminal_is_had_where_there_is_one(app, more, terminal):
    program = "docker-runner antisocial exec python -c 'import os; print(os.isatty(1))'"
    said = app.run('script --quiet --return --command "$1" /dev/null', f"{program} {more}")
    assert said.strip().endswith(terminal)


def test_nothing_secret_is_seen(app):
    for look in (
        "ps axww",
        "systemctl show '*'",
        "journalctl --output=cat",
        "cat /etc/systemd/system/antisocial*",
    ):
        seen = app.run(look)
        assert "antisocial" in seen
        assert SECRET_KEY not in seen
        assert PASSWORD not in seen
    assert app.run("stat -c '%a %U' /etc/default/antisocial.env") == "600 root\n"


@pytest.mark.parametrize(
    ("environ", "argv", "code", "said"),
    [
        ("", "antisocail", 64, "there is no app antisocail: /etc/default/antisocail is missing."),
        ("", "../../etc/shadow", 64, "'../../etc/shadow' is no name of an app."),
        ("TAG=gone", "antisocial", 69, "antisocial:gone is not here and cannot be pulled."),
        ("TAG='x y'", "antisocial", 78, "'x y' is no tag."),
    ],
)
def test_what_is_wrong_is_refused(app, environ, argv, code, said):
    done = app.try_run(f"{environ} docker-runner {argv} manage check")
    assert done.returncode == code
    what, then = done.stderr.splitlines()[-2:]
    assert what == f"docker-runner: {said}"
    assert then.startswith("  ")


def test_a_verb_that_there_is_not(app):
    done = app.try_run("docker-runner antisocial wroker")
    assert done.returncode == 64
    assert "worker" in done.stderr


def test_beat_says_when(app):
    sent = "Scheduler: Sending due task fetch-due-feeds"
    wait_until(lambda: sent in app.run("journalctl -u antisocial-beat -o cat"), "beat", 90)
    assert "fetch_due_feeds" in app.run("journalctl -u antisocial-worker -o cat")


def test_the_engine_is_restarted(app):
    app.run("systemctl restart docker")
    wait_for_app(app)


def test_the_engine_is_stopped_and_started(app):
    app.run("systemctl stop docker.socket docker")
    assert not app.is_active("antisocial-8100")
    app.run("systemctl start docker")
    wait_for_app(app)


@pytest.mark.parametrize("end", ["shut_down", "power_off"])
def test_a_reboot_brings_the_same_tag_back(app, end):
    getattr(app, end)()
    app.power_on()
    wait_for_app(app)
    assert app.names() == set(RUNNING.values())
    for name in RUNNING.values():
        assert app.inspect(name)["Config"]["Image"] == "antisocial:build-1"
