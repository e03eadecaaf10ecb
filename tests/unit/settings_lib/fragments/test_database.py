from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from settings_lib.app import App
from settings_lib.errors import ConfigurationError
from settings_lib.fragments import database
from settings_lib.fragments.database.entries import SQLITE_OPTIONS, from_url
from settings_lib.fragments.database.kinds import POSTGRESQL as KIND
from settings_lib.reading import read
from settings_lib.schema import groups_for, variables_of

POSTGRESQL = "django.db.backends.postgresql"
SQLITE = "django.db.backends.sqlite3"
POOL_IS_MISSING = "asks for a pool, and psycopg's extra of that name is not installed"


@pytest.fixture(autouse=True)
def gdal(monkeypatch):
    """Its library is looked for, and is in no image of the tests."""
    monkeypatch.setattr("ctypes.util.find_library", lambda name: f"lib{name}.so")


def default(values, project=None, **environ):
    app = App(name="antisocial", project={"DATABASES": {"default": project or {}}})
    return database.settings(values(**environ), app)["DATABASES"]["default"]


def problems(values, **environ):
    with pytest.raises(ConfigurationError) as caught:
        values(**environ)
    text = str(caught.value)
    assert "geheim" not in text
    return {problem.name: problem.wrong for problem in caught.value.problems}


def test_url(values):
    assert default(values) == {
        "ENGINE": POSTGRESQL,
        "NAME": "name",
        "HOST": "db.example.org",
        "PORT": 5432,
        "USER": "user",
        "PASSWORD": "pw",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql:///n", {"HOST": "", "PORT": "", "NAME": "n"}),
        ("postgres://%2Frun%2FPostgreSQL/n", {"HOST": "/run/PostgreSQL", "NAME": "n"}),
        ("postgres://u@/n?host=/run/pg&port=5433", {"HOST": "/run/pg", "PORT": 5433, "USER": "u"}),
        ("postgres:////run/pg+1/n", {"HOST": "/run/pg+1", "NAME": "n"}),
        ("postgres://[fd00::1]:5432/n", {"HOST": "fd00::1", "PORT": 5432}),
        ("postgres://a:1,[fd00::1],c:3/n", {"HOST": "a,fd00::1,c", "PORT": "1,,3"}),
        ("postgres://a,b/n", {"HOST": "a,b", "PORT": ""}),
        ("postgres://h/a+b%20c", {"NAME": "a+b c"}),
        ("postgis://h/n", {"ENGINE": "django.contrib.gis.db.backends.postgis"}),
        ("mysql://u:p@h:3306/n", {"ENGINE": "django.db.backends.mysql", "PORT": 3306}),
        ("sqlite:////data/c++/a%20b.db", {"ENGINE": SQLITE, "NAME": "/data/c++/a b.db"}),
        ("sqlite:///db.sqlite3", {"NAME": "db.sqlite3"}),
        ("sqlite://", {"NAME": ":memory:"}),
        ("sqlite:///:memory:", {"NAME": ":memory:"}),
        ("oracle://u:p@h:1521/n", {"ENGINE": "django.db.backends.oracle", "PORT": "1521"}),
        ("postgres:///?service=antisocial", {"NAME": "", "OPTIONS": {"service": "antisocial"}}),
    ],
)
def test_what_urls_say(values, monkeypatch, url, expected):
    monkeypatch.setattr("settings_lib.fragments.database.checks.find_spec", lambda name: name)
    entry = default(values, DATABASE_URL=url)
    assert {name: entry[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("sslmode=REQUIRE", {"sslmode": "require"}),
        ("options=-c%20search_path%3Da,b", {"options": "-c search_path=a,b"}),
        ("options=-csearch_path=a", {"options": "-csearch_path=a"}),
        ("target_session_attrs=read-write", {"target_session_attrs": "read-write"}),
        ("connect_timeout=10s", {"connect_timeout": 10}),
        ("application_name=007", {"application_name": "007"}),
        ("channel_binding=require", {"channel_binding": "require"}),
        ("sslrootcert=system", {"sslrootcert": "system"}),
        ("pool=off", {"pool": False}),
    ],
)
def test_options_of_a_url(values, query, options):
    assert default(values, DATABASE_URL=f"postgres://h/n?{query}")["OPTIONS"] == options


