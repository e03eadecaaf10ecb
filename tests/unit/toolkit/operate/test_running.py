import pytest

from toolkit.errors import UsageError
from toolkit.operate import running


def test_where(fleet):
    assert running.where(fleet(), ()).name == "app1"
    assert running.where(fleet(hosts=["app2"]), ("app2",)).name == "app2"
    with pytest.raises(UsageError, match="one host"):
        running.where(fleet(), ("app1", "app2"))


def test_arguments_are_verbatim(fleet):
    app = fleet()
    words = ("shell", "-c", 'print("a  b")', "$HOME", "-h", "--", "")
    remote = running.command(app, app.leader, "manage", words)
    assert remote.argv == ("sudo", "-n", "docker-runner", "antisocial", "manage", *words)
    root = running.command(app, app.leader.admin("root"), "exec", ("ls",))
    assert root.line == "docker-runner antisocial exec ls"
