"""The commands, with an `ssh` that runs what it gets here, in a folder."""

import sys

import click
import pytest

from toolkit.cli import options
from toolkit.deploy.ssh import Done, Ssh


@pytest.fixture
def app(tmp_path):
    (tmp_path / "toolkit.toml").write_text('name = "shop"\ndeploy.hosts = ["app1"]\n[roles.web]\n')
    return tmp_path


@pytest.mark.parametrize("command", ["setup", "apply", ("env", "diff"), ("env", "push")])
def test_an_unknown_host(toolkit, app, command):
    words = (command,) if isinstance(command, str) else command
    toolkit("scaffold", "shop", "-C", str(app))
    code, said = toolkit(*words, "shop", "-C", str(app), "--host", "app9")
    assert code == 64
    assert "the manifest of shop names no host 'app9'" in said


def test_setup_takes_a_host_for_a_host(toolkit, app):
    code, said = toolkit("setup", "app9.example.org", "-C", str(app))
    assert code == 64
    assert "names no host 'app9.example.org'" in said


def test_a_private_key_is_no_public_one(toolkit, app, tmp_path, program, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}/bin", prepend=":")
    program("bin/ssh", "exit 255")
    key = tmp_path / "key"
    key.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n")
    code, said = toolkit("setup", "shop", "-C", str(app), "--key", str(key))
    assert code == 64
    assert "has no public key" in said
    assert "secret" not in said


@pytest.mark.parametrize("command", ["setup", "apply", ("env", "diff"), ("env", "push")])
def test_a_host_that_is_away(toolkit, app, tmp_path, program, monkeypatch, command):
    monkeypatch.setenv("PATH", f"{tmp_path}/bin", prepend=":")
    program("bin/ssh", 'echo "ssh: Could not resolve hostname app1" >&2; exit 255')
    words = (command,) if isinstance(command, str) else command
    toolkit("scaffold", "shop", "-C", str(app))
    code, said = toolkit(*words, "shop", "-C", str(app))
    assert code == 80
    assert "app1 cannot be reached: ssh: Could not resolve hostname app1" in said


def test_a_file_of_variables_that_is_wrong(toolkit, app):
    (app / "x.env").write_text("export A=s3cr3t\n")
    code, said = toolkit("env", "push", "shop", "-C", str(app), "--file", str(app / "x.env"))
    assert code == 78
    assert "line 1" in said
    assert "s3cr3t" not in said


@pytest.mark.parametrize("roll", [True, False])
def test_push_rolls_the_roles_when_asked(toolkit, app, monkeypatch, roll):
    """By the very command that people would give next."""
    given = []

    @click.command()
    @click.argument("app")
    @options.directory
    @options.manifest
    @options.hosts
    @options.ssh_config
    @click.option("--restart", is_flag=True)
    @click.option("--tag", default="")
    def deploy(**values):
        given.append(values)

    monkeypatch.setattr(sys.modules["toolkit.cli.env"], "deploy", deploy)
    answers = {"variables": "here SECRET_KEY\nend\n", "push": "did\n"}

    def run(self, host, remote, listen=None):
        return Done(code=0, output=answers[remote.script.rpartition("/")[2]])

    monkeypatch.setattr(Ssh, "run", run)
    toolkit("scaffold", "shop", "-C", str(app))
    code, said = toolkit("env", "push", "shop", "-C", str(app), "--yes", *["--roll"] * roll)
    assert code == 0, said
    assert ("toolkit deploy shop --restart" in said) is not roll
    assert len(given) == roll
    if roll:
        assert (given[0]["app"], given[0]["restart"], given[0]["tag"]) == ("shop", True, "")
        assert given[0]["directory"] == app


def test_a_terminal_is_asked(toolkit, app, monkeypatch):
    monkeypatch.setattr(sys.modules["toolkit.cli.env"], "asking", lambda: True)
    monkeypatch.setattr(click, "confirm", lambda question: print(question) or False)
    output = "here SECRET_KEY\nend\n"
    monkeypatch.setattr(Ssh, "run", lambda *_, **__: Done(code=0, output=output))
    toolkit("scaffold", "shop", "-C", str(app))
    code, said = toolkit("env", "push", "shop", "-C", str(app))
    assert code == 1
    assert "Write them on app1?" in said
    assert "Nothing was written." in said
