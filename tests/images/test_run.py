"""`run`: gunicorn, sized, ordered, logged and measured, on the built example.

Most of it serves tests/apps/echo, mounted over the example's code.
"""

import json
import re
import shutil
import socket
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime
from urllib.parse import urlsplit

import prometheus_client
import pytest
from apps import APPS
from containers import HARDENED, wait_until

#: Seconds within which a worker has ended that has nothing but an idle connection, by its clock.
#: gunicorn by itself takes 2 with threads and 30 with ASGI.
IDLE = 1.9

CLIENT_ID = "4bf92f35-77b3.client_1"

#: A statsd server: it prints what comes until all of what it waits for has come.
STATSD = """\
import socket, sys
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 8125))
server.settimeout(30)
left = set(sys.argv[1:])
print("ready", flush=True)
while left:
    name = server.recv(1500).decode().partition(":")[0]
    left.discard(name)
print("all")
"""


@pytest.fixture
def folder(tmp_path):
    """A copy of tests/apps/echo, to which a test may add."""
    return shutil.copytree(APPS / "echo", tmp_path / "app")


@pytest.fixture
def echo(containers, example_image, folder):
    """Serves that copy: the echo app, as a host would."""

    def place(environ, options):
        variables = (f"--env={name}={value}" for name, value in environ.items())
        app = (f"--volume={folder}:/app:ro", "--env=APP=echo", "--env=WEB_CONCURRENCY=1")
        return (*HARDENED, *app, *variables, *options, "--publish", "127.0.0.1::8000")

    class Echo:
        def start(self, *args, options=(), **environ):
            container = containers.start(
                example_image, "run", *args, options=place(environ, options)
            )
            container.wait_for_log("Booting worker")
            return container

        def serve(self, *args, options=(), **environ):
            container = self.start(*args, options=options, **environ)
            container.wait_for_answer()
            return container

        def run(self, *args, options=(), **environ):
            return containers.run(example_image, *args, options=place(environ, options))

    return Echo()


