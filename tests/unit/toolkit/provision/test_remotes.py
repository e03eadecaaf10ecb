"""Exact commands."""

import base64
import hashlib
import subprocess

from toolkit.deploy.hosts import Host
from toolkit.provision import remotes
from toolkit.resources import REMOTE

ROOT, OPS = Host(name="app1", user="root"), Host(name="app1", user="ops")
DATA = "SECRET_KEY=s3cr3t ü\n".encode()


def test_commands():
    digest = hashlib.sha256(DATA).hexdigest()
    commands = [
        remotes.system(ROOT, ("consul",)),
        remotes.packages(ROOT, nginx=True),
        remotes.packages(ROOT, nginx=False),
        remotes.user(ROOT, "shop", "deploy", "ssh-ed25519 AAAA\n"),
        remotes.files(ROOT, "shop", "file 0644 abc etc/x\n"),
        remotes.install(ROOT, "shop", b"tar"),
        remotes.variables(ROOT, "shop.env", DATA),
        remotes.push(ROOT, "shop.env", DATA, mode=0o600, whole=False),
        remotes.push(ROOT, "shop.env", DATA, mode=0o644, whole=True),
    ]
    assert [str(each) for each in commands] == [
        "remote/system '' consul",
        "remote/packages yes",
        "remote/packages no",
        "remote/user '' shop deploy",
        "remote/files '' shop",
        "remote/install '' shop",
        "remote/variables '' shop.env",
        f"remote/push '' shop.env 0600 keep {digest}",
        f"remote/push '' shop.env 0644 whole {digest}",
    ]
    assert commands[0].argv[:2] == ("sh", "-c")
    assert commands[0].argv[2] == (REMOTE / "provision" / "system").read_text()


def test_variables_go_by_stdin_alone():
    for remote in (
        remotes.variables(OPS, "shop.env", DATA),
        remotes.push(OPS, "shop.env", DATA, mode=0o600, whole=False),
    ):
        assert "s3cr3t" not in remote.line
        assert base64.b64decode(remote.stdin) == DATA
        assert remote.stdin.isascii()


def test_another_user_has_sudo(tmp_path, monkeypatch):
    """And its arguments arrive as they are."""
    sudo = tmp_path / "sudo"
    sudo.write_text('#!/bin/sh\n[ "$1" = -n ] && shift && exec "$@"\n')
    sudo.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    made = remotes.script("provision/system")
    hostile = ["", "two  words", "it's", "$HOME", "*", "a\nb"]
    text = 'echo "$0"; for each; do printf "<%s>" "$each"; done; cat'
    remote = remotes.as_root(
        OPS, type(made)(argv=("sh", "-c", text, "name", *hostile), script="provision/system")
    )
    assert "exec sudo -n sh -c" in remote.argv[2]
    assert str(remote).startswith("remote/system '' 'two  words'")
    done = subprocess.run(
        ["sh", "-c", remote.line], input="stdin", capture_output=True, text=True, check=True
    )
    assert done.stdout == "name\n" + "".join(f"<{each}>" for each in hostile) + "stdin"


def test_root_has_none():
    assert "sudo -n" not in remotes.files(ROOT, "shop", "").argv[2].partition("\n")[0]


def test_a_command_is_no_longer_than_a_hosts_kernel_takes():
    """An argument has 128 KiB at most, and sshd makes one of all of them."""
    for remote in (
        remotes.install(OPS, "shop", b"x" * 10**6),
        remotes.files(OPS, "a", "x" * 10**6),
    ):
        assert len(remote.line) < 64_000
