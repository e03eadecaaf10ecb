"""The health end points before real servers that go away, fall silent and come back."""

import http.client
import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from apps import toolkit_or_fail
from containers import HARDENED, command, wait_until

PASSWORDS = {"postgres": "pw-of-postgres", "redis": "pw-of-redis", "rabbitmq": "pw-of-rabbitmq"}
TIMEOUT = 2
#: What the machine may need on top.
SLOW = 2
PSQL = 'exec /usr/lib/postgresql/*/bin/psql -h /tmp -U app -qAt -d app -c "$0"'
CHECKS = ("database default", "migrations", "cache default", "broker")


@dataclass(frozen=True)
class Answer:
    status: int
    data: dict
    seconds: float

    @property
    def wrong(self):
        return {name: status for name, status in self.data["checks"].items() if status != "ok"}


class Site:
    """The example, served by WSGI and by ASGI, and the servers that it needs."""

    def __init__(self, containers, image):
        self.containers, self.image = containers, image
        self._addresses = {}
        self.network = containers.create("network")
        self.postgres = self.serve("postgres", POSTGRES_USER="app")
        self.redis = self.serve("redis", "--requirepass", PASSWORDS["redis"])
        self.rabbitmq = self.serve("rabbitmq", RABBITMQ_DEFAULT_USER="app")
        self.wsgi = self.web("wsgi")
        self.asgi = self.web("asgi")

    def serve(self, name, *argv, **environ):
        environ |= {
            "POSTGRES_PASSWORD": PASSWORDS["postgres"],
            "RABBITMQ_DEFAULT_PASS": PASSWORDS["rabbitmq"],
        }
        variables = [f"--env={key}={value}" for key, value in environ.items()]
        place = ("--network", self.network, "--network-alias", name, *variables)
        return self.containers.start(f"django-container/{name}", *argv, options=place)

    @property
    def options(self):
        variables = {
            "SECRET_KEY": "of the tests",
            "ALLOWED_HOSTS": "antisocial.example.org",
            "SECURE_SSL_REDIRECT": "true",
            "DATABASE_URL": f"postgres://app:{PASSWORDS['postgres']}@postgres/app",
            "CACHE_URL": f"redis://:{PASSWORDS['redis']}@redis:6379/1",
            "CELERY_BROKER_URL": f"amqp://app:{PASSWORDS['rabbitmq']}@rabbitmq//",
            "HEARTBEAT_TIMEOUT": str(TIMEOUT),
            "IMAGE_TAG": "build-42",
            "IMAGE_REVISION": "0123abcd",
            "WEB_CONCURRENCY": "1",
        }
        given = [f"--env={name}={value}" for name, value in variables.items()]
        return (*HARDENED, "--network", self.network, *given)

    def web(self, interface):
        publish = ("--publish", "127.0.0.1::8000", f"--env=WEB_INTERFACE={interface}")
        return self.containers.start(self.image, "run", options=(*self.options, *publish))

    def address(self, web):
        if web not in self._addresses:
            host, port = web.url().split("/")[2].split(":")
            self._addresses[web] = host, int(port)
        return self._addresses[web]

    def connection(self, web):
        return http.client.HTTPConnection(*self.address(web), timeout=30)

    def ask(self, web, path="/__heartbeat__"):
        began = time.monotonic()
        connection = self.connection(web)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        seconds = time.monotonic() - began
        return Answer(answer.status, json.loads(body) if body[:1] == b"{" else {}, seconds)

    def both(self, path="/__heartbeat__", times=1):
        """Ask both webs at the same time, each as often as said."""
        asked = [self.wsgi, self.asgi] * times
        with ThreadPoolExecutor(len(asked)) as pool:
            return list(pool.map(lambda web: self.ask(web, path), asked))

    def fine(self):
        """Wait until everything is fine; each check's status has been asked of the backend."""
        for web in (self.wsgi, self.asgi):
            wait_until(lambda web=web: self.ask(web).data["status"] == "ok", web.logs(), timeout=30)

    def docker(self, verb, container):
        done = command(container.docker, verb, container.name)
        assert done.returncode == 0, done.stderr

    def psql(self, sql):
        done = self.postgres.exec("sh", "-c", PSQL, sql)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def migrate(self, *arguments):
        done = self.containers.run(self.image, "migrate", *arguments, options=self.options)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(module_containers, example_image, say):
    say("PostgreSQL, Redis and RabbitMQ")
    toolkit_or_fail("images", "build", "postgres", "redis", "rabbitmq")
    made = Site(module_containers, example_image)
    done = module_containers.run(example_image, "wait", options=made.options)
    assert done.returncode == 0, done.stderr
    for web in (made.wsgi, made.asgi):
        wait_until(lambda web=web: answers(made, web), web.name)
    return made


def answers(site, web):
    assert web.inspect()["State"]["Running"], web.logs()
    try:
        return site.ask(web, "/__lbheartbeat__").status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def migrated(site):
    if site.ask(site.wsgi).data["status"] == "warning":
        site.migrate()
    site.fine()
    return site


def test_unapplied_migrations_are_a_warning(site):
    for answer in site.both():
        assert (answer.status, answer.data["status"]) == (200, "warning")
        assert answer.wrong == {"migrations": "warning"}
        assert "feeds.0001_initial" in json.dumps(answer.data["details"]["migrations"])


