import re

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from settings_lib.app import App
from settings_lib.command.documents.example import required
from settings_lib.command.documents.json_schema import DIALECT, json_schema
from settings_lib.command.loading import common
from settings_lib.configured import Configured
from settings_lib.schema import SCHEMA, groups_for
from settings_lib.types import parsing
from settings_lib.variables import Var

COMMON = json_schema(common({}))
TYPES = {
    var.type.name: var.type for var in SCHEMA.values() if var.type.pattern or var.type.choices
} | {each.name: each for each in vars(parsing).values() if isinstance(each, parsing.Type)}
PATTERNS = [each for each in TYPES.values() if each.pattern]


def valid(environ, schema=COMMON):
    return jsonschema.Draft202012Validator(schema).is_valid(environ)


@pytest.fixture
def example():
    return required(common({}))


def test_it_is_a_schema():
    assert COMMON["$schema"] == DIALECT
    jsonschema.Draft202012Validator.check_schema(COMMON)
    for each in COMMON["properties"].values():
        assert each["description"]
        re.compile(each.get("pattern", ""))


def test_the_example_is_valid(example):
    assert valid(example)
    assert valid(example | {"SOMETHING_ELSE": "x", "DEBUG": "", "DB_PORT": "tcp://10.0.0.1:5432"})


@pytest.mark.parametrize(
    "change",
    [{"DEBUG": "ture"}, {"DB_PORT": "x"}, {"LOG_LEVEL": "loud"}, {"SECRET_KEY": ""}, {"DEBUG": 1}],
)
def test_what_is_wrong_is_not(example, change):
    assert not valid(example | change)


@pytest.mark.parametrize(
    "change", [{"DEBUG": " TRUE "}, {"LOG_LEVEL": "INFO"}, {"LOG_LEVEL": " info"}, {"DB_PORT": "1"}]
)
def test_what_the_library_lets_pass_passes(example, change):
    assert valid(example | change)


@pytest.mark.parametrize("environ", [{"BUILD": "1"}, {"BUILD": " True "}, {"BUILD_FILE": "/x"}])
def test_in_build_mode_nothing_is_required(environ):
    assert valid(environ)
    assert not valid({**environ, "DEBUG": "ture"})
    assert not valid({"BUILD": "0"})


def test_one_of_the_names_is_enough():
    rest = {"DATABASE_URL": "sqlite://", "ALLOWED_HOSTS": "a"}
    assert not valid(rest)
    for name in ("SECRET_KEY", "SECRET_KEY_FILE", "DJANGO_SECRET_KEY", "DJANGO_SECRET_KEY_FILE"):
        assert valid(rest | {name: "x"})


def test_what_it_says_of_a_variable():
    own = (
        Var(name="MOON", type=parsing.choice("full", "new"), default="new", aliases=("LUNA",),
            fallbacks=("SUN",), secret=True, help="A moon.", example="full"),
    )  # fmt: skip
    schema = json_schema(Configured(app=App(name="a"), groups=groups_for(extra=own), environ={}))
    pattern = r"^(\s*([fF][uU][lL][lL]|[nN][eE][wW])\s*)?$"
    values = {
        "type": "string",
        "anyOf": [{"enum": ["full", "new"]}, {"pattern": pattern}],
        "writeOnly": True,
    }
    assert schema["properties"]["MOON"] == {
        "description": "A moon. One of full, new.",
        "default": "new",
        "examples": ["full"],
        **values,
    }
    assert schema["properties"]["LUNA"] == {
        "description": "Another name of MOON.",
        "deprecated": True,
        **values,
    }
    assert schema["properties"]["SUN"] == {
        "description": "Read where MOON is not set.",
        "type": "string",
        "writeOnly": True,
    }
    [pattern] = schema["patternProperties"]
    assert all(re.search(pattern, f"{name}_FILE") for name in ("MOON", "LUNA", "SUN", "DEBUG"))
    assert not re.search(pattern, "SSL_CERT_FILE")


@pytest.mark.parametrize("type_", PATTERNS, ids=lambda each: each.name)
@given(data=st.data())
def test_what_a_type_takes_its_pattern_takes(type_, data):
    texts = st.one_of(
        st.from_regex(type_.pattern), st.text(), st.integers().map(str), st.floats().map(str)
    )
    text = data.draw(texts).strip()
    assume(text)  # an empty one is as good as none
    try:
        type_.parse(text)
    except ValueError:
        return
    assert re.search(type_.pattern, text)


@pytest.mark.parametrize("var", SCHEMA.values(), ids=lambda var: var.name)
def test_examples_and_defaults_are_valid(var):
    schema = COMMON["properties"][var.name]
    for text in (*schema.get("examples", ()), schema.get("default", "")):
        assert jsonschema.Draft202012Validator(schema).is_valid(text)
        if text:
            var.type.parse(text)
