"""`wait`: its arguments, and its loop over services that come late, never, or hang."""

import itertools
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoint import waiting
from entrypoint.dispatch import dispatch
from entrypoint.errors import ConfigurationError, UsageError
from entrypoint.services import KINDS, Service
from entrypoint.verbs import wait as verb


def plan(root, *args, **environ):
    return dispatch(("wait", *args), {"APP": "antisocial", **environ}, root)


@pytest.mark.parametrize(
    ("args", "environ", "argv"),
    [
        ((), {}, ("--timeout=60",)),
        (("database",), {}, ("--timeout=60", "database")),
        (("cache", "broker"), {"WAIT_TIMEOUT": "5"}, ("--timeout=5", "cache", "broker")),
        (("--timeout", "0.5"), {"WAIT_TIMEOUT": "5"}, ("--timeout=0.5",)),
        (("database", "--timeout=120"), {}, ("--timeout=120", "database")),
        ((), {"WAIT_TIMEOUT": ""}, ("--timeout=60",)),
    ],
)
def test_the_plan(antisocial, args, environ, argv):
    found = plan(antisocial, *args, **environ)
    assert found.argv == ("python", "manage.py", "wait", *argv)
    assert found.inline
    assert found.commands == ("wait",)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("databse",), "wait does not know 'databse'.\n  Did you mean database? It is any of"),
        (("redis",), "Did you mean cache?"),
        (("moon",), "It is any of: database, cache, broker"),
        (("--timeot", "3"), "wait has no option --timeot."),
        (("--timeout",), "--timeout needs a number of seconds."),
        (("--timeout", "lots"), "--timeout is not a number of seconds"),
        (("--timeout=0",), "--timeout is not a number of seconds above 0"),
    ],
)
def test_wrong_arguments(antisocial, args, message):
    with pytest.raises(UsageError) as caught:
        plan(antisocial, *args)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["lots", "-1", "0", "nan", "1e3", "100000"])
def test_a_wrong_variable(antisocial, text):
    with pytest.raises(ConfigurationError) as caught:
        plan(antisocial, WAIT_TIMEOUT=text)
    assert "WAIT_TIMEOUT is not a number of seconds" in str(caught.value)


@given(st.lists(st.text(max_size=12) | st.sampled_from(["--timeout", "9", *KINDS]), max_size=4))
def test_any_arguments_make_a_plan_or_one_message(args):
    class Project:
        def manage_py(self):
            return "/app/manage.py"

        def variables(self):
            return {}

    try:
        found = verb.plan_wait(tuple(args), {}, Project())
    except UsageError as error:
        assert error.hint
    else:
        assert float(found.argv[3].partition("=")[2]) > 0
        assert set(found.argv[4:]) <= set(KINDS)


def test_the_kinds_are_known_without_django():
    assert verb.KINDS == KINDS


def late(seconds):
    """Return a service that is there after some seconds."""
    there = time.monotonic() + seconds

    def connect(timeout):
        assert 0 < timeout <= waiting.ATTEMPT
        if time.monotonic() < there:
            raise ConnectionRefusedError("Connection refused")

    return connect


def test_services_are_asked_all_at_once():
    said = []
    began = time.monotonic()
    services = [Service(f"database {name}", "", late(0.6)) for name in "abc"]
    assert waiting.wait([*services, Service("cache", "", late(0))], 5, said.append) == {}
    assert time.monotonic() - began < 1.7
    assert len([line for line in said if "there after" in line]) == 4
    assert said.count("database a: waiting: connection refused") == 1
    assert "cache: there after 0.0 s" in said


def test_at_the_deadline_what_is_missing_is_listed_with_its_reason():
    def refuse(_):
        raise OSError('FATAL: password authentication failed for user "x"')

    def hang(_):
        threading.Event().wait(30)

    services = [
        Service("database default", "app at db", refuse),
        Service("broker", "amqp://", hang),
        Service("cache default", "", late(0)),
    ]
    began = time.monotonic()
    missing = waiting.wait(services, 0.7, lambda _: None)
    assert 0.7 <= time.monotonic() - began < 1.2
    assert missing == {
        "broker (amqp://)": "no answer in time",
        "database default (app at db)": (
            'wrong user or password: FATAL: password authentication failed for user "x"'
        ),
    }


def test_a_reason_is_told_once_and_a_new_one_too():
    errors = iter(
        ["Connection refused", "Connection refused", "the database system is starting up"]
    )

    def connect(_):
        text = next(errors, None)
        if text:
            raise OSError(text)

    said = []
    assert waiting.wait([Service("database a", "", connect)], 5, said.append) == {}
    assert said[:2] == [
        "database a: waiting: connection refused",
        "database a: waiting: still starting",
    ]
    assert said[2].startswith("database a: there after ")
    assert len(said) == 3


def test_the_pauses_grow_and_differ():
    times = []

    def connect(_):
        times.append(time.monotonic())
        raise OSError

    waiting.wait([Service("a", "", connect)], 1.2, lambda _: None)
    pauses = [after - before for before, after in itertools.pairwise(times)]
    assert 3 <= len(pauses) <= 9
    assert pauses[-1] > pauses[0]
    assert len({round(pause, 6) for pause in pauses}) == len(pauses)


def test_nothing_to_wait_for():
    assert waiting.wait([], 60, pytest.fail) == {}
