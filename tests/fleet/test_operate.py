"""What people ask of an app that runs, and do there: status, logs, exec, locks, doctor, prune.

They ask as the user who deploys, by SSH; what a deploy leaves behind is put there by hand.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from fleet import APPS, PROXY
from versions import PROBE

TOOLKIT = (sys.executable, "-m", "toolkit")

JOURNAL = {
    "id": "1", "kind": "deploy", "app": "probe", "to": "build-9", "state": "open",
    "before": {"tag": "build-1", "revert": ""}, "phase": "web", "step": "surge",
    "who": "ann@desk", "began": "2026-11-28T13:40:00+00:00", "at": "",
}  # fmt: skip

#: Holds the lock as a deploy does.
DEPLOY = {"id": "2", "kind": "deploy", "who": "bob@ci", "why": "deploy build-9", "since": "13:40"}


@pytest.fixture(scope="module")
def stage(fleet, versions):
    """build-1 runs."""
    fleet.clear()
    fleet.empty()
    fleet.install()
    fleet.start(versions.push("build-1"))
    return fleet


@pytest.fixture(scope="module")
def argv(stage):
    """The words of a command, as a person in the app's folder has them."""

    def argv(*words, config=stage.access.config):
        verb, *rest = words
        return (*TOOLKIT, verb, "-C", str(PROBE), "--ssh-config", str(config), *rest)

    return argv


