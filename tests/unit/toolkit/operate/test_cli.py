"""The commands, with a fake way to the hosts."""

import json

import pytest

from toolkit.cli import asked
from toolkit.deploy.ssh import Done
from toolkit.operate import attached

IMAGE = "registry.example.org/antisocial"
FACTS = f"""\
clock 1000
installed yes
writable yes
file TAG export TAG=build-2
container antisocial-web {IMAGE}:build-2 Up 3 minutes (healthy)
container antisocial-worker {IMAGE}:build-2 Up 3 minutes (healthy)
container antisocial-beat {IMAGE}:build-2 Up 3 minutes (healthy)
"""


MANIFEST = f"""
name = "antisocial"
image = "{IMAGE}"
targets = ["systemd", "proxy", "registration", "ci"]
roles.web.hosts = ["app1", "app2"]
roles.worker.hosts = ["app1", "app2"]
roles.beat.hosts = ["app1"]
proxy.hosts = ["proxy1"]
"""


@pytest.fixture
def hosts(shell, monkeypatch, tmp_path):
    """The fake way, and an app's folder to be in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toolkit.toml").write_text(MANIFEST)
    monkeypatch.setattr(asked, "Ssh", shell.way)
    monkeypatch.setenv("TOOLKIT_WHO", "ann@desk")
    shell.answers |= {"facts": FACTS, "operate/look": "home yes\n"}
    return shell


def test_status(toolkit, hosts):
    code, said = toolkit("status")
    assert code == 0
    assert said.splitlines()[1].split() == [
        *("app1", "web", "build-2", "healthy", "3", "minutes", "-")
    ]
    code, said = toolkit("status", "antisocial", "--role", "beat", "--json")
    assert (code, len(json.loads(said)["containers"])) == (0, 1)


def test_status_where_something_is_wrong(toolkit, hosts):
    hosts.answers["facts"] = FACTS.replace("(healthy)", "(unhealthy)")
    assert toolkit("status")[0] == 1
    hosts.gone = {"app2"}
    code, said = toolkit("status")
    assert code == 80
    assert "app2 cannot be reached: no route" in said
    assert json.loads(toolkit("status", "--json")[1])["ok"] is False


def test_status_in_maintenance(toolkit, hosts):
    hosts.answers["operate/look"] = "home yes\nmaintenance yes\n"
    code, said = toolkit("status")
    assert code == 0
    assert "sorry page of app1, app2 and proxy1" in said


def test_history(toolkit, hosts):
    line = json.dumps({"id": "1", "kind": "deploy", "tag": "build-2", "at": "2026"})
    hosts.answers["operate/past"] = f"{line}\n"
    hosts.gone = {"app2"}
    code, said = toolkit("history", "-n", "3")
    assert (code, "build-2" in said, "app2 cannot be reached" in said) == (80, True, True)
    assert ("app1", "remote/past antisocial 3") in hosts.asked
    hosts.gone = set()
    code, said = toolkit("history", "--json")
    assert (code, json.loads(said)[0]["hosts"]) == (0, {"app1": "", "app2": ""})


def test_logs(toolkit, hosts, monkeypatch):
    def run(host, remote, listen=None):
        hosts.asked.append((host.user, str(remote)))
        if listen:
            listen("antisocial-web one")
            listen("antisocial-web two")
        return Done(code=0)

    monkeypatch.setattr(hosts, "run", run, raising=False)
    code, said = toolkit("logs", "--role", "web", "--grep", "t.o")
    assert code == 0
    assert sorted(said.splitlines()) == ["app1 antisocial-web | two", "app2 antisocial-web | two"]
    toolkit("logs", "--admin", "--since", "5m", "--host", "app2", "--role", "web")
    assert hosts.asked[-1] == ("root", "remote/tail-logs '' '' '' 5m antisocial-web")


def test_logs_of_no_pattern(toolkit, hosts):
    code, said = toolkit("logs", "--grep", "[")
    assert code == 64
    assert "is no regular expression" in said


def test_logs_of_a_host_that_is_lost(toolkit, hosts):
    hosts.gone = {"app2"}
    code, said = toolkit("logs")
    assert (code, said.count("app2 cannot be reached")) == (80, 1)


@pytest.mark.parametrize("verb", ["exec", "manage"])
def test_arguments_are_verbatim(toolkit, hosts, monkeypatch, verb):
    ran = []

    def run(ssh, host, remote, *, terminal):
        ran.append((host.name, remote.argv[2:], terminal))
        return 7

    monkeypatch.setattr(attached, "run", run)
    words = ("run", "--host", "x", "-C", "-h", "a  b", "--", "$HOME")
    assert toolkit(verb, "--host", "app2", "antisocial", *words)[0] == 7
    assert ran == [("app2", ("docker-runner", "antisocial", verb, *words), False)]


def test_one_host_alone(toolkit, hosts):
    code, said = toolkit("exec", "--host", "app1", "--host", "app2", "antisocial", "ls")
    assert code == 64
    assert "Name one --host" in said
    assert toolkit("manage", "antisocial")[0] == 64


def test_lock_and_unlock(toolkit, hosts):
    code, said = toolkit("lock", "--reason", "the  audit\n")
    assert code == 0
    assert said == "antisocial is locked on app1, app2. `toolkit unlock antisocial` ends it.\n"
    claim = json.loads(hosts.asked[0][1].split("antisocial ")[1].strip("'"))
    assert (claim["who"], claim["why"], claim["kind"]) == ("ann@desk", "the audit", "manual")
    assert toolkit("lock")[0] == 64
    assert toolkit("unlock") == (0, "antisocial was not locked.\n")
    hosts.answers["operate/mark"] = Done(code=75, output=json.dumps(claim))
    assert toolkit("lock", "--reason", "x")[0] == 82
    hosts.answers["operate/unmark"] = json.dumps(claim)
    hosts.gone = {"app2"}
    code, said = toolkit("unlock", "--force")
    assert code == 80
    assert said.startswith("Unlocked app1: it was ann@desk, the audit, since ")


def test_maintenance(toolkit, hosts):
    hosts.answers["operate/maintain"] = "off\n"
    assert toolkit("maintenance", "on") == (0, "proxy1: visitors get the sorry page\n")
    assert toolkit("maintenance", "off", "antisocial") == (
        0,
        "proxy1: visitors get the app, as before\n",
    )
    assert toolkit("maintenance", "maybe")[0] == 64


def test_prune(toolkit, hosts):
    hosts.answers["operate/prune"] = lambda host: (
        "removed image build-1\n" if host.name == "app1" else ""
    )
    code, said = toolkit("prune")
    assert (code, said) == (0, "app1: removed image build-1\napp2: nothing to remove\n")
    assert " 'sudo -n' 5 '' free " in hosts.asked[0][1]
    toolkit("prune", "--keep", "2", "--dry-run")
    assert " 'sudo -n' 2 dry free " in hosts.asked[-1][1]
    assert toolkit("prune", "--keep", "0")[0] == 64


def test_doctor(toolkit, hosts):
    hosts.answers |= {"docker pull": "", "docker-runner": ""}
    code, said = toolkit("doctor")
    assert code == 81
    assert "files" in said
    code, said = toolkit("doctor", "--json", "--admin")
    assert code == 81
    assert "root comes in" in {each["text"] for each in json.loads(said)}
    hosts.gone = {"proxy1"}
    assert toolkit("doctor")[0] == 80


def test_who(monkeypatch):
    monkeypatch.delenv("TOOLKIT_WHO", raising=False)
    assert "@" in asked.who()


def test_on_a_terminal_it_tells_how_many_have_answered(toolkit, hosts, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    _, said = toolkit("prune")
    assert "\r\x1b[K2 hosts are asked …\r\x1b[K1 of 2 hosts have answered …\r\x1b[K" in said
