"""django-environ's traps, one after the other: none of them gets through."""

import os
import warnings

import environ as django_environ
import pytest

from settings_lib.app import App
from settings_lib.errors import ConfigurationError
from settings_lib.fragments import database
from settings_lib.reading import read
from settings_lib.types.parsing import FLOAT, INT, LIST, choice
from settings_lib.variables import Var

OWN = (
    Var(name="RATIO", type=FLOAT, help=""),
    Var(name="COUNT", type=INT, help=""),
    Var(name="NAMES", type=LIST, help=""),
    Var(name="COLOUR", type=choice("red", "green"), help=""),
    Var(name="TOKEN", secret=True, help=""),
)


def own(**environ):
    return read(OWN, environ)


def the_problem(reading, **environ):
    with pytest.raises(ConfigurationError) as caught:
        reading(**environ)
    [problem] = caught.value.problems
    text = str(caught.value)
    assert not any(value in text for value in environ.values() if value)
    return problem


def test_a_bool_with_a_typing_error_is_no_false(values):
    assert django_environ.Env.parse_value("ture", bool) is False
    assert the_problem(values, DEBUG="ture").name == "DEBUG"


def test_a_float_with_a_unit_is_no_number():
    assert django_environ.Env.parse_value("10s", float) == 10.0
    assert the_problem(own, RATIO="10s").name == "RATIO"
    assert the_problem(own, RATIO="1.000,5").name == "RATIO"


def test_a_list_has_no_white_space():
    assert django_environ.Env.parse_value("a, b", list) == ["a", " b"]
    assert own(NAMES="a, b ,c")["NAMES"] == ("a", "b", "c")


@pytest.mark.parametrize("text", ["$SECRET_KEY", "$TOKEN", "$", "$$", "${HOME}", "$(id)", "a$HOME"])
def test_a_dollar_sign_is_a_dollar_sign(values, text):
    assert own(TOKEN=text, HOME="/root", SECRET_KEY="other")["TOKEN"] == text
    assert values(SECRET_KEY=text)["SECRET_KEY"] == text
    assert values(DATABASE_URL="", DB_PASSWORD=text)["DB_PASSWORD"] == text


def test_a_dollar_sign_does_not_recurse():
    env = django_environ.Env()
    env.ENVIRON = {"TOKEN": "$TOKEN"}
    with pytest.raises(RecursionError):
        env("TOKEN")
    assert own(TOKEN="$TOKEN")["TOKEN"] == "$TOKEN"


def test_an_int_error_names_the_variable():
    env = django_environ.Env()
    env.ENVIRON = {"COUNT": "geheim"}
    with pytest.raises(ValueError, match="invalid literal") as caught:
        env.int("COUNT")
    assert "COUNT" not in str(caught.value)
    assert the_problem(own, COUNT="geheim").name == "COUNT"


def test_a_choice_s_error_does_not_print_the_value():
    env = django_environ.Env()
    env.ENVIRON = {"COLOUR": "geheim"}
    with pytest.raises(django_environ.ImproperlyConfigured, match="geheim"):
        env.str("COLOUR", choices=("red", "green"))
    problem = the_problem(own, COLOUR="geheim")
    assert problem.right == "Expected one of red, green."


def test_pool_is_true_and_no_text(values):
    assert django_environ.Env.db_url_config("postgres://h/n?pool=true")["OPTIONS"] == {
        "pool": "true"
    }
    read_values = values(DATABASE_URL="postgres://h/n?pool=true")
    entry = database.settings(read_values, App())["DATABASES"]["default"]
    assert entry["OPTIONS"]["pool"] is True


def test_an_empty_database_url_is_a_missing_one(values):
    with pytest.warns(UserWarning, match="Engine not recognized"):
        assert django_environ.Env.db_url_config("") == {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        problem = the_problem(values, DATABASE_URL="")
    assert (problem.name, problem.wrong[:10]) == ("DATABASE_URL", "is not set")


def test_an_unknown_scheme_is_no_engine(values):
    assert django_environ.Env.db_url_config("postgress://h/n")["ENGINE"] == "postgress"
    assert the_problem(values, DATABASE_URL="postgress://h/n").name == "DATABASE_URL"


def test_a_file_s_newline_is_not_part_of_its_value(tmp_path):
    path = tmp_path / "token"
    path.write_text("geheim\n")
    aware = django_environ.FileAwareEnv.ENVIRON.__class__({"TOKEN_FILE": str(path)}, cache=False)
    assert aware["TOKEN"] == "geheim\n"
    assert own(TOKEN_FILE=str(path))["TOKEN"] == "geheim"


def test_a_file_does_not_win_silently(tmp_path):
    path = tmp_path / "token"
    path.write_text("of the file")
    problem = the_problem(own, TOKEN="of the environment", TOKEN_FILE=str(path))
    assert (problem.name, problem.source) == ("TOKEN", "TOKEN and TOKEN_FILE")


def test_a_file_s_value_is_not_copied_into_the_environment(tmp_path, monkeypatch):
    path = tmp_path / "token"
    path.write_text("geheim")
    monkeypatch.setenv("TOKEN_FILE", str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    before = dict(os.environ)
    assert read(OWN, os.environ)["TOKEN"] == "geheim"
    assert dict(os.environ) == before


def test_no_name_outside_the_schema_has_a_file(tmp_path):
    path = tmp_path / "missing"
    assert own(SSL_CERT_FILE=str(path), AWS_WEB_IDENTITY_TOKEN_FILE=str(path))["TOKEN"] is None