def ask(container, path="/", **headers):
    request = urllib.request.Request(
        container.url(path), headers={name.replace("_", "-"): headers[name] for name in headers}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def logged(container, pattern):
    """Return the log's last line that has a pattern."""

    def lines():
        return [line for line in container.logs().splitlines() if re.search(pattern, line)]

    return wait_until(lines, f"{container.name} logs {pattern}", timeout=10)[-1]


@pytest.mark.parametrize(
    ("option", "workers", "why"),
    [
        ("--cpus=0.5", "1", r"CPU quota 0\.5 \(.*50000 / 100000\), rounded up"),
        ("--cpus=1.5", "2", r"CPU quota 1\.5 \(.*150000 / 100000\), rounded up"),
        ("--cpuset-cpus=0", "1", r"bound to 1 CPUs \(cpuset.* is 0\)"),
        ("--memory=300m", "1", r"memory limit 300 MiB \(memory.* is 314572800\)"),
    ],
)
def test_the_containers_own_control_group(echo, option, workers, why):
    options = (option, "--cpus=1.5") if "memory" in option else (option,)
    done = echo.run("explain", "--json", "run", options=options, WEB_CONCURRENCY="")
    assert done.returncode == 0, done.stderr
    [found] = [each for each in json.loads(done.stdout)["why"] if each["name"] == "workers"]
    assert found["value"] == workers
    assert re.match(why, found["reason"])


def test_half_a_cpu_is_one_worker(echo):
    container = echo.serve(options=("--cpus=0.5",), WEB_CONCURRENCY="")
    [[_, [gunicorn]]] = [container.tree()]
    assert len(gunicorn[1]) == 1, gunicorn


def test_the_order_of_settings(echo, folder):
    (folder / "gunicorn.conf.py").write_text(
        "workers = 12\nthreads = 13\nkeepalive = 14\ntimeout = 15\n"
    )
    done = echo.run(
        *("run", "--print-config", "--timeout", "35"),
        WEB_CONCURRENCY="2",
        WEB_MAX_REQUESTS="500",
        GUNICORN_CMD_ARGS="--keep-alive 24 --timeout 25",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    found = {name.strip(): value.strip() for name, value in found.items()}
    assert (found["max_requests"], found["max_requests_jitter"]) == ("500", "50")  # the variables'
    assert (found["workers"], found["threads"]) == ("12", "13")  # the app's own file
    assert found["keepalive"] == "24"  # GUNICORN_CMD_ARGS
    assert found["timeout"] == "35"  # the arguments
    assert found["worker_tmp_dir"] == "/run/app"
    assert found["control_socket"] == "/run/app/gunicorn.ctl"


def test_the_apps_hooks_run_beside_ours(echo, folder):
    (folder / "gunicorn.conf.py").write_text(
        "def say(*words): print('own', *words, flush=True)\n"
        "def on_starting(server): say('starting')\n"
        "def when_ready(server): say('ready')\n"
        "def pre_request(worker, request): say(dict(request.headers)['X-REQUEST-ID'])\n"
    )
    container = echo.serve()
    assert ask(container, X_Request_ID=CLIENT_ID)["id"] == CLIENT_ID
    logs = container.logs()
    assert all(f"own {word}\n" in logs for word in ("starting", "ready", CLIENT_ID))
    assert container.exec("cat", "/run/app/listening").stdout == "0.0.0.0 8000\n"


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_ids_logs_and_the_end(echo, say, interface):
    container = echo.serve(WEB_INTERFACE=interface, LOG_FORMAT="json")
    began = time.monotonic()
    assert ask(container, "/?token=secret", X_Request_ID=CLIENT_ID)["id"] == CLIENT_ID
    longest = (time.monotonic() - began) * 1000
    line = json.loads(logged(container, CLIENT_ID))
    assert 0 <= line.pop("duration_ms") <= longest
    assert line.pop("bytes") > 10
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", line.pop("remote"))
    assert line.pop("time").endswith("+00:00")
    assert line.pop("message").startswith("GET / 200 in ")
    assert line == {
        "level": "info",
        "logger": "gunicorn.access",
        "method": "GET",
        "path": "/",
        "status": 200,
        "request_id": CLIENT_ID,
    }

    made = ask(container)["id"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert made == json.loads(logged(container, made))["request_id"]
    replaced = ask(container, X_Request_ID="a b" + "x" * 200)["id"]
    assert re.fullmatch("[0-9a-f]{32}", replaced)

    every = [json.loads(line) for line in container.logs().splitlines()]
    assert all({"time", "level", "logger", "message"} <= set(each) for each in every)
    assert "secret" not in container.logs()

    url = urlsplit(container.url())
    with socket.create_connection((url.hostname, url.port), timeout=10) as kept:
        kept.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = kept.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"connection: close" not in answer.lower()
        ended = container.end("TERM")
    say(f"web ({interface}) with an idle connection ended {ended.seconds:.2f} s after TERM")
    assert ended.code == 0
    told, exits = (
        datetime.fromisoformat(json.loads(logged(container, message))["time"])
        for message in ("Handling signal: term", "Worker exiting")
    )
    assert (exits - told).total_seconds() < IDLE


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_a_plain_line(echo, interface):
    container = echo.serve(WEB_INTERFACE=interface)
    ask(container, "/?token=secret", X_Request_ID=CLIENT_ID)
    line = logged(container, CLIENT_ID)
    assert re.fullmatch(
        r"[-\d]+ [.:\d]+[+-][:\d]{5} INFO gunicorn\.access "
        rf"\[{CLIENT_ID}\] GET / 200 in \d+\.\d ms, \d+ bytes to [\d.]+",
        line,
    )
    assert "secret" not in container.logs()


def test_a_port_in_use(echo):
    container = echo.serve()
    began = time.monotonic()
    done = container.exec("entrypoint", "run")
    assert time.monotonic() - began < 5  # gunicorn itself would try for five seconds
    assert done.returncode == 69
    [message] = re.findall(r"entrypoint: .*", done.stderr)
    assert message == "entrypoint: cannot listen on port 8000 of 0.0.0.0: Address already in use."
    other = container.exec("cat", "/run/app/listening")
    assert other.stdout == "0.0.0.0 8000\n"


def test_wrong_numbers_are_one_error(echo):
    done = echo.run("run", WEB_CONCURRENCY="lots", PORT="abc", LOG_FORMAT="xml")
    assert done.returncode == 78
    assert "3 variables are wrong" in done.stderr
    for name in ("WEB_CONCURRENCY", "PORT", "LOG_FORMAT"):
        assert done.stderr.count(f"- {name} ") == 1
    assert not re.search("lots|abc|xml", done.stderr)


def test_a_path_that_is_not_writable(containers, example_image):
    options = ("--user=123456:0", "--read-only", "--tmpfs=/tmp")
    done = containers.run(example_image, "run", options=options)
    assert done.returncode == 73
    assert "/run/app is not writable" in done.stderr
    assert "--tmpfs /run/app" in done.stderr


def test_workers_are_replaced(echo):
    container = echo.serve(WEB_MAX_REQUESTS="4")

    def pid():
        try:
            return ask(container)["pid"]
        except OSError:  # between two workers
            return None

    first = pid()
    wait_until(lambda: pid() not in (first, None), "another worker answers", timeout=20)
    logged(container, "Autorestarting worker")


def test_debug_reloads(echo, folder):
    container = echo.serve(DEBUG="true")
    assert ask(container)["version"] == 1
    time.sleep(2)  # gunicorn looks once a second, for the first time after the module was imported
    urls = folder / "echo" / "urls.py"
    urls.write_text(urls.read_text().replace("VERSION = 1", "VERSION = 2"))

    def version():
        try:
            return ask(container)["version"]
        except OSError:  # between two workers
            return None

    wait_until(lambda: version() == 2, "the new code answers", timeout=20)


def test_statsd(echo):
    container = echo.serve(WEB_METRICS="statsd://127.0.0.1:8125/apps.echo")
    names = ("gunicorn.requests", "gunicorn.request.status.200", "gunicorn.request.duration")
    printed = []

    def listen():
        argv = ("python", "-c", STATSD, *(f"apps.echo.{name}" for name in names))
        printed.append(container.exec(*argv).stdout)

    listening = threading.Thread(target=listen)
    listening.start()
    while listening.is_alive():
        ask(container)
        listening.join(0.2)
    assert printed == ["ready\nall\n"]


def test_prometheus(echo, folder):
    target = "prometheus://:9102"
    missing = echo.run("run", WEB_METRICS=target)
    assert missing.returncode == 78
    assert "prometheus_client, which is not installed" in missing.stderr

    shutil.copytree(prometheus_client.__path__[0], folder / "prometheus_client")
    container = echo.serve(
        WEB_METRICS=target, WEB_CONCURRENCY="2", options=("--publish=127.0.0.1::9102",)
    )

    def count():
        with urllib.request.urlopen(container.url("/metrics", port=9102), timeout=10) as answer:
            text = answer.read().decode()
        assert 'http_request_duration_seconds_bucket{le="+Inf",method="GET"}' in text
        [number] = re.findall(r'http_requests_total\{method="GET",status="200"\} (\S+)', text)
        return float(number)

    before = count()
    for _ in range(10):
        ask(container)
    wait_until(lambda: count() == before + 10, "both workers' requests are counted", timeout=10)
    # A worker's successor goes on with its numbers.
    pid = ask(container)["pid"]
    container.exec("kill", str(pid))
    wait_until(lambda: ask(container)["pid"] != pid, "another worker answers")
    assert count() > before + 10
    assert set(container.exec("ls", "/run/app/metrics").stdout.split()) == {
        f"{kind}_{number}.db" for kind in ("counter", "histogram") for number in (0, 1)
    }


def test_a_unix_socket(echo):
    container = echo.start("--bind", "unix:/run/app/web.sock")
    assert container.exec("cat", "/run/app/listening").stdout == "/run/app/web.sock\n"
    # The echo app has no page for it, and that is an answer.
    wait_until(
        lambda: container.exec("entrypoint", "health", "--ready").returncode == 0, "it is ready"
    )


def test_a_role_that_waits_for_migrations_is_alive_and_not_ready(containers, example_image):
    environ = {
        "SECRET_KEY": "of the tests",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": "sqlite:////data/db.sqlite3",
        "CELERY_BROKER_URL": "redis://redis/0",
        "SECURE_SSL_REDIRECT": "false",
    }
    variables = (f"--env={name}={value}" for name, value in environ.items())
    volume = f"--volume={containers.create('volume')}:/data"
    container = containers.start(
        example_image, "run", "--wait-migrated", options=(*HARDENED, *variables, volume)
    )
    container.wait_for_log("waiting, at most 600 s, for migrations: ")
    alive, ready = (container.exec("entrypoint", "health", *args) for args in ((), ("--ready",)))
    assert (alive.returncode, ready.returncode) == (0, 1)
    assert "waits for migrations: " in ready.stdout
    migrated = container.exec("entrypoint", "migrate")
    assert migrated.returncode == 0, migrated.stderr
    container.wait_for_log("Booting worker")
    wait_until(
        lambda: container.exec("entrypoint", "health", "--ready").returncode == 0, "it is ready"
    )
