"""How roles end: at once when idle, and with what they have begun when not."""

import threading
import time
import urllib.request

import pytest
from containers import wait_until

#: Seconds after TERM within which an idle role has ended, as the issue says.
IDLE = 2

#: Seconds that a request or a task in flight takes, and within which its role has ended.
BUSY, END = 5, 7

ROLES = ("run", "worker", "beat")

#: A program whose child leaves an orphan that ends soon.
ORPHAN = """\
import os, time
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(0.5)
    os._exit(0)
os.wait()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("verb", ROLES)
def test_idle_role_ends_at_once(role, example_image, say, verb):
    container = role(example_image, verb)
    ended = container.end("TERM")
    say(f"{verb} ended {ended.seconds:.2f} s after TERM")
    assert ended.code == 0, container.logs()
    assert ended.seconds < IDLE


# Celery's worker shuts down as warmly after INT as after TERM, and calls it a failure.
@pytest.mark.parametrize(("verb", "code"), [("run", 0), ("worker", 1), ("beat", 0)])
def test_interrupted_role_ends(role, example_image, verb, code):
    container = role(example_image, verb)
    ended = container.end("INT")
    assert ended.code == code, container.logs()
    assert ended.seconds < IDLE


def test_request_in_flight_is_answered(role, child_image, say):
    web = role(child_image, "run")
    answers = []

    def ask():
        with urllib.request.urlopen(web.url(f"/slow/{BUSY}/"), timeout=30) as answer:
            answers.append((answer.status, answer.read()))

    asking = threading.Thread(target=ask)
    asking.start()
    web.wait_for_log("slow: began")
    ended = web.end("TERM")
    asking.join()
    say(f"web ended {ended.seconds:.2f} s after TERM, with a request of {BUSY} s in flight")
    assert answers == [(200, b"done\n")]
    assert ended.code == 0
    assert ended.seconds < END


def test_task_in_flight_is_finished(role, child_image, say):
    worker = role(child_image, "worker")
    code = f"from slow.tasks import leave_marks; leave_marks.delay('/data', {BUSY})"
    started = worker.exec("manage", "shell", "-v", "0", "-c", code)
    assert started.returncode == 0, started.stderr
    wait_until(lambda: worker.file("/data/began") is not None, worker.name)
    ended = worker.end("TERM")
    say(f"the worker ended {ended.seconds:.2f} s after TERM, with a task of {BUSY} s in flight")
    assert worker.file("/data/done") is not None, worker.logs()
    assert ended.code == 0
    assert ended.seconds < END


@pytest.mark.parametrize("options", [(), ("--init",)], ids=["tini", "under --init"])
def test_orphans_are_reaped(containers, base, options):
    container = containers.start(base, "exec", "python", "-c", ORPHAN, options=options)
    container.wait_for_log("ready")
    time.sleep(1)
    assert "zombie" not in str(container.tree())
    assert "[WARN" not in container.logs()


@pytest.mark.parametrize(("signal", "code"), [("TERM", 128 + 15), ("INT", 128 + 2)])
def test_program_gets_the_signal(containers, base, signal, code):
    container = containers.idle(base)
    ended = container.end(signal)
    assert ended.code == code
    assert ended.seconds < IDLE
