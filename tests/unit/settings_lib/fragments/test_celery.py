import subprocess
import sys
from pathlib import Path

import pytest

from settings_lib import configure
from settings_lib.app import App
from settings_lib.configured import Configured
from settings_lib.errors import ConfigurationError
from settings_lib.fragments import celery
from settings_lib.fragments.celery import brokers
from settings_lib.fragments.celery import environment as celery_environment
from settings_lib.reading import read
from settings_lib.schema import GROUPS, SCHEMA
from settings_lib.suspicions import suspicions

COMPLETE = {"SECRET_KEY": "k", "ALLOWED_HOSTS": "h", "DATABASE_URL": "sqlite://"}
PROJECT = Path(__file__).parents[1] / "project"
REDIS = "redis://h/0"
AMQP = "amqp://u:p@h//"


@pytest.fixture
def settings(values):
    """What Celery gets of an environment and a project."""

    def made(environ, **project):
        return celery.settings(values(**environ), App(project=project, celery=True))

    return made


@pytest.fixture
def problems(complete):
    """The problems of an environment and a project, as texts by variable."""

    def find(environ, **project):
        try:
            read(SCHEMA.values(), complete | environ, App(celery=True, project=project))
        except ConfigurationError as error:
            return {problem.name: problem.wrong for problem in error.problems}
        return {}

    return find


def test_no_broker_no_settings(settings):
    assert settings({}) == {}


def test_defaults(settings):
    assert settings({"BROKER_URL": AMQP}) == {
        "CELERY_BROKER_URL": AMQP,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_WORKER_POOL": celery.POOL,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
    }


