"""Mistakes in a settings module's declarations: each says what to do."""

import pytest

from settings_lib import INT, JSON, LIST, SCHEMA, DeclarationError, Group, Var, common, configure
from settings_lib.schema import groups_for, own_variables, variables_of


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"extra": [Var(name="DEBUG", help="")]}, "DEBUG is declared as str, and the library"),
        ({"extra": [Var(name="X", aliases=("BROKER_URL",), help="")]},
         "twice: BROKER_URL, by CELERY_BROKER_URL and by X. Read what CELERY_BROKER_URL gives"),
        ({"extra": [Var(name="X", help=""), Var(name="X", help="")]},
         "twice: X. Declare X once"),
        ({"extra": [Var(name="X", help=""), Var(name="X_FILE", help="")]},
         "X_FILE .of X_FILE. is what X reads a file's path from"),
        ({"require": ["CACHE_ULR"]}, "not declared: CACHE_ULR. Did you mean CACHE_URL?"),
        ({"require": ["MOON"]}, "not declared: MOON. Add it to extra"),
        ({"require": ["BROKER_URL"]}, "It is an alias: require CELERY_BROKER_URL"),
        ({"require": "CACHE_URL"}, "require is a str. Write a list: require="),
        ({"databases": "replica"}, 'databases is a str. Write a list: databases=."replica".'),
        ({"extra": Var(name="X", help="")}, "extra is a Var. Write a list: extra="),
        ({"extra": ["X"]}, "extra has a str. It takes Var"),
        ({"extra": [Var(name="moon", help="")]}, "'moon' is no name of a variable"),
        ({"extra": [Var(name="X", aliases="Y", help="")]}, "aliases of X is a str"),
        ({"extra": [Var(name="X", type=int, help="")]}, "type of X is <class 'int'>. Take one of"),
        ({"extra": [Var(name="X", required="yes", help="")]}, "required of X is 'yes'. Write True"),
        ({"extra": [Var(name="X", type=INT, default="3", help="")]},
         "default of X is a str, and its type int gives a int"),
        ({"extra": [Var(name="X", type=INT, default=True, help="")]}, "default of X is a bool"),
        ({"extra": [Var(name="X", type=INT, example="three", help="")]},
         "example of X is not a valid int. Expected a whole number"),
        ({"extra": [Group(title="X", variables=(Var(name="x", help=""),))]}, "'x' is no name"),
    ],
)  # fmt: skip
def test_a_mistake(options, message):
    with pytest.raises(DeclarationError, match=message):
        variables_of(groups_for(**options))


@pytest.mark.parametrize(
    ("name", "hint"),
    [("databses", "Did you mean databases?"), ("environ_", ""), ("colour", "There are app, extra")],
)
def test_a_keyword_that_is_no_parameter(complete, name, hint):
    namespace = {}
    with pytest.raises(DeclarationError, match=f"no parameter {name}.*{hint}"):
        configure(namespace, app="moon", environ=complete, **{name: []})
    assert namespace == {}


@pytest.mark.parametrize("names", [{}, {"app": "a", "project": "b"}])
def test_common_needs_one_name(names):
    with pytest.raises(DeclarationError, match="needs the app's name"):
        common(**names)


def test_a_mistake_is_a_value_error():
    assert issubclass(DeclarationError, ValueError)


def test_what_is_right():
    extra = (
        SCHEMA["DB_HOST"].with_aliases("PGHOST"),
        Var(name="ITEMS", type=LIST, default=["a"], help=""),
        Var(name="TREE", type=JSON, default={"a": 1}, help=""),
        Var(name="STATS_DATABASE_URL", help=""),
        Group(title="Celery", variables=(Var(name="QUEUES", help=""),)),
    )
    groups = groups_for(extra=iter(extra), databases=iter(["replica"]), require={"CACHE_URL"})
    names = [var.name for var in own_variables(groups, ["replica"])]
    assert names == ["ITEMS", "TREE", "STATS_DATABASE_URL", "QUEUES"]
    by_name = {var.name: var for var in variables_of(groups)}
    assert "PGHOST" in by_name["DB_HOST"].names
    assert by_name["CACHE_URL"].required is True
    assert SCHEMA["CACHE_URL"].required is False
