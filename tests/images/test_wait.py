"""`wait` with real PostgreSQL, Redis and RabbitMQ: late, wrong, missing, and no secret told."""

import re
import time

import pytest
from apps import toolkit_or_fail
from containers import HARDENED, command, wait_until

PASSWORDS = {"postgres": "pw-of-postgres", "redis": "pw-of-redis", "rabbitmq": "pw-of-rabbitmq"}
WRONG = ("pw-wrong-one", "pw-wrong-two", "pw-wrong-three")
KEY = "key-of-the-tests"

POSTGRES = "postgres://app:{}@postgres/app"
REDIS = "redis://:{}@redis:6379/1"
RABBITMQ = "amqp://app:{}@rabbitmq//"


class Network:
    """Runs `wait` where the services are or will be, and looks for secrets in what it prints."""

    def __init__(self, containers, image, name):
        self.containers, self.image, self.name = containers, image, name

    def serve(self, name, *argv, **environ):
        variables = [f"--env={key}={value}" for key, value in environ.items()]
        place = ("--network", self.name, "--network-alias", name, *variables)
        return self.containers.start(f"django-container/{name}", *argv, options=place)

    def options(self, **environ):
        variables = {
            "SECRET_KEY": KEY,
            "ALLOWED_HOSTS": "localhost",
            "DATABASE_URL": POSTGRES.format(PASSWORDS["postgres"]),
            "CACHE_URL": REDIS.format(PASSWORDS["redis"]),
            "CELERY_BROKER_URL": RABBITMQ.format(PASSWORDS["rabbitmq"]),
            **environ,
        }
        given = [f"--env={key}={value}" for key, value in variables.items()]
        return (*HARDENED, "--network", self.name, *given)

    def wait(self, *args, **environ):
        done = self.containers.run(self.image, "wait", *args, options=self.options(**environ))
        without_secrets(done.stdout + done.stderr)
        return done


def without_secrets(text):
    for secret in (KEY, *PASSWORDS.values(), *WRONG):
        assert secret not in text
    assert "Traceback" not in text


@pytest.fixture(scope="module")
def network(module_containers, example_image, say):
    say("RabbitMQ, and Redis with a password")
    toolkit_or_fail("images", "build", "postgres", "redis", "rabbitmq")
    return Network(module_containers, example_image, module_containers.create("network"))


@pytest.fixture(scope="module")
def late(network):
    """A `wait` that began before the services did, and has ended; they are there from then on."""
    waiting = network.containers.start(network.image, "wait", options=network.options())
    wait_until(lambda: waiting.logs().count("host not found") == 3, waiting.name)
    network.serve(
        *("rabbitmq",), RABBITMQ_DEFAULT_USER="app", RABBITMQ_DEFAULT_PASS=PASSWORDS["rabbitmq"]
    )
    network.serve("redis", "--requirepass", PASSWORDS["redis"])
    network.serve("postgres", POSTGRES_USER="app", POSTGRES_PASSWORD=PASSWORDS["postgres"])
    command(waiting.docker, "wait", waiting.name)
    return waiting


def test_services_that_come_late_are_waited_for(late):
    assert late.inspect()["State"]["ExitCode"] == 0, late.logs()
    there = re.findall(r"^(.+): there after (\d+\.\d) s$", late.logs(), re.MULTILINE)
    assert {name for name, _ in there} == {"database default", "cache default", "broker"}
    assert all(float(seconds) > 0 for _, seconds in there)
    without_secrets(late.logs())


def test_what_is_there_takes_no_time(network, late):
    done = network.wait("--timeout", "5")
    assert done.returncode == 0, done.stderr
    there = re.findall(r": there after (\d\.\d) s$", done.stdout, re.MULTILINE)
    assert len(there) == 3
    assert max(map(float, there)) < 2
    assert done.stderr == ""


