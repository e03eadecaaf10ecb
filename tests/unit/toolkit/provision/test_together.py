import threading
import time

import pytest

from toolkit.errors import HostError, ToolkitError, UsageError
from toolkit.provision.machines import machines
from toolkit.provision.together import check, together


@pytest.fixture
def three(manifest):
    return machines(manifest('deploy.hosts = ["a", "b", "c"]\n[roles.web]\n'))


def test_at_the_same_time(three):
    all_here = threading.Barrier(3)
    assert set(together(three, lambda _: all_here.wait(10)).done.values()) == {0, 1, 2}


def test_a_cap(three):
    at_once, most, lock = 0, 0, threading.Lock()

    def work(_):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.02)
        with lock:
            at_once -= 1

    together(three, work, most=2)
    assert most == 2


def test_one_that_fails_stops_no_other(three):
    def work(machine):
        if machine.name == "b":
            raise HostError("b cannot be reached", "try it")
        return machine.name

    outcome = together(three, work)
    assert list(outcome.done.values()) == ["a", "c"]
    with pytest.raises(HostError, match="b cannot be reached"):
        check(outcome.failed)


def test_several_that_fail():
    with pytest.raises(HostError) as raised:
        check({"a": HostError("a is away", "look"), "b": UsageError("b is wrong", "look")})
    assert str(raised.value) == (
        "toolkit: 2 hosts have failed:\n  - a is away\n  - b is wrong\n  look"
    )
    assert raised.value.exit_code == HostError.exit_code


def test_none_that_fails():
    check({})


def test_a_defect_is_no_hosts_failure(three):
    def work(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        together(three, work)
    assert not issubclass(ZeroDivisionError, ToolkitError)
