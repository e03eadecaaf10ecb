import threading
import time

import pytest

from toolkit.deploy.hosts import Host
from toolkit.errors import HostError
from toolkit.operate.asking import Answer, end, everywhere, lost

HOSTS = [Host(name=f"app{number}", user="deploy") for number in range(12)]


def test_everywhere_at_the_same_time():
    """Each waits for all the others: none is asked after another."""
    together = threading.Barrier(len(HOSTS), timeout=10)

    def ask(host):
        together.wait()
        return host.name

    answers = everywhere(HOSTS, ask)
    assert list(answers) == HOSTS
    assert [each.value for each in answers.values()] == [host.name for host in HOSTS]


def test_a_cap():
    most, now, lock = 0, 0, threading.Lock()

    def ask(host):
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1

    everywhere(HOSTS, ask, cap=3)
    assert most == 3


def test_a_host_that_is_lost():
    error = HostError("app3 cannot be reached")

    def ask(host):
        if host.name == "app3":
            raise error
        return host.name

    answers = everywhere(HOSTS, ask)
    assert answers[HOSTS[3]] == Answer(lost=error)
    assert answers[HOSTS[4]].value == "app4"
    assert lost(answers) == [error]


def test_another_error_is_raised():
    def ask(host):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        everywhere(HOSTS, ask)


def test_nobody_to_ask():
    assert everywhere([], lambda host: host) == {}


def test_the_end():
    end([])
    with pytest.raises(HostError, match="app1 is gone"):
        end([HostError("app1 is gone", "hint")])
    with pytest.raises(HostError, match="2 hosts gave no answer:\n  - app1 is gone\n  - app2 too"):
        end([HostError("app1 is gone"), HostError("app2 too")])
