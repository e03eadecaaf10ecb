import pytest

from settings_lib.app import App
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


def test_a_fallback_is_for_whoever_can_read_it(values, complete):
    for url in ("unix:///run/redis.sock?db=1", "redis://h/0?socket_timeout=5"):
        read_values = values(REDIS_URL=url)
        assert (read_values["CACHE_URL"], read_values["CELERY_BROKER_URL"]) == (url, None)
    read_values = values(REDIS_URL="sentinel://h:26379", CELERY_SENTINEL_MASTER="m")
    assert read_values["CACHE_URL"] is None
    assert read_values["CELERY_BROKER_URL"] == "sentinel://h:26379"
    assert set(problems(complete | {"REDIS_URL": "ftp://h"})) == {"CACHE_URL"}


MODULES_CACHE = {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache"}}}


@pytest.mark.parametrize(
    ("environ", "app"),
    [
        ({"CACHE_URL": "redis://c/1", "REDIS_URL": "unix:///run/redis.sock"}, App()),
        (
            {"CELERY_BROKER_URL": "amqp://m//", "REDIS_URL": "sentinel://s:26379/0"},
            App(celery=True, project=MODULES_CACHE),
        ),
        (
            {"REDIS_URL": "redis://h/0?decode_responses=true"},
            App(celery=True, project={**MODULES_CACHE, "CELERY_BROKER_URL": "redis://b"}),
        ),
    ],
)
def test_a_fallback_that_nobody_would_use_is_left_alone(complete, environ, app):
    read_values = read(SCHEMA.values(), complete | environ, app)
    assert read_values["CACHE_URL"] == environ.get("CACHE_URL")
    assert read_values["CELERY_BROKER_URL"] == environ.get("CELERY_BROKER_URL")


def test_a_fallback_that_is_a_variable_of_the_apps_own(complete):
    own = Var(name="REDIS_URL", help="The app's Redis.")
    read_values = read(variables_of_app(extra=[own]), complete | {"REDIS_URL": "redis://h?x=y"})
    assert read_values["REDIS_URL"] == "redis://h?x=y"
    assert read_values["CACHE_URL"] is None


def test_what_is_required_may_not_be_a_fallback_of_another_kind(complete):
    environ = complete | {"REDIS_URL": "unix:///run/redis.sock"}
    with pytest.raises(ConfigurationError) as caught:
        read(SCHEMA.values(), environ, App(celery=True))
    [problem] = caught.value.problems
    assert problem.source == "alias REDIS_URL"
    assert problem.wrong == "has a scheme that is not among those expected"


def test_where_a_contradiction_came_from(complete):
    found = problems(complete | {"SQL_USER": "other", "EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"})
    assert found["DATABASE_URL"].startswith("DATABASE_URL (env) disagrees with SQL_USER.")
    assert found["EMAIL_USE_SSL"].startswith("EMAIL_USE_SSL (env) is set together with EMAIL_USE_")


def test_what_is_missing_is_told_with_its_other_names():
    told = problems({}, extra=[SCHEMA["SECRET_KEY"].with_aliases("PAPER_SECRET_KEY")])
    assert "Set SECRET_KEY (or DJANGO_SECRET_KEY, PAPER_SECRET_KEY), or" in told["SECRET_KEY"]


def test_what_is_taken_for_a_link_is_told(complete):
    del complete["DATABASE_URL"]
    found = problems(complete | {"DB_ENGINE": "sqlite", "DB_NAME": "/data/db"})
    assert "What DB_NAME has is taken for Docker's description of a link" in found["DB_NAME"]


@pytest.mark.parametrize("build", ["1", " true "])
def test_no_role_in_build_mode(complete, build):
    found = problems({"BUILD": build, "ENTRYPOINT_ROLE": "web"})
    assert set(found) == {"BUILD"}
    assert "no role starts in build mode" in found["BUILD"]


def test_a_byte_order_mark_is_no_part_of_a_value(values, tmp_path):
    path = tmp_path / "key"
    path.write_bytes("\ufeffthe-key\r\n".encode())
    assert values(SECRET_KEY="", SECRET_KEY_FILE=str(path))["SECRET_KEY"] == "the-key"
