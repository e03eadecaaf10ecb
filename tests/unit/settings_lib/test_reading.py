import pytest

from settings_lib.errors import ConfigurationError
from settings_lib.reading import read
from settings_lib.schema import SCHEMA, groups_for, variables_of
from settings_lib.types.parsing import INT
from settings_lib.variables import Var


def variables_of_app(**options):
    return variables_of(groups_for(**options))


def problems(environ, **options):
    with pytest.raises(ConfigurationError) as caught:
        read(variables_of_app(**options), environ)
    return {problem.name: str(problem) for problem in caught.value.problems}


def test_defaults(values):
    read_values = values()
    assert read_values["DEBUG"] is False
    assert read_values["CONN_MAX_AGE"] == 60
    assert not read_values.given("DEBUG")
    assert read_values.given("SECRET_KEY")


def test_everything_missing_at_once():
    assert set(problems({})) == {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"}


def test_everything_wrong_at_once(complete):
    wrong = {"DEBUG": "ture", "CONN_MAX_AGE": "soon", "LOG_FORMAT": "xml", "SECRET_KEY": ""}
    found = problems(complete | wrong)
    assert set(found) == set(wrong)
    assert found["DEBUG"] == (
        "DEBUG (env) is not a valid bool.\n"
        "Expected true or false (also 1/0, yes/no, on/off).\nExample: DEBUG=true"
    )


def test_an_alias_is_named(complete):
    del complete["SECRET_KEY"]
    assert read(SCHEMA.values(), complete | {"DJANGO_SECRET_KEY": "k"})["SECRET_KEY"] == "k"
    found = problems(complete | {"DJANGO_SECRET_KEY": "k", "DJANGO_DEBUG": "maybe"})
    assert "alias DJANGO_DEBUG" in found["DEBUG"]


def test_names_that_disagree(complete):
    found = problems(complete | {"DEBUG": "true", "DJANGO_DEBUG": "no"})
    assert "(env, alias DJANGO_DEBUG) has names that disagree" in found["DEBUG"]


def test_names_that_agree_in_meaning(values):
    assert values(DEBUG="true", DJANGO_DEBUG="1")["DEBUG"] is True


def test_debug_needs_no_hosts(complete):
    del complete["ALLOWED_HOSTS"]
    assert read(SCHEMA.values(), complete | {"DEBUG": "1"})["ALLOWED_HOSTS"] == ()


def test_a_condition_waits_for_what_it_looks_at():
    found = set(problems({"DEBUG": "maybe"}))
    assert found == {"DEBUG", "SECRET_KEY", "DATABASE_URL"}


def test_redis_url_is_a_fallback(values):
    read_values = values(REDIS_URL="redis://r/0", CACHE_URL="redis://other/1")
    assert read_values["CACHE_URL"] == "redis://other/1"
    assert read_values["CELERY_BROKER_URL"] == "redis://r/0"


def test_docker_link_variables(complete):
    del complete["DATABASE_URL"]
    link = {
        "DB_NAME": "antisocial",
        "DB_PORT": "tcp://172.17.0.5:5432",
        "POSTGRESQL_PORT_5432_TCP_ADDR": "172.17.0.5",
        "POSTGRESQL_PORT_54342_TCP_PORT": "54342",
    }
    read_values = read(SCHEMA.values(), complete | link)
    assert (read_values["DB_HOST"], read_values["DB_PORT"]) == ("172.17.0.5", 54342)


def test_did_you_mean(complete):
    complete["ALOWED_HOSTS"] = complete.pop("ALLOWED_HOSTS")
    found = problems(complete)
    assert "ALOWED_HOSTS is set: did you mean ALLOWED_HOSTS?" in found["ALLOWED_HOSTS"]


def test_numbers_may_have_white_space_but_passwords_keep_it(complete):
    del complete["DATABASE_URL"]
    read_values = read(SCHEMA.values(), complete | {"CONN_MAX_AGE": " 5m ", "DB_PASSWORD": " p "})
    assert read_values["CONN_MAX_AGE"] == 300
    assert read_values["DB_PASSWORD"] == " p "


def test_own_and_required_variables(complete):
    own = Var(name="FEEDS", type=INT, required=True, help="Feeds.")
    assert set(problems(complete, extra=[own], require=["CELERY_BROKER_URL"])) == {
        "FEEDS",
        "CELERY_BROKER_URL",
    }


def test_build_mode_needs_nothing_and_reads_no_service():
    first = read(variables_of_app(require=["CELERY_BROKER_URL"]), {"BUILD": "1"})
    second = read(SCHEMA.values(), {"BUILD": "1", "DATABASE_URL": "nonsense", "SECRET_KEY": "k"})
    assert first["SECRET_KEY"] != second["SECRET_KEY"] != "k"
    assert second["DATABASE_URL"] == "sqlite://:memory:"
    assert first["CELERY_BROKER_URL"] == "memory://"


def test_build_mode_is_strict_too():
    assert set(problems({"BUILD": "yes", "DEBUG": "maybe"})) == {"DEBUG"}
    assert "BUILD" in problems({"BUILD": "maybe"})