def test_entry_options_of_a_url_are_strict(values):
    entry = default(values, DATABASE_URL="postgres://h/n?ATOMIC_REQUESTS=false&conn_max_age=5m")
    assert (entry["ATOMIC_REQUESTS"], entry["CONN_MAX_AGE"]) == (False, 300)
    assert "OPTIONS" not in entry


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("postgres://u:geheim@h", "has no name of a database"),
        ("postgres://u:geheim@h/", "has no name of a database"),
        ("mysql://u:geheim@h/?charset=utf8mb4", "has no name of a database"),
        ("postgres://u:1/geheim@h/n", "has a name of a database with an @, a / or a control"),
        ("postgres://h/geheim%0A", "has a name of a database with an @, a / or a control"),
        ("postgres://h/" + "geheim" * 11, "has a name of a database of more than 63"),
        ("postgres://h//geheim/n", "has two slashes before the database's name"),
        ("postgres://h/n?geheim=1", "has an option that PostgreSQL's driver does not know"),
        ("postgres://h/n?pgbouncer=true", "has an option that PostgreSQL's driver does not know"),
        ("postgres://h/n?pool=geheim", "has an option pool that is not true or false"),
        ("postgres://h/n?sslmode=verify_full", "has an option sslmode that is not one of"),
        ("postgres://h/n?connect_timeout=geheim", "has an option connect_timeout that is not a"),
        ("postgres://h/n?connect_timeout=²", "has an option connect_timeout that is not a"),
        ("postgres://h/n?atomic_requests=ture", "has an option atomic_requests that is not true"),
        ("postgres://h/n?conn_max_age=None", "has an option conn_max_age that is not a whole"),
        ("postgres://h/n?host=geheim", "has a host twice"),
        ("mysql://a,b/n", "has several hosts"),
        ("mysql://h/n?sslmode=require", "has an option that MySQL's driver does not know"),
        ("sqlite://db.sqlite3", "has a host, and SQLite has a file"),
        ("sqlite://data/db.sqlite3", "has a host, and SQLite has a file"),
        ("sqlite://:memory:/db", "has a host, and SQLite has a file"),
        ("sqlite:////data/", "names a folder instead of a file"),
        ("sqlite:////data/db?pool=true", "has an option that SQLite's driver does not know"),
        ("sqlite:////data/db?timeout=20s", "has an option timeout that is not a number"),
        ("postgress://h/n", "has a scheme that is not among those expected"),
        ("django.db.backends.sqlite3", "is not a valid url"),
    ],
)
def test_urls_that_are_refused(values, url, wrong):
    assert problems(values, DATABASE_URL=url)["DATABASE_URL"].startswith(wrong)
    assert problems(values, DIRECT_DATABASE_URL=url)["DIRECT_DATABASE_URL"].startswith(wrong)


def test_parts(values):
    entry = default(values, DATABASE_URL="", POSTGRES_DB="a", POSTGRES_HOST="h", DB_PASSWORD="$p")
    assert entry["ENGINE"] == POSTGRESQL
    assert (entry["NAME"], entry["HOST"], entry["PORT"], entry["PASSWORD"]) == ("a", "h", "", "$p")