def test_what_the_environment_says(settings):
    made = settings(
        {
            "CELERY_BROKER_URL": REDIS,
            "RESULT_BACKEND": "redis://h/1",
            "CELERY_VISIBILITY_TIMEOUT": "6h",
            "CELERY_TASK_TIME_LIMIT": "5m",
            "CELERY_TASK_SOFT_TIME_LIMIT": "0",
            "CELERY_TASK_ACKS_LATE": "yes",
            "CELERY_TASK_REJECT_ON_WORKER_LOST": "1",
            "CELERY_WORKER_PREFETCH_MULTIPLIER": "0",
            "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": "50s",
            "CELERY_TIMEZONE": "Europe/Berlin",
        },
        CELERY_BROKER_TRANSPORT_OPTIONS={"visibility_timeout": 9, "global_keyprefix": "app"},
        CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS={"retry_policy": {}},
        CELERY_TASK_SOFT_TIME_LIMIT=60,
    )
    assert made["CELERY_RESULT_BACKEND"] == "redis://h/1"
    options = made["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert options == {"visibility_timeout": 21_600, "global_keyprefix": "app"}
    options = made["CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS"]
    assert options == {"visibility_timeout": 21_600, "retry_policy": {}}
    assert made["CELERY_TASK_TIME_LIMIT"] == 300
    assert made["CELERY_TASK_SOFT_TIME_LIMIT"] is None
    assert made["CELERY_TASK_ACKS_LATE"] is made["CELERY_TASK_REJECT_ON_WORKER_LOST"] is True
    assert made["CELERY_WORKER_PREFETCH_MULTIPLIER"] == 0
    assert made["CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT"] == 50
    assert made["CELERY_TIMEZONE"] == "Europe/Berlin"


def test_the_projects_stand_where_the_environment_is_silent(settings):
    theirs = {
        "CELERY_WORKER_POOL": "threads",
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 4,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": True,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": False,
        "CELERY_TASK_TIME_LIMIT": 7,
        "CELERY_BROKER_TRANSPORT_OPTIONS": {"visibility_timeout": 9},
        "CELERY_ACCEPT_CONTENT": ["pickle"],
    }
    assert settings({"CELERY_BROKER_URL": REDIS}, **theirs) == {"CELERY_BROKER_URL": REDIS}


def test_the_projects_broker_stands_before_a_fallback(settings):
    theirs = {"CELERY_BROKER_URL": "sqs://"}
    assert "CELERY_BROKER_URL" not in settings({"REDIS_URL": REDIS}, **theirs)
    assert settings({"REDIS_URL": REDIS})["CELERY_BROKER_URL"] == REDIS
    assert settings({"BROKER_URL": AMQP}, **theirs)["CELERY_BROKER_URL"] == AMQP
    limited = settings(
        {"CELERY_TASK_TIME_LIMIT": "5m", "CELERY_VISIBILITY_TIMEOUT": "2h"}, **theirs
    )
    assert limited["CELERY_TASK_TIME_LIMIT"] == 300
    assert limited["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"visibility_timeout": 7200}


def test_a_project_without_a_namespace_gets_the_old_names(settings):
    made = settings(
        {
            "CELERY_BROKER_URL": REDIS,
            "CELERY_TASK_TIME_LIMIT": "5m",
            "CELERY_VISIBILITY_TIMEOUT": "2h",
        },
        BROKER_URL="amqp://localhost",
        CELERYD_PREFETCH_MULTIPLIER=3,
        BROKER_TRANSPORT_OPTIONS={"global_keyprefix": "app"},
    )
    assert made["BROKER_URL"] == REDIS
    assert made["CELERYD_TASK_TIME_LIMIT"] == 300
    options = {"global_keyprefix": "app", "visibility_timeout": 7200}
    assert made["BROKER_TRANSPORT_OPTIONS"] == options
    assert made["CELERYD_POOL"] == celery.POOL
    assert "CELERYD_PREFETCH_MULTIPLIER" not in made


@pytest.mark.parametrize("namespace", ["CELERY", None])
def test_celery_reads_the_names(settings, namespace):
    """Each name is one that Celery knows, with a namespace and without."""
    from celery import Celery

    environ = {
        "CELERY_BROKER_URL": "memory://h",
        "CELERY_TASK_TIME_LIMIT": "5m",
        "CELERY_TASK_SOFT_TIME_LIMIT": "4m",
        "CELERY_TASK_ACKS_LATE": "1",
        "CELERY_TASK_REJECT_ON_WORKER_LOST": "1",
        "CELERY_WORKER_PREFETCH_MULTIPLIER": "3",
        "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": "50",
        "CELERY_TIMEZONE": "Europe/Berlin",
    }
    old = {} if namespace else {"BROKER_URL": "amqp://localhost"}
    module = type("settings", (), old | settings(environ, **old))
    app = Celery("test", set_as_current=False)
    app.config_from_object(module, namespace=namespace)
    conf = app.conf
    assert conf.broker_url == "memory://h"
    assert (conf.task_time_limit, conf.task_soft_time_limit) == (300, 240)
    assert conf.task_acks_late is conf.task_reject_on_worker_lost is True
    assert conf.worker_prefetch_multiplier == 3
    assert conf.worker_soft_shutdown_timeout == 50
    assert str(app.timezone) == "Europe/Berlin"
    assert conf.worker_pool == celery.POOL
    assert conf.worker_hijack_root_logger is False


def test_filesystem(settings):
    assert brokers.transport_options("filesystem:///data/my%20broker") == {
        "data_folder_in": "/data/my broker",
        "data_folder_out": "/data/my broker",
        "control_folder": "/data/my broker",
    }


def test_sentinel(settings, problems):
    sentinel = {"CELERY_BROKER_URL": "sentinel://a:26379/0;sentinel://b:26379/0"}
    assert set(problems(sentinel)) == {"CELERY_SENTINEL_MASTER"}
    assert problems(sentinel, CELERY_BROKER_TRANSPORT_OPTIONS={"master_name": "m"}) == {}
    named = {**sentinel, "CELERY_SENTINEL_MASTER": "m"}
    assert problems(named) == {}
    assert settings(named)["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"master_name": "m"}


RIGHT = [
    "redis://",
    "redis://h",
    "redis://h:6379/",
    "redis://:p%40@h:6379/15",
    "redis://[::1]:6379/0",
    "rediss://h/0",
    "rediss://h/0?ssl_cert_reqs=required",
    "redis+socket:///run/redis.sock",
    "redis+socket:///run/redis.sock?virtual_host=2",
    "redis://a/0;redis://b/0",
    "amqp://",
    "amqp://u:p@h//",
    "amqp://u:p@h/%2F",
    "amqp://u:p@h:5672/app?heartbeat=30",
    "amqps://h/app?login_method=EXTERNAL",
    "pyamqp://h",
    "memory://",
]
WRONG = [
    "redis://h/app",
    "redis://h/0/1",
    "redis://h/-1",
    "redis://h:0/0",
    "redis://h:port/0",
    "redis://a b/0",
    "redis://a..b/0",
    "redis://h/0?socket_timeout=5",
    "redis://h/0?db=1",
    "rediss://h/0?ssl_cert_reqs=yes",
    "rediss://h/0?ssl_ca_certs=/nowhere.pem",
    "redis://a,b/0",
    "redis://h/0;h2",
    "redis://h/0;redis://i/app",
    "redis+socket://",
    "amqp://h?frame_max=1",
    "amqp://h?heartbeat=soon",
    "amqp://h?login_method=TRUST",
    "amqp://h?virtual_host=x",
    "amqps://h?ssl_cert_reqs=required",
    "sqs://h?region=eu",
    "http://h",
    "h:6379",
    "redis:/h",
]


@pytest.mark.parametrize("url", RIGHT)
def test_a_right_broker(problems, url):
    """What is let through, kombu takes; some that it takes are refused, being typing errors."""
    from kombu import Connection

    assert problems({"CELERY_BROKER_URL": url}) == {}
    connection = Connection(url)
    transport = connection.transport
    if transport.driver_type == "redis":
        channel = transport.Channel.__new__(transport.Channel)  # which would ask the server
        channel.connection = transport
        channel._connparams()


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_broker(problems, url):
    assert set(problems({"BROKER_URL": url})) == {"CELERY_BROKER_URL"}


def test_a_broker_is_required_where_nobody_names_one(problems):
    assert set(problems({})) == {"CELERY_BROKER_URL"}
    assert problems({}, CELERY_BROKER_URL="sqs://") == {}
    assert problems({}, BROKER_URL="sqs://") == {}
    assert problems({}, CELERY_TASK_ALWAYS_EAGER=True) == {}


def test_a_brokers_package_is_missing(problems):
    assert "needs the package" in problems({"CELERY_BROKER_URL": "sqs://"})["CELERY_BROKER_URL"]


def test_the_brokers_folder(problems, tmp_path):
    assert problems({"CELERY_BROKER_URL": f"filesystem://{tmp_path}"}) == {}
    missing = {"CELERY_BROKER_URL": f"filesystem://{tmp_path}/none"}
    assert set(problems(missing)) == {"CELERY_BROKER_URL"}
    assert set(problems({"CELERY_BROKER_URL": "filesystem://"})) == {"CELERY_BROKER_URL"}


@pytest.mark.parametrize(
    "backend",
    [
        "redis://h/1",
        "rediss://h/1?ssl_cert_reqs=required",
        "sentinel://a:1/0;sentinel://b:1/0",
        "redis+socket:///run/redis.sock",
        "rpc://",
        "rpc",
        "disabled",
        "cache+memory://",
        "file:///tmp",
    ],
)
def test_a_right_result_backend(problems, backend):
    """Celery can make it."""
    from celery import Celery

    assert problems({"CELERY_BROKER_URL": REDIS, "CELERY_RESULT_BACKEND": backend}) == {}
    app = Celery("test", broker="memory://", backend=backend, set_as_current=False)
    assert app.backend
    app.close()


@pytest.mark.parametrize(
    "backend",
    [
        "redis://h/app",
        "REDIS://h/0",
        "redis://h/0?ssl_cert_reqs=required",
        "redis://a..b/0",
        "rediss://h/1",
        "rediss://h/1?ssl_cert_reqs=yes",
        "rediss://h/1?socket_timeout=5",
        "django-db",
        "django-cache",
        "djangodb",
        "amqp://h",
        "memory://",
        "mongodb://h",
        "db+sqlite:///x",
        "s3://bucket",
        "file:///nowhere",
        "json",
        "no.such.Backend",
        "redis://h/0 ;",
    ],
)
def test_a_wrong_result_backend(problems, backend):
    environ = {"CELERY_BROKER_URL": REDIS, "CELERY_RESULT_BACKEND": backend}
    assert set(problems(environ)) == {"CELERY_RESULT_BACKEND"}


def test_the_projects_way_to_check_certificates(problems):
    environ = {"CELERY_BROKER_URL": REDIS, "CELERY_RESULT_BACKEND": "rediss://h/1"}
    assert problems(environ, CELERY_REDIS_BACKEND_USE_SSL={"ssl_cert_reqs": 0}) == {}


LATE = {"CELERY_BROKER_URL": REDIS, "CELERY_TASK_ACKS_LATE": "1"}


@pytest.mark.parametrize(
    ("environ", "project", "name"),
    [
        ({"CELERY_TASK_TIME_LIMIT": "five"}, {}, "CELERY_TASK_TIME_LIMIT"),
        ({"CELERY_TASK_SOFT_TIME_LIMIT": "-1"}, {}, "CELERY_TASK_SOFT_TIME_LIMIT"),
        ({"CELERY_TASK_ACKS_LATE": "late"}, {}, "CELERY_TASK_ACKS_LATE"),
        ({"CELERY_WORKER_PREFETCH_MULTIPLIER": "-1"}, {}, "CELERY_WORKER_PREFETCH_MULTIPLIER"),
        ({"CELERY_WORKER_PREFETCH_MULTIPLIER": "1.5"}, {}, "CELERY_WORKER_PREFETCH_MULTIPLIER"),
        ({"CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": "1 m"}, {}, "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT"),
        ({"CELERY_TIMEZONE": "Berlin"}, {}, "CELERY_TIMEZONE"),
        ({"CELERY_VISIBILITY_TIMEOUT": "0"}, {}, "CELERY_VISIBILITY_TIMEOUT"),
        ({"BROKER_URL": AMQP}, {}, "CELERY_BROKER_URL"),
        (
            {"CELERY_TASK_TIME_LIMIT": "5m", "CELERY_TASK_SOFT_TIME_LIMIT": "5m"},
            {},
            "CELERY_TASK_SOFT_TIME_LIMIT",
        ),
        (
            {"CELERY_TASK_TIME_LIMIT": "30"},
            {"CELERY_TASK_SOFT_TIME_LIMIT": 60},
            "CELERY_TASK_TIME_LIMIT",
        ),
        ({**LATE, "CELERY_TASK_TIME_LIMIT": "2h"}, {}, "CELERY_VISIBILITY_TIMEOUT"),
        (LATE, {"CELERY_TASK_TIME_LIMIT": 7200}, "CELERY_VISIBILITY_TIMEOUT"),
        (
            {**LATE, "CELERY_VISIBILITY_TIMEOUT": "1m"},
            {"CELERYD_TASK_TIME_LIMIT": 60},
            "CELERY_VISIBILITY_TIMEOUT",
        ),
    ],
)
def test_what_is_wrong(problems, environ, project, name):
    assert set(problems({"CELERY_BROKER_URL": REDIS, **environ}, **project)) == {name}


@pytest.mark.parametrize(
    ("environ", "project"),
    [
        ({"CELERY_TASK_TIME_LIMIT": "0", "CELERY_TASK_SOFT_TIME_LIMIT": "5m"}, {}),
        ({**LATE, "CELERY_TASK_TIME_LIMIT": "2h", "CELERY_VISIBILITY_TIMEOUT": "3h"}, {}),
        (
            {**LATE, "CELERY_TASK_TIME_LIMIT": "2h"},
            {"CELERY_BROKER_TRANSPORT_OPTIONS": {"visibility_timeout": 9000}},
        ),
        ({**LATE, "CELERY_BROKER_URL": AMQP, "CELERY_TASK_TIME_LIMIT": "2h"}, {}),
        ({}, {"CELERY_TASK_ACKS_LATE": True, "CELERY_TASK_TIME_LIMIT": 7200}),
        ({}, {"CELERY_TASK_SOFT_TIME_LIMIT": 9, "CELERY_TASK_TIME_LIMIT": 7}),
    ],
)
def test_what_is_right(problems, environ, project):
    assert problems({"CELERY_BROKER_URL": REDIS, **environ}, **project) == {}


def test_a_broker_without_visibility(problems):
    environ = {"CELERY_BROKER_URL": AMQP, "CELERY_VISIBILITY_TIMEOUT": "1h"}
    assert set(problems(environ)) == {"CELERY_VISIBILITY_TIMEOUT"}


def test_sqs_has_a_longest_visibility(complete):
    environ = {"CELERY_BROKER_URL": "sqs://", "CELERY_VISIBILITY_TIMEOUT": "13h"}
    with pytest.raises(
        ConfigurationError, match=r"CELERY_VISIBILITY_TIMEOUT \(env\) is longer than SQS"
    ):
        read(SCHEMA.values(), complete | environ)


def test_build_mode(settings, problems):
    environ = {"BUILD": "1", "CELERY_BROKER_URL": "nonsense", "CELERY_VISIBILITY_TIMEOUT": "1h"}
    assert problems(environ) == {}
    assert settings(environ, CELERY_BROKER_URL=REDIS)["CELERY_BROKER_URL"] == "memory://"


SHOW = """
import sys
from celery.bin import celery
from project.celery import app
@celery.celery.command()
def show():
    limit = app.conf.task_time_limit  # loads the settings
    print(app.conf.broker_url, app.conf.result_backend, limit)
celery.main()
"""


@pytest.fixture
def show(tmp_path):
    """What Celery's own program has for broker, results and limit; or how it ended."""

    def run(*arguments, **environ):
        complete = {
            "SECRET_KEY": "k" * 50,
            "ALLOWED_HOSTS": "example.org",
            "DATABASE_URL": "sqlite://",
            "PYTHONPATH": str(PROJECT),
            "HOME": str(tmp_path),
        }
        done = subprocess.run(
            [sys.executable, "-c", SHOW, "-A", "project", *arguments, "show"],
            cwd=tmp_path,
            env=complete | environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return (done.returncode, done.stdout.strip() or done.stderr)

    return run


def test_celerys_program_and_the_environment(show, tmp_path):
    secret = tmp_path / "broker"
    secret.write_text("memory://file\n")
    assert show(BROKER_URL="memory://alias", CELERY_TASK_TIME_LIMIT="5m") == (
        *(0, "memory://alias None 300"),
    )
    assert show(CELERY_BROKER_URL_FILE=str(secret), RESULT_BACKEND="rpc://") == (
        *(0, "memory://file rpc:// None"),
    )
    blank = show(CELERY_BROKER_URL=" memory://blank\n", CELERY_RESULT_BACKEND="rpc ")
    assert blank == (0, "memory://blank rpc None")
    assert show("-b", "memory://said", BROKER_URL="memory://alias")[1].startswith("memory://said ")
    assert show("-b", "memory://said")[1].startswith("memory://said ")


def test_names_that_disagree_in_celerys_program(show):
    code, told = show(CELERY_BROKER_URL="memory://geheim", BROKER_URL="memory://alias")
    assert code == 78
    assert "CELERY_BROKER_URL (env, alias BROKER_URL) has names that disagree" in told
    assert "geheim" not in told
    code, told = show(RESULT_BACKEND="rpc://", CELERY_RESULT_BACKEND_FILE="/dev/null")
    assert code == 78
    assert "RESULT_BACKEND" in told


def test_nothing_is_changed_outside_of_celerys_program():
    environ = {"CELERY_BROKER_URL": "redis://h", "BROKER_URL": "redis://i"}
    assert celery_environment.as_given(environ) is environ


def test_build_mode_has_no_broker_for_celery_either(values):
    environ = {"CELERY_BROKER_URL": REDIS, "OTHER": "1"}
    celery_environment.agree(values(BUILD="1"), {}, environ)
    assert environ == {"OTHER": "1"}


@pytest.mark.parametrize(
    "url", ["amqp://u:geheim;b@h//", "redis://:a;geheim@h/0", "amqp://h/v;w", "amqp://h//;geheim"]
)
def test_a_semicolon_that_separates_nothing(problems, url):
    told = problems({"CELERY_BROKER_URL": url})
    assert told == {"CELERY_BROKER_URL": "has a ; that is not percent-encoded: %3B"}


@pytest.mark.parametrize(
    ("text", "namespace"),
    [
        ("app.config_from_object('django.conf:settings')", False),
        ("app.config_from_object('django.conf:settings', namespace='CELERY')", True),
        ("from other import app", True),
    ],
)
def test_an_app_without_a_namespace_gets_the_old_names(tmp_path, monkeypatch, text, namespace):
    package = tmp_path / "oldmoon"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "celery.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "oldmoon", raising=False)
    made = {}
    configure(made, app="oldmoon", environ={**COMPLETE, "CELERY_BROKER_URL": AMQP})
    assert (made["CELERY_BROKER_URL"], made.get("BROKER_URL")) == (
        AMQP,
        None if namespace else AMQP,
    )


def test_a_cloud_broker_wins_over_the_projects(settings):
    made = settings({"CLOUDAMQP_URL": AMQP}, CELERY_BROKER_URL="redis://localhost")
    assert made["CELERY_BROKER_URL"] == AMQP


def test_cache_and_broker_in_one_database_are_a_warning(complete):
    def told(**environ):
        app = App(name="moon", celery=True)
        values = read(SCHEMA.values(), complete | environ, app)
        configured = Configured(app=app, groups=GROUPS, environ=complete | environ, values=values)
        return [each.name for each in suspicions(configured)]

    assert told(REDIS_URL="redis://h:6379/0") == ["CACHE_URL"]
    assert told(CACHE_URL="redis://h/1", CELERY_BROKER_URL="redis://h:6379/1") == ["CACHE_URL"]
    assert told(CACHE_URL="redis://h/1", CELERY_BROKER_URL="redis://h:6379") == []
    assert told(CACHE_URL="redis://i/0", CELERY_BROKER_URL="redis://h:6379") == []