def test_wrong_passwords_are_told_apart(network, late):
    first, second, third = WRONG
    done = network.wait(
        *("--timeout", "2"),
        DATABASE_URL=POSTGRES.format(first),
        CACHE_URL=REDIS.format(second),
        CELERY_BROKER_URL=RABBITMQ.format(third),
    )
    assert done.returncode == 69
    lines = done.stderr.splitlines()
    assert lines[0] == "entrypoint: not there after 2 s:"
    assert [line.partition(" (")[0] for line in lines[1:4]] == [
        *("    broker", "    cache default", "    database default")
    ]
    assert all("): wrong user or password: " in line for line in lines[1:4]), done.stderr
    assert "WAIT_TIMEOUT" in lines[4]


def test_wrong_hosts_ports_and_databases_are_told_apart(network, late):
    done = network.wait(
        *("--timeout=2",),
        DATABASE_URL=POSTGRES.format(PASSWORDS["postgres"]).replace(
            "@postgres/app", "@postgres/nope"
        ),
        CACHE_URL=REDIS.format(PASSWORDS["redis"]).replace("@redis", "@nowhere"),
        CELERY_BROKER_URL=RABBITMQ.format(PASSWORDS["rabbitmq"]).replace(
            "@rabbitmq", "@rabbitmq:1"
        ),
    )
    assert done.returncode == 69
    assert re.search(r"broker \(amqp://app:\S+@rabbitmq:1//\): connection refused: ", done.stderr)
    assert re.search(r"cache default \(redis://\S+@nowhere:6379/1\): host not found: ", done.stderr)
    assert re.search(r"database default \(nope at .*\): no such database: ", done.stderr)


def test_one_of_several_is_missing(network, late):
    options = {"CELERY_BROKER_URL": "redis://:pw-of-redis@10.255.255.254:1/0"}
    began = time.monotonic()
    done = network.wait("--timeout", "3", **options)
    assert time.monotonic() - began < 15
    assert done.returncode == 69
    assert done.stdout.count(": there after ") == 2
    assert len(done.stderr.splitlines()) == 3
    assert "    broker (redis://" in done.stderr
    done = network.wait("database", "cache", **options)
    assert done.returncode == 0
    assert "broker" not in done.stdout


def test_redis_as_the_broker(network, late):
    broker = REDIS.format(PASSWORDS["redis"])
    done = network.wait("broker", CELERY_BROKER_URL=broker)
    assert done.returncode == 0
    done = network.wait("broker", "--timeout=1", CELERY_BROKER_URL=REDIS.format(WRONG[0]))
    assert done.returncode == 69
    assert "wrong user or password" in done.stderr


def test_what_needs_no_waiting(network):
    done = network.wait(
        DATABASE_URL="sqlite:////tmp/db.sqlite3",
        CACHE_URL="locmemcache://",
        CELERY_BROKER_URL="memory://",
    )
    assert done.returncode == 0, done.stderr
    assert "database default: there after 0." in done.stdout
    assert "cache default: not waited for: it is in each process's own memory\n" in done.stdout
    assert "broker: not waited for: it is in each process's own memory\n" in done.stdout


def test_an_app_without_celery_has_no_broker(containers, plain_image):
    options = (*HARDENED, f"--env=SECRET_KEY={KEY}")
    done = containers.run(plain_image, "wait", options=options)
    assert done.returncode == 0, done.stderr
    assert "broker: not waited for: Celery is not installed\n" in done.stdout
    done = containers.run(plain_image, "wait", "broker", options=options)
    assert done.returncode == 78
    assert done.stderr == "entrypoint: there is no broker: Celery is not installed.\n"


def test_term_ends_it_at_once(network):
    waiting = network.containers.start(
        network.image, "wait", options=network.options(DATABASE_URL="postgres://app:x@nowhere/app")
    )
    waiting.wait_for_log("host not found")
    ended = waiting.end("TERM")
    assert ended.code == 143
    assert ended.seconds < 1