def test_the_name_is_the_app_s(values):
    assert default(values, DATABASE_URL="", DB_HOST="h")["NAME"] == "antisocial"


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ("sqlite", SQLITE),
        ("sqlite3", SQLITE),
        ("django.db.backends.sqlite3", SQLITE),
        ("postgres", POSTGRESQL),
        ("PostgreSQL", POSTGRESQL),
        ("django.db.backends.postgresql_psycopg2", POSTGRESQL),
        ("postgis", "django.contrib.gis.db.backends.postgis"),
        ("mysql", "django.db.backends.mysql"),
    ],
)
def test_engines(values, monkeypatch, engine, expected):
    monkeypatch.setattr("settings_lib.fragments.database.checks.find_spec", lambda name: name)
    entry = default(values, DATABASE_URL="", DB_ENGINE=engine, DB_NAME="/data/db.sqlite3")
    assert (entry["ENGINE"], entry["NAME"]) == (expected, "/data/db.sqlite3")


def test_sqlite_by_parts_needs_a_file(values):
    found = problems(values, DATABASE_URL="", DB_ENGINE="sqlite")
    assert found == {"DB_NAME": "is not set, and it is required when DB_ENGINE is sqlite"}
    found = problems(values, DATABASE_URL="", DB_ENGINE="sqlite", DB_NAME="/data/")
    assert found == {"DB_NAME": "names a folder instead of a file"}


def test_a_name_by_parts_is_too_long(values):
    found = problems(values, DATABASE_URL="", DB_NAME="geheim" * 11)
    assert found == {"DB_NAME": "has more than 63 characters, PostgreSQL's limit"}


def test_hosts_by_parts(values):
    entry = default(values, DATABASE_URL="", DB_HOST="a.example.org,/run/postgresql")
    assert entry["HOST"] == "a.example.org,/run/postgresql"
    assert default(values, DATABASE_URL="", DB_HOST="fd00::1")["HOST"] == "fd00::1"
    for wrong in "tcp://geheim:5432", "geheim:5432", "a..geheim", "g" * 64, "geheim,", "/a\nb":
        assert set(problems(values, DATABASE_URL="", DB_HOST=wrong)) == {"DB_HOST"}


def test_parts_and_url_agree_on_the_usual_port(values):
    url = "postgres://u:p@h/n"
    assert default(values, DATABASE_URL=url, DB_PORT="5432", DB_HOST="h", DB_ENGINE="postgresql")
    found = problems(values, DATABASE_URL=url, DB_PORT="5433", DB_ENGINE="mysql")
    assert found == {"DATABASE_URL": "disagrees with DB_ENGINE, DB_PORT"}


@pytest.mark.parametrize("password", ["p#$/", "$HOME", "$SECRET_KEY", "${DB_USER}", "100%", "a+b"])
def test_a_password_arrives_unchanged(values, password):
    url = f"postgres://u:{quote(password, safe='')}@h/n"
    assert default(values, DATABASE_URL=url)["PASSWORD"] == password
    assert default(values, DATABASE_URL="", DB_PASSWORD=password)["PASSWORD"] == password


def test_tls(values, tmp_path):
    (tmp_path / "ca.pem").touch()
    path = str(tmp_path / "ca.pem")
    tls = {"DB_SSLMODE": "verify-full", "DB_SSLROOTCERT": path}
    wanted = {"sslmode": "verify-full", "sslrootcert": path}
    assert default(values, **tls)["OPTIONS"] == wanted
    assert default(values, DATABASE_URL="", DB_HOST="h", **tls)["OPTIONS"] == wanted
    assert default(values, DATABASE_URL="postgres://h/n?sslmode=verify-full", **tls)["OPTIONS"]


def test_tls_disagrees(values):
    found = problems(
        values, DATABASE_URL="postgres://h/n?sslmode=disable", DB_SSLMODE="verify-full"
    )
    assert found == {"DB_SSLMODE": "disagrees with the option of DATABASE_URL"}


def test_certificates_are_not_there(values):
    wrong = "names a file of certificates that is not there or not readable"
    assert problems(values, DB_SSLROOTCERT="/geheim.pem") == {"DB_SSLROOTCERT": wrong}
    url = "postgres://h/n?sslrootcert=/geheim.pem"
    assert problems(values, DATABASE_URL=url) == {"DATABASE_URL": wrong}


