import pytest

from settings_lib.errors import ConfigurationError


def the_problem(values, **environ):
    with pytest.raises(ConfigurationError) as caught:
        values(**environ)
    [problem] = caught.value.problems
    return str(problem)


def test_database_url_and_parts_may_agree(values):
    assert values(DB_NAME="name", DB_HOST="db.example.org")["DB_NAME"] == "name"


def test_database_url_and_parts_disagree(values):
    problem = the_problem(values, DB_NAME="name", DB_HOST="other", DB_PASSWORD="geheim")
    assert "DATABASE_URL (env) disagrees with DB_HOST, DB_PASSWORD." in problem
    assert "geheim" not in problem


def test_pool_is_strict(values):
    problem = the_problem(values, DATABASE_URL="postgres://u:geheim@h/n?pool=ture")
    assert "DATABASE_URL (env) has an option pool that is not true or false" in problem
    assert "geheim" not in problem


def test_the_names_that_are_set_are_told(values):
    problem = the_problem(values, POSTGRES_USER="admin", POSTGRES_PASSWORD="geheim")
    assert "DATABASE_URL (env) disagrees with POSTGRES_USER, POSTGRES_PASSWORD." in problem


def test_direct_database_is_the_same_kind(values):
    problem = the_problem(values, DIRECT_DATABASE_URL="mysql://u:geheim@h/n")
    assert "DIRECT_DATABASE_URL (env) names another kind of database than DATABASE_URL." in problem
    assert "geheim" not in problem


def test_mail_disagrees(values):
    assert "EMAIL_HOST" in the_problem(values, EMAIL_URL="smtp://a", EMAIL_HOST="b")


def test_sentry_is_not_installed(values, monkeypatch):
    monkeypatch.setattr("settings_lib.fragments.sentry.find_spec", {}.get)
    assert "sentry-sdk is not installed" in the_problem(values, SENTRY_DSN="https://k@s.example/1")


def test_no_check_on_what_is_wrong_already(values):
    assert "DB_PORT" in the_problem(values, DB_NAME="name", DB_PORT="x", DB_HOST="other")


def test_broker_folder_is_missing(values, tmp_path):
    url = f"filesystem://{tmp_path}"
    assert values(CELERY_BROKER_URL=url)["CELERY_BROKER_URL"] == url
    problem = the_problem(values, CELERY_BROKER_URL=f"{url}/broker")
    assert "names a folder that is not there or not writable" in problem
    assert not (tmp_path / "broker").exists()
