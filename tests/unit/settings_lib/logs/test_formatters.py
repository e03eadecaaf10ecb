import json
import logging
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings_lib.logs.formatters import JsonFormatter, PlainFormatter

OURS = ["time", "level", "logger", "message", "request_id"]


class Silent:
    def __str__(self):
        raise RuntimeError


CIRCLE = []
CIRCLE.append(CIRCLE)


def record(message="told", *args, **attributes):
    made = logging.LogRecord("app", logging.WARNING, "f.py", 1, message, args, None)
    vars(made).update(attributes)
    return made


def fields(made):
    def refuse(constant):
        raise AssertionError(constant)

    line = JsonFormatter().format(made)
    line.encode()
    assert len(line.splitlines()) == 1
    found = json.loads(line, parse_constant=refuse)
    assert list(found)[:5] == OURS
    return found


def test_the_fields_and_their_order():
    try:
        {}["gone"]
    except KeyError as error:
        exc_info = (KeyError, error, error.__traceback__)
    found = fields(
        record(
            "Größe %s",
            "5\n6",
            exc_info=exc_info,
            stack_info="Stack:\n  here",
            request_id="abc",
            created=1_795_489_524.25,
            order=17,
        )
    )
    assert found.pop("exception").startswith("Traceback (most recent call last):\n")
    assert list(found.items()) == [
        ("time", "2026-11-24T03:05:24.250+00:00"),
        ("level", "warning"),
        ("logger", "app"),
        ("message", "Größe 5\n6"),
        ("request_id", "abc"),
        ("stack", "Stack:\n  here"),
        ("order", 17),
    ]


def test_outside_of_requests():
    assert fields(record())["request_id"] is None
    assert fields(record(request_id="-"))["request_id"] is None


def test_an_extra_field_of_our_name_has_another():
    found = fields(record(level="x", time="y"))
    assert (found["level"], found["extra_level"], found["extra_time"]) == ("warning", "x", "y")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (float("nan"), "nan"),
        ({(1, 2): 3}, "{(1, 2): 3}"),
        (CIRCLE, "[[...]]"),
        pytest.param(10**5000, "<int>", id="big"),
        pytest.param(Silent(), "<Silent>", id="silent"),
        (b"\xff", "b'\\xff'"),
        (datetime(2026, 11, 24), "2026-11-24 00:00:00"),  # noqa: DTZ001
        ("a\udc80b", "a?b"),
        ({"a": [1, None, True]}, {"a": [1, None, True]}),
    ],
)
def test_a_value_that_json_cannot_hold(value, told):
    found = fields(record(value=value, other="kept"))
    assert (found["value"], found["other"]) == (told, "kept")


@pytest.mark.parametrize(
    ("message", "args", "told"),
    [
        ("%d apples", ("five",), "%d apples ('five',)"),
        pytest.param(Silent(), (), "<Silent> ()", id="silent"),
    ],
)
def test_a_message_that_cannot_be_made(message, args, told):
    assert fields(record(message, *args))["message"] == told


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()),
    lambda each: st.lists(each) | st.dictionaries(st.text() | st.integers() | st.binary(), each),
    max_leaves=8,
)


@given(message=st.text(st.characters(categories=None)), extra=JSON, name=st.text(min_size=1))
def test_whatever_it_is_it_is_one_line_of_json(message, extra, name):
    made = record(message)
    vars(made).setdefault(name, extra)
    fields(made)


def test_what_is_kept_out():
    """A request's representation has its query string, and Celery adds a task's arguments."""
    assert "request" not in fields(record(request="<WSGIRequest: GET '/?token=secret'>"))
    made = record(data={"args": "secret"})
    assert "data" in fields(made)
    made.name = "celery.app.trace"
    assert "data" not in fields(made)


def test_plain():
    made = record("told\nmore \udc80", request_id="abc")
    line = PlainFormatter().format(made)
    assert line.endswith(" WARNING app [abc] told\nmore \\udc80")
    stamp = datetime.fromisoformat(line[:29])
    assert stamp.utcoffset() is not None
    assert abs(stamp.timestamp() - made.created) < 0.001
    assert " app [-] told" in PlainFormatter().format(record())