def test_what_is_postgresql_s_alone(values):
    found = problems(values, DATABASE_URL="sqlite:////d", DB_POOL="1", DB_SSLMODE="require")
    wrong = "is for PostgreSQL, and the database is SQLite"
    assert found == {"DB_POOL": wrong, "DB_SSLMODE": wrong}
    assert default(values, DATABASE_URL="sqlite:////d", DB_POOL="false")["OPTIONS"]


def test_mysql_has_certificates_too(values, monkeypatch, tmp_path):
    monkeypatch.setattr("settings_lib.fragments.database.checks.find_spec", lambda name: name)
    (tmp_path / "ca.pem").touch()
    path = str(tmp_path / "ca.pem")
    entry = default(values, DATABASE_URL="mysql://h/n", DB_SSLROOTCERT=path)
    assert entry["OPTIONS"] == {"ssl": {"ca": path}}
    assert default(values, DATABASE_URL=f"mysql://h/n?ssl-ca={path}")["OPTIONS"] == entry["OPTIONS"]


@pytest.mark.parametrize(
    ("environ", "pool"),
    [
        ({"DATABASE_URL": "postgres://h/n?pool=true"}, True),
        ({"DB_POOL": "on"}, True),
        ({"DB_POOL": "on", "DB_POOL_MAX_SIZE": "3"}, {"min_size": 3, "max_size": 3}),
        ({"DB_POOL": "on", "DB_POOL_MAX_SIZE": "9"}, {"min_size": 4, "max_size": 9}),
        ({"DB_POOL": "on", "DB_POOL_MIN_SIZE": "2"}, {"min_size": 2}),
        (
            {"DATABASE_URL": "postgres://h/n?pool=1", "DB_POOL_MAX_SIZE": "3"},
            {"min_size": 3, "max_size": 3},
        ),
    ],
)
def test_pool(values, environ, pool):
    entry = default(values, **environ)
    assert entry["OPTIONS"] == {"pool": pool}
    assert entry["CONN_MAX_AGE"] == 0
    default(values, CONN_MAX_AGE="0", **environ)


def test_no_pool(values):
    entry = default(values, DATABASE_URL="postgres://h/n?pool=off")
    assert (entry["CONN_MAX_AGE"], entry["OPTIONS"]) == (60, {"pool": False})
    project = {"ENGINE": POSTGRESQL, "OPTIONS": {"pool": True}}
    assert default(values, project=project, DB_POOL="0")["OPTIONS"] == {"pool": False}


def test_pool_is_not_installed(values, monkeypatch):
    monkeypatch.setattr(
        "settings_lib.fragments.database.checks.find_spec", lambda name: name != "psycopg_pool"
    )
    assert problems(values, DB_POOL="true") == {"DB_POOL": POOL_IS_MISSING}
    url = "postgres://u:geheim@h/n?pool=true"
    assert problems(values, DATABASE_URL=url) == {"DATABASE_URL": POOL_IS_MISSING}


def test_pool_contradictions(values):
    found = problems(
        values, DB_POOL="1", CONN_MAX_AGE="60", DB_POOL_MIN_SIZE="3", DB_POOL_MAX_SIZE="2"
    )
    assert found["CONN_MAX_AGE"].startswith("is not 0, and DB_POOL asks for a pool")
    assert (
        found["DB_POOL_MAX_SIZE"]
        == "makes the pool's most connections fewer than its least, or none"
    )
    found = problems(values, DATABASE_URL="postgres://h/n?pool=1", DB_POOL="0")
    assert found == {"DB_POOL": "disagrees with the option of DATABASE_URL"}
    assert set(problems(values, DB_POOL_MAX_SIZE="0", DB_POOL_MIN_SIZE="-1")) == {
        "DB_POOL_MAX_SIZE",
        "DB_POOL_MIN_SIZE",
    }


