import pytest

from toolkit.deploy import commands
from toolkit.deploy.hosts import Host
from toolkit.deploy.journal import Tags
from toolkit.resources import REMOTE

HOST = Host(name="app1", user="deploy")
ROOT = Host(name="app1", user="root")


@pytest.mark.parametrize(
    ("remote", "line"),
    [
        (commands.docker(HOST, "ps"), "sudo -n docker ps"),
        (commands.docker(ROOT, "ps"), "docker ps"),
        (commands.pull(HOST, "r/app", "b2", 9), "sudo -n docker pull r/app:b2"),
        (
            commands.identity(HOST, "r/app", "b2"),
            "sudo -n docker images --no-trunc --format '{{.ID}}' r/app:b2",
        ),
        (commands.runner(HOST, "app", "check"), "sudo -n docker-runner app check"),
        (commands.runner(ROOT, "app", "check"), "docker-runner app check"),
        (
            commands.runner(HOST, "app", "run", tag="b2", instance="surge"),
            "sudo -n TAG=b2 INSTANCE=surge docker-runner app run",
        ),
        (
            commands.runner(ROOT, "app", "run", tag="b2"),
            "env TAG=b2 docker-runner app run",
        ),
        (
            commands.init(HOST, "restart", "app", upstart=False, timeout=1),
            "sudo -n systemctl restart app.service",
        ),
        (commands.init(HOST, "stop", "app", upstart=True, timeout=1), "sudo -n /sbin/stop app"),
        (commands.runner(HOST, "app", "a b", "$c"), "sudo -n docker-runner app 'a b' '$c'"),
    ],
)
def test_what_a_hosts_shell_gets(remote, line):
    assert remote.line == line
    assert str(remote) == line


def test_a_script_is_sent_whole_and_named_to_people():
    remote = commands.script("put", "app", "a b", stdin="text")
    assert remote.argv == ("sh", "-c", (REMOTE / "put").read_text(), "put", "app", "a b")
    assert str(remote) == "remote/put app 'a b'"
    assert remote.reading("other").stdin == "other"
    assert str(commands.script("operate/look", "app")) == "remote/look app"


@pytest.mark.parametrize(
    ("force", "said"), [(False, "remote/switch app b2 b1"), (True, "remote/switch app b2 b1 force")]
)
def test_a_switch(force, said):
    assert str(commands.switch("app", Tags(tag="b2", revert="b1"), force=force)) == said
