"""Hooks: real processes, with real signals."""

import os
import signal
import subprocess
import sys
import time

import pytest

DRIVER = """\
import sys
from entrypoint.execute import execute
from entrypoint.errors import EntrypointError
from entrypoint.plan import Hook, Plan

def hook(code, may_fail=False):
    return Hook(("exec", "hook"), Plan((sys.executable, "-c", code)), may_fail=may_fail)

plan = Plan((sys.executable, "-c", {main!r}), before=({before}), after=({after}))
plan.verb = "job"
try:
    execute(plan)
except EntrypointError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""


def driver(main="print('main')", before="", after=""):
    return [sys.executable, "-c", DRIVER.format(main=main, before=before, after=after)]


def run(**parts):
    return subprocess.run(driver(**parts), capture_output=True, text=True, check=False)


def test_hooks_run_in_order():
    done = run(
        before="hook('print(1)'), hook('print(2)'),",
        main="print('main')",
        after="hook('print(3)'),",
    )
    assert done.stdout.split() == ["1", "2", "main", "3"]
    assert done.returncode == 0


def test_a_hook_that_fails_ends_it():
    done = run(before="hook('raise SystemExit(3)'), hook('print(2)'),")
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == (
        "entrypoint: before job, `exec hook` failed with exit code 3."
    )


def test_a_role_is_not_ready_while_its_hooks_run(tmp_path):
    waiting = tmp_path / "waiting"
    look = f"import os; print(open({str(waiting)!r}).read(), end=''); print(os.getpid())"
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            f"from entrypoint import heartbeat; heartbeat.WAITING = {str(waiting)!r}\n"
            + DRIVER.format(main="print('main')", before=f"hook({look!r}),", after="").replace(
                "execute(plan)", "execute(plan, in_container=True)"
            ),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "exec hook, before job"
    assert done.stdout.splitlines()[-1] == "main"
    assert not waiting.exists()


def test_a_hook_that_may_fail():
    done = run(before="hook('raise SystemExit(3)', True),")
    assert (done.returncode, done.stdout) == (0, "main\n")
    assert "failed with exit code 3; going on" in done.stderr


@pytest.mark.parametrize(
    ("main", "code"), [("raise SystemExit(5)", 5), ("import os; os.abort()", 134)]
)
def test_nothing_comes_after_a_failure(main, code):
    done = run(main=main, after="hook('print(3)'),")
    assert (done.returncode, done.stdout) == (code, "")


def test_a_hook_after_that_fails():
    done = run(after="hook('raise SystemExit(4)'),")
    assert done.returncode == 4
    assert "after job" in done.stderr


WAITING = """\
import signal, sys, time
def end(number, frame):
    print("asked", number, flush=True)
    {then}
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGHUP, lambda *_: print("reloaded", flush=True))
print("up", flush=True)
while True:
    time.sleep(0.05)
"""


def started(**parts):
    process = subprocess.Popen(
        driver(**parts),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "up\n"
    return process


def test_signals_reach_the_verb_that_hooks_come_after():
    process = started(main=WAITING.format(then="sys.exit(0)"), after="hook('print(3)'),")
    process.send_signal(signal.SIGHUP)
    assert process.stdout.readline() == "reloaded\n"
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=10)
    assert rest.split() == ["asked", "15", "3"]
    assert process.returncode == 0


def test_whoever_stops_it_in_a_hook_stops_it():
    code = WAITING.format(then="sys.exit(0)")
    process = started(before=f"hook({code!r}),")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert out.split() == ["asked", "15"]  # and no main
    assert process.returncode == 128 + 15
    assert "stopped by signal 15 before job" in err


def test_a_hook_does_not_outlive_a_kill_of_its_own():
    process = started(before=f"hook({WAITING.format(then='pass')!r}),")
    child = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=True
    )
    os.kill(int(child.stdout), signal.SIGKILL)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 128 + 9
    assert "failed with exit code 137" in err


def test_nothing_is_left_behind():
    began = time.monotonic()
    assert run(before="hook('pass'),").returncode == 0
    assert time.monotonic() - began < 10
