"""`drain`, with real files and real time."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from entrypoint import drain
from entrypoint.errors import ConfigurationError, UsageError, WriteError


@pytest.fixture
def write(runtime):
    """Writes a role's file."""

    def do(*rule, name="web"):
        words = "".join(word + "\0" for word in rule)
        (runtime / "role").write_text(f"{name}\n{os.getpid()}\n{words}")

    return do


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs `drain`; returns its exit code, its seconds, and what it printed."""

    def do(*args, **environ):
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        began = time.monotonic()
        code = drain.main(args)
        return code, time.monotonic() - began, capsys.readouterr().out

    return do


@pytest.fixture
def web(write):
    write("http", "8000")


@pytest.mark.parametrize(
    "args", [("--und",), ("5",), ("--undo", "x"), ("--begin", "--over"), ("--over", "5"), ("",)]
)
def test_wrong_arguments(runtime, run, args):
    with pytest.raises(UsageError):
        run(*args)
    assert not (runtime / "drain").exists()


def test_web_waits(runtime, web, run):
    code, took, said = run(DRAIN_SECONDS="0.5")
    assert code == 0
    assert 0.5 <= took < 1.5
    assert said == "drain: web is not ready any more; waiting 0.5 s for proxies.\n"
    assert (runtime / "drain").exists()


def test_a_second_one_waits_for_what_is_left(web, run):
    run(DRAIN_SECONDS="0")
    time.sleep(0.5)
    _, took, _ = run(DRAIN_SECONDS="1")
    assert 0.2 < took < 0.8
    time.sleep(0.3)
    assert run(DRAIN_SECONDS="1")[1] < 0.2


@pytest.mark.parametrize("age", [-100, 100], ids=["set back", "set forward"])
def test_a_clock_that_was_set_makes_it_wait_no_longer(runtime, web, run, age):
    (runtime / "drain").touch()
    os.utime(runtime / "drain", (time.time() - age,) * 2)
    assert run(DRAIN_SECONDS="0.5")[1] < 1


def test_no_time_at_all(runtime, web, run):
    code, took, _ = run(DRAIN_SECONDS="0")
    assert (code, (runtime / "drain").exists()) == (0, True)
    assert took < 0.2


def test_five_seconds_are_the_default(web, run):
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    assert "waiting 5.0 s" in run()[2]


@pytest.mark.parametrize("rule", [("process",), ("heartbeat", "60"), ("command", "true")])
def test_whom_no_proxy_asks_for_does_not_wait(runtime, write, run, rule):
    write(*rule, name="worker")
    code, took, said = run(DRAIN_SECONDS="5")
    assert (code, (runtime / "drain").exists()) == (0, True)
    assert took < 0.5
    assert said.startswith("drain: worker is not ready any more.")


def test_a_role_that_is_not_known(runtime, run):
    code, took, said = run(DRAIN_SECONDS="0.3")
    assert (code, (runtime / "drain").exists()) == (0, True)
    assert took >= 0.3
    assert "role is not known" in said


@pytest.mark.parametrize("value", ["-1", "5s", "five", "nan", "inf", "1e3", " 5", "1,5", "99999"])
def test_what_is_no_time(runtime, web, run, value):
    with pytest.raises(ConfigurationError) as error:
        run(DRAIN_SECONDS=value)
    assert error.value.exit_code == 78
    assert "DRAIN_SECONDS" in str(error.value)
    assert not (runtime / "drain").exists()


def test_undo(runtime, web, run):
    run(DRAIN_SECONDS="0")
    assert run("--undo")[0] == 0
    assert not (runtime / "drain").exists()
    assert run("--undo")[::2] == (0, "drain: it was not draining.\n")


@pytest.mark.parametrize("name", ["web", "worker"])
def test_begun(runtime, write, run, name):
    write("http", "8000", name=name)
    code, took, said = run("--begin", DRAIN_SECONDS="5")
    assert (code, (runtime / "drain").exists()) == (0, True)
    assert took < 0.2
    assert said.startswith("drain: not ready any more.")


def test_what_has_begun_is_waited_for(web, run):
    run("--begin")
    time.sleep(0.5)
    assert run("--begin")[0] == 0  # which is no new beginning
    assert 0.2 < run(DRAIN_SECONDS="1")[1] < 0.8


@pytest.mark.parametrize(
    "before", [(), (("--begin",),), (("--over",),), (("--over",), ("--begin",))]
)
def test_it_was_long_enough(runtime, web, run, before):
    for args in before:
        run(*args)
    code, took, said = run("--over", DRAIN_SECONDS="5")
    assert (code, (runtime / "drain").exists()) == (0, True)
    assert said == "drain: long enough: a later `drain` waits no more.\n"
    code, took, said = run(DRAIN_SECONDS="86400")
    assert (code, (runtime / "drain").exists()) == (0, True)
    assert took < 0.2
    assert "waiting 0.0 s" in said


def test_undone_it_begins_anew(runtime, web, run):
    run("--over")
    run("--undo")
    assert not (runtime / "drain").exists()
    assert run(DRAIN_SECONDS="0.5")[1] >= 0.5


def test_an_unknown_role_is_drained_all_the_same(runtime, run):
    assert run("--over")[0] == run("--begin")[0] == 0
    assert run(DRAIN_SECONDS="5")[1] < 0.2


def test_begun_by_another_user(runtime, web, run, monkeypatch):
    def refuse(path, times):
        raise PermissionError(1, "Operation not permitted")

    run("--begin")
    monkeypatch.setattr(os, "utime", refuse)
    with pytest.raises(WriteError) as error:
        run("--over")
    assert error.value.exit_code == 73
    assert "Operation not permitted" in str(error.value)


def test_taken_back_before_it_was_over(runtime, web, run, monkeypatch):
    def gone(path, times):
        raise FileNotFoundError

    monkeypatch.setattr(os, "utime", gone)
    code, _, said = run("--over")
    assert (code, said) == (1, "drain: it was taken back meanwhile.\n")


def test_undone_while_it_waits(runtime, web, run):
    threading.Timer(0.3, (runtime / "drain").unlink).start()
    code, took, said = run(DRAIN_SECONDS="10")
    assert code == 1
    assert took < 2
    assert "taken back" in said


@pytest.mark.parametrize("args", [(), ("--begin",), ("--over",), ("--undo",)])
def test_not_writable(runtime, web, run, args):
    path = runtime / "role" / "drain"  # below a file
    with pytest.raises(WriteError) as error:
        run(*args, DRAIN_FILE=str(path))
    assert error.value.exit_code == 73
    assert str(path) in str(error.value)


def test_another_file(runtime, web, run, tmp_path):
    run(DRAIN_SECONDS="0", DRAIN_FILE=str(tmp_path / "else"))
    assert (tmp_path / "else").exists()
    assert not (runtime / "drain").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, -15), (signal.SIGINT, 130)])
def test_interrupted_it_stays_not_ready(tmp_path, number, code):
    folder = os.path.dirname(os.path.dirname(drain.__file__))
    program = (
        # As a terminal has it; a job in the background of a shell inherits it ignored.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        f"import sys; sys.path.insert(0, {folder!r}); from entrypoint import drain, role;"
        f"role.FILE = {str(tmp_path / 'role')!r}; sys.exit(drain.main(()))"
    )
    path = tmp_path / "drain"
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "DRAIN_FILE": str(path), "DRAIN_SECONDS": "20"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert "not known" in process.stdout.readline()
        assert "waiting" in process.stdout.readline()
        process.send_signal(number)
        _, complaint = process.communicate(timeout=10)
    assert process.returncode == code
    assert complaint == ""
    assert path.exists()
