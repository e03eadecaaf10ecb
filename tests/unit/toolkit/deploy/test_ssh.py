import os
import threading
import time
from pathlib import Path

import pytest

from toolkit.deploy import ssh as module
from toolkit.deploy.commands import Remote, script
from toolkit.deploy.hosts import Host
from toolkit.deploy.ssh import Done, Ssh
from toolkit.errors import HostError, UsageError

STUBS = Path(__file__).with_name("stubs")
HOST = Host(name="app1", user="deploy")


def remote(*argv, **rest):
    return Remote(argv=argv, **rest)


@pytest.fixture
def stand(tmp_path, monkeypatch):
    """A folder that the stub of ssh reads, and writes to."""
    monkeypatch.setenv("STAND", str(tmp_path))
    monkeypatch.setenv("PATH", f"{STUBS}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(module, "PAUSE", 0)
    return tmp_path


@pytest.fixture
def ssh(stand):
    with Ssh() as made:
        yield made


def calls(stand):
    """The calls of ssh: the words of each."""
    text = (stand / "argv").read_text()
    return [each.splitlines() for each in text.removesuffix("--\n").split("--\n")]


def losing(stand, times, says=""):
    (stand / "lose").write_text(f"{times}\n")
    (stand / "says").write_text(says)


def tries(stand):
    return len([each for each in calls(stand) if "-T" in each])


# How ssh is called.


def test_the_whole_command():
    with Ssh() as made:
        folder = made._folder
        assert made.argv(HOST, remote("echo", "a b")) == (
            *("ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"),
            *("-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"),
            *("-o", "LogLevel=ERROR", "-o", "ControlMaster=auto"),
            *("-o", f"ControlPath={folder}/%C", "-o", "ControlPersist=60"),
            *("-T", "deploy@app1", "--", "echo 'a b'"),
        )


def test_a_configuration_of_its_own_and_a_terminal():
    with Ssh(config=Path("/etc/here")) as made:
        argv = made.argv(HOST, remote("bash"), terminal=True)
    assert argv[:3] == ("ssh", "-F", "/etc/here")
    assert argv[-4:] == ("-t", "deploy@app1", "--", "bash")


def test_a_sockets_path_has_room_for_a_hash(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path / ("long" * 20)))
    with Ssh() as made:
        longest = len(str(made._folder)) + len("/") + 40 + len(".1234567890123456")
        assert longest < 104
        assert made._folder.stat().st_mode & 0o777 == 0o700


def test_connections_are_closed_and_the_folder_removed(stand):
    with Ssh() as made:
        made.run(HOST, remote("true"))
        made.run(HOST, remote("true"))
    assert calls(stand)[-1][-3:] == ["-O", "exit", "deploy@app1"]
    assert not made._folder.exists()


def test_no_ssh_is_an_error_that_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="no `ssh` on PATH"), Ssh():
        pass


# What a command gives.


def test_words_arrive_unchanged(ssh):
    words = ["a b", "$HOME", "`id`", "'", '"', "\\", "*", "", "ü", "new\nline", "-n"]
    done = ssh.run(HOST, remote("printf", "<%s>", *words))
    assert done == Done(code=0, output="".join(f"<{each}>" for each in words))


def test_a_script_gets_its_arguments_and_its_stdin(ssh, tmp_path):
    (tmp_path / "app").mkdir()
    done = ssh.run(HOST, script("put", f"../..{tmp_path}/app", "FILE", stdin="a 'text'\n"))
    assert done.ok
    assert (tmp_path / "app" / "FILE").read_text() == "a 'text'\n"


def test_an_exit_code_output_and_error(ssh):
    done = ssh.run(HOST, remote("sh", "-c", "echo out; echo err >&2; exit 3"))
    assert (done.code, done.output, done.error, done.ok) == (3, "out\n", "err\n", False)
    assert done.said == "err"


def test_bytes_that_are_no_text_do_no_harm(ssh):
    lines = []
    done = ssh.run(HOST, remote("printf", r"a\377\000b\r\nc"), lines.append)
    assert lines == ["a�\0b", "c"]
    assert done.ok


