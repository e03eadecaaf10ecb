"""With a program in place of ssh: what is on its command line behind `--` is run here."""

import os
import threading
import time

import pytest

from toolkit.deploy.commands import Remote
from toolkit.deploy.hosts import Host
from toolkit.deploy.ssh import Ssh
from toolkit.errors import HostError
from toolkit.operate import attached

HOST = Host(name="app1", user="deploy")

#: Where its argument says so it has no connection.
SSH = """\
echo "$*" >>"$CALLS"
[ ! -e "$CALLS.gone" ] || { echo 'ssh: no route' >&2; exit 255; }
while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
[ $# -gt 0 ] || exit 0
shift
exec sh -c "exec $*"
"""


@pytest.fixture
def ssh(program, monkeypatch, tmp_path):
    program("bin/ssh", SSH)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    with Ssh(tries=1) as ssh:
        yield ssh


@pytest.fixture
def gone(tmp_path):
    return (tmp_path / "calls.gone").touch


def remote(text):
    return Remote(argv=("sh", "-c", text))


@pytest.mark.parametrize("code", [0, 7, 255])
def test_its_exit_code(ssh, code):
    assert attached.run(ssh, HOST, remote(f"exit {code}"), terminal=False) == code


def test_its_own_output(ssh, capfd):
    attached.run(ssh, HOST, remote("echo out; echo err >&2"), terminal=False)
    assert capfd.readouterr() == ("out\n", "err\n")


@pytest.mark.parametrize(("terminal", "option"), [(True, " -t "), (False, " -T ")])
def test_a_terminal(ssh, tmp_path, terminal, option):
    attached.run(ssh, HOST, remote("true"), terminal=terminal)
    assert option in (tmp_path / "calls").read_text().splitlines()[-1]


def test_no_connection(ssh, gone):
    gone()
    with pytest.raises(HostError, match="app1 cannot be reached: ssh: no route"):
        attached.run(ssh, HOST, remote("true"), terminal=False)
    with pytest.raises(HostError, match="app1 cannot be reached: ssh: no route"):
        attached.follow(ssh, HOST, remote("true"), print)


def test_a_connection_that_breaks(ssh, gone, tmp_path):
    text = f"touch {tmp_path}/calls.gone; exit 255"
    with pytest.raises(HostError):
        attached.run(ssh, HOST, remote(text), terminal=False)


def test_following(ssh, tmp_path):
    heard = []
    followed = attached.follow(ssh, HOST, remote("echo one; exec sleep 60"), heard.append)
    reader = threading.Thread(target=followed.until_end)
    reader.start()
    until = time.monotonic() + 10
    while not heard and time.monotonic() < until:
        time.sleep(0.01)
    followed.end()
    reader.join(10)
    assert not reader.is_alive()
    assert heard == ["one\n"]
    assert (tmp_path / "calls").read_text().splitlines()[-1].startswith("-t ")


def test_what_is_lost_while_it_is_followed(ssh):
    followed = attached.follow(ssh, HOST, remote("echo lost >&2; exit 255"), print)
    with pytest.raises(HostError, match="app1 was lost: lost"):
        followed.until_end()


def test_an_interrupt_is_the_commands(ssh, monkeypatch):
    """It ends as it likes, with its own exit code."""

    class Process:
        waited = 0

        def wait(self):
            self.waited += 1
            if self.waited < 3:
                raise KeyboardInterrupt
            return 9

    monkeypatch.setattr(ssh, "run", lambda *_: None)
    monkeypatch.setattr(attached.subprocess, "Popen", lambda _: Process())
    assert attached.run(ssh, HOST, remote("true"), terminal=False) == 9