@pytest.fixture(scope="module")
def toolkit(argv):
    """Runs a command; returns how it ended."""

    def run(*words, **options):
        return subprocess.run(
            argv(*words, **options),
            input="typed\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def without_app3(stage, tmp_path):
    """OpenSSH's configuration, where nobody answers at app3's address."""
    text = stage.access.config.read_text()
    path = tmp_path / "ssh_config"
    path.write_text(text.replace(stage.addresses["app3"], "127.0.0.1\n    Port 1"))
    return path


def ask(stage, host, script, user="deploy"):
    done = stage.access.run(host, script, user=user)
    assert done.returncode == 0, done.stderr
    return done.stdout


def keep(stage, host, name, data):
    text = json.dumps(data).replace("'", "'\\''")
    ask(stage, host, f"echo '{text}' >/var/www/probe/{name}")


def settled(toolkit):
    """Wait until no container is `starting`."""
    until = time.monotonic() + 60
    while (done := toolkit("status")).returncode != 0 or "starting" in done.stdout:
        assert time.monotonic() < until, done.stdout + done.stderr
        time.sleep(1)
    return done.stdout


def test_status_of_what_is_well(toolkit):
    lines = [line.split() for line in settled(toolkit).splitlines()]
    assert [line[:4] for line in lines[1:]] == [
        [host, role, "build-1", "healthy"]
        for host in APPS
        for role in ("web", "worker", *(("beat",) if host == "app1" else ()))
    ]


def test_status_of_what_is_not(toolkit, stage):
    keep(stage, "app2", "JOURNAL", JOURNAL)
    keep(stage, "app2", "LOCK", DEPLOY)
    ask(stage, "app3", "systemctl stop probe-worker", user="root")
    try:
        done = toolkit("status", "--json")
    finally:
        ask(stage, "app2", "rm /var/www/probe/JOURNAL /var/www/probe/LOCK")
        ask(stage, "app3", "systemctl start probe-worker", user="root")
    assert done.returncode == 1
    data = json.loads(done.stdout)
    said = "\n".join(each["text"] for each in data["attention"])
    assert "The deploy of build-9 by ann@desk" in said
    assert "was cut off (app2: web, surge)" in said
    assert "probe-worker does not run on app3" in said
    assert "A lock is left on app2, and nobody holds it" in said
    assert [each["host"] for each in data["hosts"]] == [*APPS, PROXY]


def test_a_host_that_is_lost(toolkit, without_app3):
    for words in (("status",), ("logs", "--tail", "1")):
        began = time.monotonic()
        done = toolkit(*words, config=without_app3)
        assert done.returncode == 80, words
        assert "app3 cannot be reached" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert time.monotonic() - began < 60


def test_history(toolkit, stage):
    entry = {"id": "1", "kind": "deploy", "tag": "build-1", "at": "2026-11-28T14:00:00+00:00"}
    for host in APPS:
        keep(stage, host, "HISTORY", {**entry, "host": host, "outcome": "succeeded"})
    try:
        (release,) = json.loads(toolkit("history", "--json").stdout)
    finally:
        for host in APPS:
            ask(stage, host, "rm /var/www/probe/HISTORY")
    assert release["hosts"] == dict.fromkeys(APPS, "succeeded")


def test_arguments_input_and_exit_code_pass_through(toolkit):
    script = 'cat; echo oops >&2; printf "[%s]" "$@"; exit 7'
    done = toolkit("exec", "probe", "sh", "-c", script, "-", "a  b", "$HOME", "-C")
    assert (done.returncode, done.stdout) == (7, "typed\n[a  b][$HOME][-C]")
    assert "oops" in done.stderr
    data = toolkit("manage", "--host", "app3", "probe", "dumpdata", "contenttypes")
    assert data.returncode == 0
    assert "\r" not in data.stdout
    json.loads(data.stdout)


def test_logs(toolkit):
    done = toolkit("logs", "--tail", "3")
    assert done.returncode == 0
    seen = {tuple(line.split(" | ")[0].split()) for line in done.stdout.splitlines()}
    assert {("app1", "probe-web"), ("app3", "probe-worker"), ("app1", "probe-beat")} <= seen


def test_logs_go_on_after_a_restart_and_leave_nothing(argv, stage):
    process = subprocess.Popen(
        argv("logs", "-f", "--role", "worker"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    heard = []
    reader = threading.Thread(target=lambda: heard.extend(process.stdout))
    reader.start()
    try:
        time.sleep(2)
        ask(stage, "app2", "systemctl restart probe-worker", user="root")
        until = time.monotonic() + 40
        new = "app2 probe-worker | (a new container)\n"
        while not (new in heard and any("ready." in each for each in heard[heard.index(new) :])):
            assert time.monotonic() < until, "".join(heard[-50:])
            time.sleep(0.2)
    finally:
        began = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        code = process.wait(timeout=20)
        reader.join()
        process.stdout.close()
    assert code == 130
    assert "was lost" not in "".join(heard)
    assert time.monotonic() - began < 5
    time.sleep(0.5)
    for host in APPS:
        assert "docker logs" not in ask(stage, host, "ps -eo args | grep '[d]ocker logs'; true")


def test_a_persons_lock(toolkit):
    assert toolkit("lock", "--reason", "the audit").returncode == 0
    try:
        again = toolkit("lock", "--reason", "another")
        assert again.returncode == 82
        assert "the audit" in again.stderr
        status = toolkit("status").stdout
        assert "Locked on app1, app2 and app3 by" in status
    finally:
        done = toolkit("unlock")
    assert done.stdout.startswith("Unlocked app1, app2, app3: it was ")


def test_a_deploys_lock(toolkit, stage):
    """It is held by the deploy's own script, until that is ended by force."""
    from toolkit.deploy.commands import script

    line = script("lock", "probe", json.dumps(DEPLOY)).line
    argv = ("ssh", "-F", str(stage.access.config), "deploy@app2", line)
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as deploying:
        assert deploying.stdout.readline() == "held\n"
        assert toolkit("lock", "--reason", "audit").returncode == 82
        assert "app2: a deploy has the lock: bob@ci" in toolkit("status").stdout
        assert "while a deploy is under way" in toolkit("prune").stdout
        assert toolkit("unlock").returncode == 82
        assert toolkit("unlock", "--force").returncode == 0
        deploying.wait(timeout=10)
    assert toolkit("unlock").stdout == "probe was not locked.\n"


def test_maintenance(toolkit, stage):
    def page():
        argv = ("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", stage.url)
        host = ("-H", "Host: probe.example.org")
        return subprocess.run((*argv, *host), capture_output=True, text=True, check=True).stdout

    assert page() != "503"
    toolkit("maintenance", "on")
    try:
        assert page() == "503"
        assert "sorry page of proxy1" in toolkit("status").stdout
    finally:
        assert toolkit("maintenance", "off").stdout == "proxy1: visitors get the app\n"
    assert page() != "503"


def test_doctor(toolkit, stage):
    ask(stage, "app2", "echo '# mine' >>/etc/systemd/system/probe.service", user="root")
    ask(stage, "app3", "mv /etc/sudoers.d/probe /root/", user="root")
    try:
        done = toolkit("doctor", "--json")
        admin = toolkit("doctor", "--admin", "--host", "app3").stdout
    finally:
        ask(stage, "app2", "sed -i '$d' /etc/systemd/system/probe.service", user="root")
        ask(stage, "app3", "mv /root/probe /etc/sudoers.d/", user="root")
    found = json.loads(done.stdout)
    levels = {(each["host"], each["what"]): each["level"] for each in found}
    for what in ("ssh", "folder", "sudo", "engine", "ports", "registry", "check"):
        assert levels["app1", what] == "ok", found
    edited = "/etc/systemd/system/probe.service was edited by hand"
    assert [each["host"] for each in found if each["text"] == edited] == ["app2"]
    assert (done.returncode, levels["app3", "sudo"]) == (81, "problem")
    assert "/etc/sudoers.d/probe is not there" in admin


def test_prune(toolkit, stage, versions):
    for number in (2, 3, 4):
        tag = versions.push(f"build-{number}")
        ask(stage, "app1", f"sudo -n docker pull registry:5000/probe:{tag}")
    ask(stage, "app1", "echo export TAG=build-2 >/var/www/probe/REVERT")
    keep(stage, "app1", "HISTORY", {"tag": "build-4"})
    try:
        would = toolkit("prune", "--keep", "1", "--dry-run", "--host", "app1").stdout
        done = toolkit("prune", "--keep", "1", "--host", "app1")
    finally:
        ask(stage, "app1", "rm /var/www/probe/REVERT /var/www/probe/HISTORY")
    listed = ask(stage, "app1", "sudo -n docker images --format '{{.Tag}}' registry:5000/probe")
    assert {"build-1", "build-2", "build-4"} <= set(listed.split())
    assert "build-3" not in listed
    assert "app1: would remove image build-3\n" in would
    assert "app1: removed image build-3\n" in done.stdout