@pytest.mark.parametrize(
    "pool", [{"min_size": 2, "max_size": None}, {"min_size": 9, "max_size": 5}]
)
def test_a_projects_own_pool_is_its_own(values, pool):
    project = {"ENGINE": POSTGRESQL, "OPTIONS": {"pool": pool}}
    assert default(values, project)["OPTIONS"] == {"pool": pool}


def test_a_pool_of_none_is_no_pool(values):
    found = problems(values, DB_POOL="1", DB_POOL_MIN_SIZE="0")
    assert found["DB_POOL_MIN_SIZE"].endswith("fewer than its least, or none")
    options = default(values, DB_POOL="1", DB_POOL_MIN_SIZE="0", DB_POOL_MAX_SIZE="2")["OPTIONS"]
    ConnectionPool(open=False, **options["pool"]).close()


def test_no_pool_is_said_to_other_drivers(values):
    options = default(values, DATABASE_URL="sqlite:////data/db", DB_POOL="false")["OPTIONS"]
    assert options == SQLITE_OPTIONS


def test_gdal_is_missing(values, monkeypatch):
    monkeypatch.setattr("ctypes.util.find_library", lambda _: None)
    found = problems(values, DATABASE_URL="postgis://h/n")
    assert found["DATABASE_URL"].startswith("names a database for maps, and GeoDjango's library")


def test_oracles_driver_is_missing(values):
    found = problems(values, DATABASE_URL="oracle://u:geheim@h:1521/n")
    assert found == {"DATABASE_URL": "names a database of Oracle, whose driver is not installed"}


def test_psycopg_takes_the_pool(values):
    for size in "1", "9":
        options = default(values, DB_POOL="1", DB_POOL_MAX_SIZE=size)["OPTIONS"]
        ConnectionPool(open=False, **options["pool"]).close()


def test_psycopg_knows_every_option():
    django_s = {"pool", "server_side_binding", "prepare_threshold", "assume_role"}
    for name, kind in KIND.options.items():
        if name not in django_s:
            assert make_conninfo(**{name: str(kind.parse(kind.example))})


def sometimes(*texts):
    return st.sampled_from(["", *texts])


