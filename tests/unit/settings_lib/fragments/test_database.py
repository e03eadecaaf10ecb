import pytest

from settings_lib.app import App
from settings_lib.fragments import database


def default(values, **environ):
    return database.settings(values(**environ), App())["DATABASES"]["default"]


def test_url(values):
    assert default(values) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "name",
        "HOST": "db.example.org",
        "PORT": 5432,
        "USER": "user",
        "PASSWORD": "pw",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def test_parts(values):
    entry = default(values, DATABASE_URL="", POSTGRES_DB="a", POSTGRES_HOST="h", DB_PASSWORD="$p")
    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert (entry["NAME"], entry["HOST"], entry["PORT"], entry["PASSWORD"]) == ("a", "h", "", "$p")


def test_password_with_reserved_characters(values):
    assert default(values, DATABASE_URL="postgres://u:p%23%24%2F@h/n")["PASSWORD"] == "p#$/"


@pytest.mark.parametrize(
    ("query", "age", "pool"), [("pool=true", 0, True), ("pool=off", 60, False)]
)
def test_pool(values, query, age, pool):
    entry = default(values, DATABASE_URL=f"postgres://u@h/n?{query}")
    assert entry["CONN_MAX_AGE"] == age
    assert entry["OPTIONS"] == {"pool": pool}


def test_sqlite_is_made_for_several_processes(values):
    entry = default(values, DATABASE_URL="sqlite:////data/db.sqlite3?timeout=5")
    assert entry["NAME"] == "/data/db.sqlite3"
    assert entry["OPTIONS"]["timeout"] == 5
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in entry["OPTIONS"]["init_command"]


def test_sqlite_in_memory(values):
    entry = default(values, DATABASE_URL="sqlite://:memory:")
    assert entry["NAME"] == ":memory:"
    assert "OPTIONS" not in entry


def test_no_direct_database(values):
    assert "DIRECT_DATABASE" not in database.settings(values(), App())


def test_direct_database_has_no_pool(values):
    url = "postgres://u:p@direct:5433/n?pool=true&sslmode=require"
    settings = database.settings(values(DIRECT_DATABASE_URL=url), App())
    assert settings["DATABASES"]["default"]["HOST"] == "db.example.org"
    assert settings["DIRECT_DATABASE"] == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "n",
        "HOST": "direct",
        "PORT": 5433,
        "USER": "u",
        "PASSWORD": "p",
        "OPTIONS": {"sslmode": "require"},
    }


def test_direct_database_is_not_read_in_build_mode(values):
    url = "postgres://u:p@direct/n"
    assert "DIRECT_DATABASE" not in database.settings(
        values(BUILD="1", DIRECT_DATABASE_URL=url), App()
    )


def test_direct_database_by_parts(values):
    url = "postgres://u:p@direct/n"
    read = values(DATABASE_URL="", DB_NAME="n", DIRECT_DATABASE_URL=url)
    assert database.settings(read, App())["DIRECT_DATABASE"]["HOST"] == "direct"
