import importlib
import json
from pathlib import Path

import pytest

from toolkit.deploy.events import Ended
from toolkit.errors import BetweenError, DeployError, LockedError, PreflightError, RefusedError

module = importlib.import_module("toolkit.cli.deploy")  # the package has the command by that name

MANIFEST = """
image = "registry.example.org/antisocial"
targets = ["systemd", "proxy", "registration"]
roles.web.hosts = ["app1", "app2", "app3", "app4"]
roles.worker.hosts = ["app1"]
proxy.hosts = ["proxy1"]
deploy.parallel = "50%"
"""


@pytest.fixture
def app(tmp_path):
    (tmp_path / "toolkit.toml").write_text(MANIFEST)
    return str(tmp_path)


@pytest.fixture
def ordered(monkeypatch):
    """What is ordered, where nothing is run; an error if `raises` has one."""

    class Deployment:
        raises = None

        def __init__(self, **given):
            Deployment.given = given

        def run(self):
            order, fleet = self.given["order"], self.given["fleet"]
            if self.raises:
                raise self.raises
            self.given["tell"](
                Ended(kind="deploy", app=fleet.app, tag=order.tag, outcome="succeeded", seconds=1)
            )

    monkeypatch.setattr(module, "Deployment", Deployment)
    monkeypatch.setenv("TOOLKIT_WHO", "me@here")
    return Deployment


def order(ordered):
    return ordered.given["order"]


def hosts(ordered):
    return [each.name for each in ordered.given["fleet"].hosts]


def test_a_deploy(toolkit, app, ordered):
    code, said = toolkit("deploy", "antisocial", "-C", app, "--tag", "b2")
    assert code in {0, None}
    made = order(ordered)
    assert (made.kind, made.tag, made.who, made.parallel) == ("deploy", "b2", "me@here", 2)
    assert not made.strict
    assert hosts(ordered) == ["app1", "app2", "app3", "app4"]
    assert "b2" in said


def test_hosts_roles_and_how_many_at_a_time(toolkit, app, ordered):
    toolkit(
        *("deploy", "antisocial", "-C", app, "--tag", "b2", "--parallel", "3", "--strict"),
        *("--host", "app1", "--host", "app2", "--role", "web"),
    )
    assert hosts(ordered) == ["app1", "app2"]
    assert (order(ordered).parallel, order(ordered).strict) == (3, True)
    assert ordered.given["fleet"].roles == {"web"}


def test_a_percentage_is_of_the_hosts_that_are_asked_for(toolkit, app, ordered):
    toolkit("deploy", "antisocial", "-C", app, "--host", "app1", "--host", "app2")
    assert order(ordered).parallel == 1


def test_hosts_of_a_manifest_that_names_none(toolkit, tmp_path, ordered):
    (tmp_path / "toolkit.toml").write_text("")
    code, said = toolkit("deploy", "antisocial", "-C", str(tmp_path), "--host", "new")
    assert code in {0, None}, said
    assert hosts(ordered) == ["new"]


def test_a_restart(toolkit, app, ordered):
    toolkit("deploy", "antisocial", "-C", app, "--restart")
    assert (order(ordered).kind, order(ordered).tag) == ("restart", "")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ("rollback", "", False, False)),
        (["--to", "b1", "--force"], ("rollback", "b1", True, False)),
        (["--unfinished"], ("rollback", "", False, True)),
    ],
)
def test_a_rollback(toolkit, app, ordered, options, expected):
    toolkit("rollback", "antisocial", "-C", app, *options)
    made = order(ordered)
    assert (made.kind, made.tag, made.force, made.unfinished) == expected


@pytest.mark.parametrize(
    ("args", "code", "text"),
    [
        (["deploy", "--restart", "--tag", "b2"], 64, "leave out --tag"),
        (["rollback", "--unfinished", "--to", "b1"], 64, "leave out --to"),
        (["deploy", "--parallel", "0"], 64, "'0' is no number of hosts"),
        (["deploy", "--parallel", "many"], 64, "'many' is no number of hosts"),
        (["deploy", "--host", "app9"], 64, "names no host 'app9'"),
        (["deploy", "--role", "mailer"], 64, "has no role 'mailer'"),
        (["deploy", "--ssh-config", "/nowhere"], 64, "/nowhere"),
        (["deploy", "--bogus"], 64, "--bogus"),
    ],
)
def test_what_is_wrong_with_a_command_line(toolkit, app, ordered, args, code, text):
    verb, *options = args
    found, said = toolkit(verb, "antisocial", "-C", app, *options)
    assert (found, text in said) == (code, True), said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "error", [PreflightError, LockedError, RefusedError, DeployError, BetweenError]
)
def test_each_end_has_its_exit_code(toolkit, app, ordered, error):
    ordered.raises = error("it is so", "do that")
    code, said = toolkit("deploy", "antisocial", "-C", app, "--tag", "b2")
    assert code == error.exit_code
    assert "toolkit: it is so\n  do that" in said


def test_an_interrupt(toolkit, app, ordered):
    ordered.raises = KeyboardInterrupt()
    code, said = toolkit("deploy", "antisocial", "-C", app, "--tag", "b2")
    assert code == 130
    assert "Traceback" not in said


def test_events_as_json(toolkit, app, ordered):
    _, said = toolkit("deploy", "antisocial", "-C", app, "--tag", "b2", "--json")
    assert [json.loads(each)["event"] for each in said.splitlines()] == ["ended"]


def test_a_plan_runs_nothing(toolkit, app, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    code, said = toolkit("deploy", "antisocial", "-C", app, "--tag", "b2", "--plan")
    assert code in {0, None}
    lines = said.splitlines()
    assert lines[0] == "app1  lock: lock"
    assert "app1  web: surge  (where web runs another tag)" in lines
    assert "    sudo -n systemctl restart antisocial.service" in lines
    assert lines[-1].startswith("    remote/prune antisocial ")


def test_a_plan_as_json(toolkit, app):
    _, said = toolkit("rollback", "antisocial", "-C", app, "--plan", "--json")
    steps = json.loads(said)
    assert set(steps[0]) == {"phase", "host", "step", "when", "commands"}
    assert {each["host"] for each in steps} == {"app1", "app2", "app3", "app4", "proxy1"}
    assert "release" not in {each["step"] for each in steps}


def test_who_asks_where_no_passwd_has_the_user(toolkit, app, ordered, monkeypatch):
    def unknown():
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.delenv("TOOLKIT_WHO")
    monkeypatch.setattr("getpass.getuser", unknown)
    code, _ = toolkit("deploy", "antisocial", "-C", app, "--tag", "b2")
    assert code in {0, None}
    assert order(ordered).who.partition("@")[0].isdigit()


def test_the_ssh_configuration_comes_from_the_environment(toolkit, app, ordered, monkeypatch):
    config = Path(app) / "ssh_config"
    config.write_text("")
    monkeypatch.setenv("TOOLKIT_SSH_CONFIG", str(config))
    toolkit("deploy", "antisocial", "-C", app, "--tag", "b2")
    assert ordered.given["shell"].config == config