def test_a_listener_gets_both_outputs_line_by_line(ssh):
    lines = []
    ssh.run(HOST, remote("sh", "-c", "echo out; echo err >&2; printf last"), lines.append)
    assert lines == ["out", "err", "last"]


def test_a_stdin_that_nobody_reads_is_no_error(ssh):
    text = "x" * 1_000_000
    assert ssh.run(HOST, remote("true", stdin=text)).ok
    assert ssh.run(HOST, remote("true", stdin=text), lambda _: None).ok


# Connections that are lost.


def test_a_lost_connection_is_tried_again(ssh, stand):
    losing(stand, 2, "Connection reset by peer")
    assert ssh.run(HOST, remote("echo", "here")).output == "here\n"
    assert tries(stand) == 3


def test_after_three_tries_the_host_counts_as_lost(ssh, stand):
    losing(stand, 9, "kex: banner\nssh: connect to host app1 port 22: No route to host\r\n")
    with pytest.raises(HostError) as error:
        ssh.run(HOST, remote("true"))
    assert str(error.value) == (
        "toolkit: app1 cannot be reached: ssh: connect to host app1 port 22: No route to host\n"
        "  Try it: ssh deploy@app1 true"
    )
    assert tries(stand) == 3


@pytest.mark.parametrize("says", module.FINAL)
@pytest.mark.parametrize("listen", [None, lambda _: None], ids=["quiet", "heard"])
def test_where_another_try_is_of_no_use_there_is_none(ssh, stand, says, listen):
    losing(stand, 9, f"deploy@app1: {says} (publickey).")
    with pytest.raises(HostError, match="app1 cannot be reached"):
        ssh.run(HOST, remote("true"), listen)
    assert tries(stand) == 1


def test_a_host_that_says_nothing_of_it(ssh, stand):
    losing(stand, 9)
    with pytest.raises(HostError, match="app1 cannot be reached: the connection was closed"):
        ssh.run(HOST, remote("true"))


@pytest.mark.parametrize("listen", [None, lambda _: None], ids=["quiet", "heard"])
def test_a_host_that_hangs_is_an_error_with_its_name(ssh, stand, listen):
    began = time.monotonic()
    with pytest.raises(HostError, match=r"app1 gave no answer within 0.3 s to: sleep 30"):
        ssh.run(HOST, remote("sleep", "30", timeout=0.3), listen)
    assert time.monotonic() - began < 5
    assert tries(stand) == 1


def test_threads_may_use_it_at_once(ssh):
    found = {}

    def ask(number):
        host = Host(name=f"app{number}", user="deploy")
        found[number] = ssh.run(host, remote("echo", str(number))).output

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == {number: f"{number}\n" for number in range(8)}


# What is held.


def test_what_is_held_answers_and_ends_with_its_stdin(ssh):
    held = ssh.hold(HOST, remote("sh", "-c", "echo held; while read -r line; do echo $line; done"))
    assert held.line(5) == "held"
    assert held.say("a sign")
    assert held.line(5) == "a sign"
    assert not held.ended
    assert held.end() == Done(code=0)
    assert held.ended


def test_what_has_ended_says_so(ssh):
    held = ssh.hold(HOST, remote("sh", "-c", "echo no; echo why >&2; exit 75"))
    assert held.line(5) == "no"
    assert held.line(5) == ""
    held.process.wait()
    assert held.ended
    assert not held.say("a sign")
    assert held.end() == Done(code=75, error="why\n")


def test_what_is_silent_is_not_waited_for_longer(ssh):
    held = ssh.hold(HOST, remote("sleep", "30"))
    assert held.line(0.1) == ""
    assert held.end(timeout=0.1).code == -9


def test_what_is_held_is_lost_with_its_connection(ssh, stand):
    losing(stand, 1, "Connection refused")
    held = ssh.hold(HOST, remote("cat"))
    assert held.line(5) == ""
    assert held.end() == Done(code=255, error="Connection refused")
    assert tries(stand) == 1
