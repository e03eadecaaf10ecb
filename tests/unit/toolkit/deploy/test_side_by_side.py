import signal
import threading
import time

import pytest

from toolkit.deploy.side_by_side import Results, end, side_by_side
from toolkit.errors import ConfigurationError, HostError, UsageError

PLACES = [f"app{number}" for number in range(12)]


def test_at_the_same_time():
    """Each waits for all the others: none is begun after another."""
    all_here = threading.Barrier(len(PLACES), timeout=10)

    def work(place):
        all_here.wait()
        return place.upper()

    results = side_by_side(PLACES, work)
    assert list(results.done.items()) == [(place, place.upper()) for place in PLACES]
    assert results.failed == {}


def test_a_cap():
    at_once, most, lock = 0, 0, threading.Lock()

    def work(_):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.01)
        with lock:
            at_once -= 1

    side_by_side(PLACES, work, most=3)
    assert most == 3


def test_one_that_fails_stops_no_other():
    errors = {"app3": HostError("app3 cannot be reached"), "app1": ConfigurationError("app1 is")}

    def work(place):
        if place in errors:
            raise errors[place]

    results = side_by_side(PLACES, work)
    assert list(results.done) == [place for place in PLACES if place not in errors]
    assert list(results.failed.items()) == [("app1", errors["app1"]), ("app3", errors["app3"])]


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit])
def test_another_error_is_raised_once_all_have_ended(error):
    ended = []

    def work(place):
        if place == PLACES[0]:
            raise error
        time.sleep(0.01)
        ended.append(place)

    with pytest.raises(error):
        side_by_side(PLACES, work, most=3)
    assert sorted(ended) == sorted(PLACES[1:])


def test_nowhere():
    assert side_by_side([], lambda place: place) == Results()


def test_an_interrupt_ends_it_at_once_and_begins_nothing_more():
    begun, threads, go_on = [], [], threading.Event()
    main = threading.main_thread().ident

    def work(place):
        begun.append(place)
        threads.append(threading.current_thread())
        signal.pthread_kill(main, signal.SIGINT)
        go_on.wait(10)

    former = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's & ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            side_by_side(PLACES, work, most=1)
    finally:
        signal.signal(signal.SIGINT, former)
    assert threads[0].daemon
    go_on.set()
    threads[0].join(10)
    assert begun == PLACES[:1]


def test_the_end_of_none():
    end({})


def test_the_end_of_one():
    error = HostError("a is away", "look")
    with pytest.raises(HostError) as raised:
        end({"a": error})
    assert raised.value is error


def test_the_end_of_several():
    with pytest.raises(HostError) as raised:
        end({
            "a": HostError("a is away", "look"),
            "b": UsageError("b is wrong", "look"),
            "c": HostError("c is away", "try"),
        })  # fmt: skip
    assert str(raised.value) == (
        "toolkit: 3 hosts have failed:\n  - a is away\n  - b is wrong\n  - c is away\n  look\n  try"
    )
    assert raised.value.exit_code == HostError.exit_code