def test_all_is_fine_once_they_are_applied(migrated):
    for answer in migrated.both():
        assert answer.status == 200
        checks = dict.fromkeys(CHECKS, "ok")
        assert answer.data == {"status": "ok", "checks": checks, "details": {}}


def test_no_host_no_redirect(migrated):
    for web in (migrated.wsgi, migrated.asgi):
        for path in ("/__lbheartbeat__", "/__heartbeat__", "/__version__", "/__version__/"):
            with socket.create_connection(migrated.address(web), timeout=10) as connection:
                connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
                assert b" 200 OK\r\n" in connection.recv(4096), path
        assert migrated.ask(web, "/__version__").data == {
            "source": None,
            "version": "build-42",
            "commit": "0123abcd",
            "build": None,
        }


def test_head_leaves_the_connection_in_order(migrated):
    for web in (migrated.wsgi, migrated.asgi):
        connection = migrated.connection(web)
        for method in ("HEAD", "GET", "POST", "GET"):
            connection.request(method, "/__heartbeat__")
            answer = connection.getresponse()
            assert answer.status == (405 if method == "POST" else 200)
            assert bool(answer.read()) == (method == "GET")
        connection.close()
        assert "no-body" not in web.logs()


@pytest.mark.parametrize(
    ("server", "name"),
    [("postgres", "database default"), ("redis", "cache default"), ("rabbitmq", "broker")],
)
def test_a_silent_server(migrated, server, name):
    """Paused: it takes connections, and says nothing. Ten ask at once, and then five more."""
    migrated.fine()
    before = changes(migrated, name)
    migrated.docker("pause", getattr(migrated, server))
    time.sleep(1.1)  # what was found before is told for a second
    try:
        found = migrated.both(times=5)
        time.sleep(0.5)
        found += migrated.both(times=2)
        alive = migrated.both("/__lbheartbeat__")
    finally:
        migrated.docker("unpause", getattr(migrated, server))
    for answer in found:
        assert answer.status == 500
        assert answer.seconds < TIMEOUT + SLOW
        assert answer.wrong == {name: "error"} | (
            {"migrations": "warning"} if server == "postgres" else {}
        )
    assert [answer.status for answer in alive] == [200, 200]
    assert max(answer.seconds for answer in alive) < 1
    migrated.fine()
    assert changes(migrated, name) == [[*each, "error", "ok"] for each in before]


def changes(site, name):
    """What the log of either web tells of a check."""
    logs = (web.logs() for web in (site.wsgi, site.asgi))
    return [re.findall(rf"/__heartbeat__: {name}: (\w+)", each) for each in logs]


@pytest.mark.parametrize(
    ("server", "name"), [("postgres", "database default"), ("redis", "cache default")]
)
def test_a_server_that_is_gone(migrated, server, name):
    migrated.fine()
    migrated.docker("kill", getattr(migrated, server))
    time.sleep(1.1)
    for answer in migrated.both():
        assert answer.status == 500
        assert answer.seconds < TIMEOUT + SLOW
        assert answer.wrong.pop(name) == "error"
    assert [answer.status for answer in migrated.both("/__lbheartbeat__")] == [200, 200]
    migrated.docker("start", getattr(migrated, server))
    migrated.fine()


#: Asks 50 times, anew each time, and prints what this process holds before and after.
PROBES = """
import asyncio, json, os, threading
from django.db import connection
from settings_lib.health import runs
from settings_lib.health.heartbeat import Heartbeat

def held():
    links = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
             if os.path.lexists(f"/proc/self/fd/{fd}")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL")
        (count,) = cursor.fetchone()
    return {"sockets": sum(link.startswith("socket:") for link in links),
            "threads": threading.active_count(), "postgres": count}

async def ask(heartbeat, times):
    return [await heartbeat.ask_async() for _ in range(times)]

runs.FRESH = -1.0
heartbeat = Heartbeat(5)
found = [heartbeat.ask()]
before = held()
found += [heartbeat.ask() for _ in range(25)]
found += asyncio.run(ask(heartbeat, 25))
after = held()
print(json.dumps([before, after, sorted({each["status"] for each in found})]))
"""


def test_50_runs_of_each_check_leave_nothing_open(migrated):
    done = migrated.wsgi.exec("manage", "shell", "--verbosity=0", stdin=PROBES)
    assert done.returncode == 0, done.stderr
    before, after, statuses = json.loads(done.stdout.splitlines()[-1])
    assert statuses == ["ok"]
    assert after["postgres"] <= before["postgres"], "others may have ended, and none is left"
    assert (after["threads"], after["sockets"]) <= (before["threads"] + 1, before["sockets"] + 4)


def test_200_requests_leave_nothing_open(migrated):
    migrated.fine()
    for _ in range(10):
        assert {answer.status for answer in migrated.both(times=10)} == {200}
    count = "SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL"
    wait_until(lambda: migrated.psql(count) == "0", "connections are left", timeout=5)


def test_the_logs_tell_no_secret_and_no_traceback(migrated):
    for web in (migrated.wsgi, migrated.asgi):
        logs = web.logs()
        for secret in (*PASSWORDS.values(), "of the tests"):
            assert secret not in logs
        assert "Traceback" not in logs
        assert "Internal Server Error" not in logs