URLS = st.builds(
    "postgres://{}{}{}{}".format,
    sometimes("u@", "u:p@", ":p@", "u:%40%23$x;,@", "u:p@p@", "u:p/p@", "ü@"),
    sometimes(
        "h", "h:5432", "h:", "a,b:1", "[::1]:2,c", "%2Frun%2FPg", "%2Frun,h:3", "/run", "::1"
    ),
    sometimes("/n", "/a+b", "/a%20b", "/%C3%BC", "//n", "/a/b", "/$n", "/n%00"),
    st.lists(
        st.sampled_from(
            [
                *("sslmode=require", "service=s", "pool=true", "host=a", "port=1", "user=u"),
                *("options=-c%20a%3Db", "connect_timeout=5", "password=0123", "keepalives=1"),
                *("conn_max_age=5", "target_session_attrs=any", "hostaddr=127.0.0.1", "x=1"),
            ]
        ),
        max_size=3,
    ).map(lambda options: "?" * bool(options) + "&".join(options)),
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(url=URLS)
def test_what_is_accepted_is_what_psycopg_takes(url):
    try:
        database.GROUP.variables[0].type.parse(url)
    except ValueError:
        assume(False)
    entry = from_url(url)
    options = entry.get("OPTIONS", {})
    options.pop("pool", None)
    given_parts = {
        name: entry[key]
        for name, key in {
            "dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"
        }.items()
        if entry[key]
    }  # fmt: skip
    assert make_conninfo(**given_parts, **options)
    assert entry["NAME"] or options["service"]


def test_no_driver(values, monkeypatch):
    monkeypatch.setattr("settings_lib.fragments.database.checks.find_spec", lambda _: None)
    assert problems(values, DATABASE_URL="mysql://u:geheim@h/n") == {
        "DATABASE_URL": "names a database of MySQL, whose driver is not installed"
    }
    assert problems(values, DATABASE_URL="", DB_NAME="n") == {
        "DB_NAME": "names a database of PostgreSQL, whose driver is not installed"
    }


def test_sqlite_is_made_for_several_processes(values):
    entry = default(values, DATABASE_URL="sqlite:////data/db.sqlite3?timeout=5")
    assert entry["NAME"] == "/data/db.sqlite3"
    assert entry["OPTIONS"] == {**SQLITE_OPTIONS, "timeout": 5.0}
    entry = default(values, DATABASE_URL="", DB_ENGINE="sqlite", DB_NAME="/data/db.sqlite3")
    assert entry["OPTIONS"] == SQLITE_OPTIONS


def test_sqlite_in_memory(values):
    entry = default(values, DATABASE_URL="sqlite://:memory:")
    assert entry["NAME"] == ":memory:"
    assert "OPTIONS" not in entry


BEHAVIOUR = {
    "ATOMIC_REQUESTS": True,
    "AUTOCOMMIT": False,
    "DISABLE_SERVER_SIDE_CURSORS": True,
    "TIME_ZONE": "UTC",
    "TEST": {"NAME": "mine", "MIRROR": "other"},
    "CONN_MAX_AGE": 7,
    "CONN_HEALTH_CHECKS": False,
}


def test_what_the_project_says_of_behaviour_stays(values):
    project = {
        **BEHAVIOUR,
        "ENGINE": "django.db.backends.mysql",
        "HOST": "mine",
        "OPTIONS": {"a": 1},
    }
    entry = default(values, project=project)
    assert {name: entry[name] for name in BEHAVIOUR} == BEHAVIOUR
    assert (entry["ENGINE"], entry["HOST"]) == (POSTGRESQL, "db.example.org")
    assert "OPTIONS" not in entry
    given = default(values, project=project, DB_CONN_MAX_AGE="30", CONN_HEALTH_CHECKS="on")
    assert (given["CONN_MAX_AGE"], given["CONN_HEALTH_CHECKS"]) == (30, True)


@pytest.mark.parametrize(
    "engine",
    ["django_tenants.postgresql_backend", "django.contrib.gis.db.backends.postgis", POSTGRESQL],
)
def test_an_engine_of_the_same_kind_stays_with_its_options(values, engine):
    project = {"ENGINE": engine, "OPTIONS": {"isolation_level": 4, "sslmode": "disable"}}
    entry = default(values, project=project, DB_SSLMODE="require")
    assert entry["ENGINE"] == engine
    assert entry["OPTIONS"] == {"isolation_level": 4, "sslmode": "require"}


def test_a_project_s_own_database_stays_where_none_is_required():
    variables = variables_of(groups_for())
    loose = [replace(var, required=False) for var in variables]
    own = {"ENGINE": "own", "NAME": "own"}
    app = App(project={"DATABASES": {"default": own}})
    assert database.settings(read(loose, {}), app)["DATABASES"] == {"default": own}


def several(environ, project=None, aliases=("replica", "read-only")):
    app = App(name="antisocial", project={"DATABASES": project or {}}, databases=aliases)
    values = read(variables_of(groups_for(databases=aliases)), environ, app)
    return database.settings(values, app)["DATABASES"]


def test_several_databases(complete):
    found = several(
        complete
        | {
            "REPLICA_DATABASE_URL": "postgres://h2/n?target_session_attrs=standby",
            "READ_ONLY_DATABASE_URL": "sqlite:////data/read.db",
            "CONN_MAX_AGE": "30",
            "DB_SSLMODE": "require",
        },
        project={
            "archive": {"ENGINE": "archive"},
            "replica": {"ENGINE": "x", "TEST": {"MIRROR": "default"}},
        },
    )
    assert set(found) == {"default", "archive", "replica", "read-only"}
    assert found["archive"] == {"ENGINE": "archive"}
    assert found["replica"]["HOST"] == "h2"
    assert found["replica"]["CONN_MAX_AGE"] == 30
    assert found["replica"]["CONN_HEALTH_CHECKS"] is True
    assert found["replica"]["TEST"] == {"MIRROR": "default"}
    assert found["replica"]["OPTIONS"] == {"target_session_attrs": "standby"}
    assert found["read-only"]["OPTIONS"] == SQLITE_OPTIONS
    assert found["default"]["OPTIONS"] == {"sslmode": "require"}


def test_each_database_is_required_and_strict(complete, monkeypatch):
    monkeypatch.setattr("settings_lib.fragments.database.checks.find_spec", {"psycopg": 1}.get)
    environ = complete | {"REPLICA_DATABASE_URL": "postgres://u:geheim@h"}
    with pytest.raises(ConfigurationError) as caught:
        several(environ)
    found = {problem.name: problem.wrong for problem in caught.value.problems}
    assert found == {
        "REPLICA_DATABASE_URL": "has no name of a database",
        "READ_ONLY_DATABASE_URL": "is not set",
    }
    environ["READ_ONLY_DATABASE_URL"] = "mysql://u:geheim@h/n"
    environ["REPLICA_DATABASE_URL"] = "postgres://u:geheim@h/n?pool=true"
    with pytest.raises(ConfigurationError) as caught:
        several(environ)
    found = {problem.name: problem.wrong for problem in caught.value.problems}
    assert found == {
        "REPLICA_DATABASE_URL": POOL_IS_MISSING,
        "READ_ONLY_DATABASE_URL": "names a database of MySQL, whose driver is not installed",
    }


def test_build_mode_has_each_database_in_memory():
    environ = {
        "BUILD": "1",
        "DATABASE_URL": "nonsense",
        "REPLICA_DATABASE_URL": "nonsense",
        "DB_ENGINE": "nonsense",
        "DB_SSLMODE": "nonsense",
        "DB_POOL": "nonsense",
        "DB_POOL_MAX_SIZE": "nonsense",
    }
    project = {"default": {**BEHAVIOUR, "ENGINE": POSTGRESQL, "OPTIONS": {"pool": True}}}
    found = several(environ, project=project)
    assert {entry["NAME"] for entry in found.values()} == {":memory:"}
    assert {entry["ENGINE"] for entry in found.values()} == {SQLITE}
    assert len(found) == 3
    assert found["default"]["TEST"] == {"MIRROR": "other"}
    assert "OPTIONS" not in found["default"]


def test_no_direct_database(values):
    assert "DIRECT_DATABASE" not in database.settings(values(), App())
    assert "DISABLE_SERVER_SIDE_CURSORS" not in default(values)


def test_direct_database_has_no_pool(values):
    url = "postgres://u:p@direct:5433/n?pool=true&sslmode=require"
    settings = database.settings(values(DIRECT_DATABASE_URL=url), App())
    assert settings["DATABASES"]["default"]["HOST"] == "db.example.org"
    assert settings["DATABASES"]["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert settings["DIRECT_DATABASE"] == {
        "ENGINE": POSTGRESQL,
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


def test_direct_database_is_of_the_project_s_engine(values):
    app = App(project={"DATABASES": {"default": {"ENGINE": "django_tenants.postgresql_backend"}}})
    settings = database.settings(values(DIRECT_DATABASE_URL="postgres://direct/n"), app)
    assert settings["DIRECT_DATABASE"]["ENGINE"] == settings["DATABASES"]["default"]["ENGINE"]


def test_an_engine_that_django_no_longer_has(values):
    former = {"ENGINE": "django.db.backends.postgresql_psycopg2", "ATOMIC_REQUESTS": True}
    app = App(project={"DATABASES": {"default": former}})
    entry = database.settings(values(), app)["DATABASES"]["default"]
    assert entry["ENGINE"] == POSTGRESQL
    assert entry["ATOMIC_REQUESTS"] is True
