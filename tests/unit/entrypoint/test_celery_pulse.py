"""The pulse of a loop that turns, stands still, or waits for its broker."""

import contextlib
import os
import socket
import time

import pytest
from kombu import Connection

from entrypoint import heartbeat
from entrypoint.celery_roles import pulse as pulses
from entrypoint.celery_roles.pulse import Pulse

ANSWERS = "memory://"
REFUSES = "amqp://127.0.0.1:1"
OLD = 1_000_000_000


@pytest.fixture(autouse=True)
def runtime(tmp_path, monkeypatch):
    """The folder that stands for /run/app, and intervals that tests can wait for."""
    monkeypatch.setattr(heartbeat, "HEARTBEAT", str(tmp_path / "heartbeat"))
    monkeypatch.setattr(heartbeat, "WAITING", str(tmp_path / "waiting"))
    monkeypatch.setattr(pulses, "INTERVAL", 0.02)
    monkeypatch.setattr(pulses, "STALL", 0.1)
    return tmp_path


@pytest.fixture
def pulse():
    """Makes the pulse of a role whose broker is at an address, and ends it."""
    made = []

    def make(broker, **options):
        pulse = Pulse(
            lambda: Connection(broker[0] if isinstance(broker, list) else broker), **options
        )
        made.append(pulse)
        pulse.beat()
        pulse.watch()
        return pulse

    yield make
    for each in made:
        each.end("the end of the test")
        each._watcher.join(10)
        assert not each._watcher.is_alive()


@pytest.fixture
def silent():
    """The address of a broker that takes connections, by its kernel, and says nothing."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"amqp://127.0.0.1:{server.getsockname()[1]}"


def old(runtime):
    os.utime(runtime / "heartbeat", (OLD, OLD))


def is_old(runtime):
    return (runtime / "heartbeat").stat().st_mtime == OLD


def waiting(runtime):
    with contextlib.suppress(FileNotFoundError):
        return (runtime / "waiting").read_text().strip()


def eventually(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_loop_that_turns_has_a_pulse(pulse, runtime):
    beating = pulse(REFUSES)
    for _ in range(20):
        old(runtime)
        beating.beat()
        assert not is_old(runtime)
        time.sleep(0.01)
    assert waiting(runtime) is None


def test_a_loop_that_is_stuck_has_none_though_its_broker_answers(pulse, runtime):
    pulse(ANSWERS)
    old(runtime)
    time.sleep(0.5)
    assert is_old(runtime)
    assert waiting(runtime) is None


@pytest.mark.parametrize("broker", ["refuses", "silent"])
def test_a_loop_that_waits_for_its_broker_says_so_until_it_turns(pulse, runtime, silent, broker):
    beating = pulse({"refuses": REFUSES, "silent": silent}[broker])
    eventually(lambda: waiting(runtime) == "the broker")
    time.sleep(0.3)
    assert waiting(runtime) == "the broker"
    beating.beat()
    assert waiting(runtime) is None


def test_a_loop_that_does_not_find_its_broker_again_dies_later(pulse, runtime):
    broker = [REFUSES]
    pulse(broker)
    eventually(lambda: waiting(runtime) == "the broker")
    old(runtime)
    broker[0] = ANSWERS
    eventually(lambda: waiting(runtime) is None)
    assert not is_old(runtime)  # it has time to find it
    old(runtime)
    time.sleep(0.5)
    assert is_old(runtime)
    assert waiting(runtime) is None


def test_a_loop_that_works_is_not_stuck(pulse, runtime):
    pulse(REFUSES, busy=lambda: True)
    old(runtime)
    eventually(lambda: not is_old(runtime))
    time.sleep(0.3)
    assert waiting(runtime) is None


def test_what_the_role_itself_waits_for_stays(pulse, runtime):
    beating = pulse(ANSWERS)
    beating.wait_for("the lock")
    time.sleep(0.3)
    assert waiting(runtime) == "the lock"
    beating.beat()
    assert waiting(runtime) is None


def test_a_role_that_ends_is_not_ready_any_more(pulse, runtime):
    beating = pulse(ANSWERS)
    beating.end("its tasks")
    beating.beat()
    beating.wait_for("the broker")
    assert waiting(runtime) == "its tasks"


def test_files_that_cannot_be_written_are_mentioned_once(pulse, runtime, monkeypatch, caplog):
    monkeypatch.setattr(heartbeat, "HEARTBEAT", str(runtime / "gone" / "heartbeat"))
    beating = pulse(ANSWERS)
    beating.beat()
    assert caplog.text.count("cannot be written") == 1
