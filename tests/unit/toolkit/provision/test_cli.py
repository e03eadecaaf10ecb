"""The commands, with an `ssh` that runs what it gets here, in a folder."""

import pytest


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
