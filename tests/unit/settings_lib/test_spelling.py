from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings_lib.schema import SCHEMA
from settings_lib.spelling import SHORTEST, meant
from settings_lib.variables import Var

FOREIGN = Path(__file__).with_name("foreign_variables.txt")
VARIABLES = tuple(SCHEMA.values())
NAMES = [name for var in VARIABLES for name in var.names]
#: Where one character more or less leaves enough, and is no neighbour's in a link.
LONG = [name for name in NAMES if len(name.replace("_", "")) > SHORTEST and "_PORT_" not in name]


def foreign():
    words = (
        word
        for line in FOREIGN.read_text().splitlines()
        if not line.startswith("#")
        for word in line.split()
    )
    return {name: value or "x" for name, _, value in (word.partition("=") for word in words)}


def test_no_alarm_at_what_other_programs_use():
    assert len(foreign()) > 500
    assert meant(VARIABLES, foreign()) == {}
    assert meant(VARIABLES, dict.fromkeys(NAMES, "x")) == {}
    assert meant(VARIABLES, {f"{name}_FILE": "x" for name in NAMES}) == {}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("ALOWED_HOSTS", "ALLOWED_HOSTS"),
        ("ALLOWED_HOST", "ALLOWED_HOSTS"),
        ("DATABASE_ULR", "DATABASE_URL"),
        ("DEBUGG", "DEBUG"),
        ("debug", "DEBUG"),
        ("SECRETKEY", "SECRET_KEY"),
        ("secret_key", "SECRET_KEY"),
        ("SECRET-KEY", "SECRET_KEY"),
        ("SECRET_KEYS_FILE", "SECRET_KEY_FILE"),
        ("DB_PORTS", "DB_PORT"),
        ("CLOUDAMPQ_URL", "CLOUDAMQP_URL"),
    ],
)
def test_a_slip(name, known):
    assert meant(VARIABLES, {name: "x"}) == {name: known}


@pytest.mark.parametrize("name", ["DBUG", "ALLOWED", "DATABASE_URLS_2", "LINK_HOST"])
def test_more_than_a_slip(name):
    assert meant(VARIABLES, {name: "x"}) == {}


def test_what_the_app_declares_is_known():
    own = (*VARIABLES, Var(name="DEBUGG", help=""))
    assert meant(own, {"DEBUGG": "x"}) == {}


@given(st.sampled_from(LONG), st.data())
def test_any_slip_is_found(name, data):
    place = data.draw(st.integers(0, len(name) - 2))
    letter = data.draw(st.sampled_from("AEQX7"))
    slips = [
        name[:place] + name[place + 1 :],
        name[:place] + letter + name[place:],
        name[:place] + letter + name[place + 1 :],
        name[:place] + name[place + 1] + name[place] + name[place + 2 :],
    ]
    wrong = data.draw(st.sampled_from(slips))
    if wrong not in NAMES and wrong not in foreign():
        assert wrong in meant(VARIABLES, {wrong: "x"})


def test_it_takes_no_time():
    """The goal is 3 ms for 200 variables; a loaded machine gets some more."""
    environ = dict.fromkeys(list(foreign())[:200], "x")
    taken = []
    for _ in range(20):
        began = perf_counter()
        meant(VARIABLES, environ)
        taken.append(perf_counter() - began)
    assert min(taken) < 0.006


def test_an_empty_value_is_as_good_as_none():
    assert meant(VARIABLES, {"DEBUGG": ""}) == {}
