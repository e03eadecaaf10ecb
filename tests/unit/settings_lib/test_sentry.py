"""The real SDK, with a receiver of its envelopes on this machine."""

import gzip
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

ID = "4bf92f3577b34da6"

SECRETS = {
    "SECRET_KEY": "planted-key-6c1b0b7e5d0f4a3c9e8d7f6a5b4c3d2e1f0a9b8c",
    "DATABASE_URL": "postgresql://user:planted%2Fdatabase@db.example.org:5432/name",
    "EMAIL_HOST_PASSWORD": "planted-mail",
    "PARTNER": "planted-of-the-apps-own",
}

SETTINGS = """
from settings_lib import Var, configure
INSTALLED_APPS = []
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "urls"
configure(
    globals(),
    app="app",
    extra=[Var(name="PARTNER", secret=True, help="An app's own secret.")],
)
"""

URLS = """
import logging
import os
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

class Config:
    def __init__(self):
        self.key = settings.SECRET_KEY
    def __repr__(self):
        return f"Config(key={self.key})"

def broken(request):
    environ = dict(os.environ)
    databases = settings.DATABASES
    harmless = settings.SECRET_KEY
    deep = {"a": [{"PARTNER": settings.PARTNER}]}
    config = Config()
    logging.getLogger("app").info("connecting to %s", os.environ["DATABASE_URL"])
    raise RuntimeError(f"no answer from {os.environ['DATABASE_URL']}, {settings.PARTNER}")

def host(request):
    return HttpResponse(request.get_host())

urlpatterns = [path("broken/", broken), path("host/", host)]
"""

ASK = """
import io
import django
django.setup()
from django.test import Client
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()

def ask(path, **extra):
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "token=planted-query",
        "SERVER_NAME": "example.org", "SERVER_PORT": "80", "HTTP_HOST": "example.org",
        "HTTP_COOKIE": "sessionid=planted-cookie", "HTTP_AUTHORIZATION": "planted-header",
        "REMOTE_ADDR": "10.0.0.7", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "CONTENT_LENGTH": "0", **extra,
    }
    answer = application(environ, lambda *_: None)
    b"".join(answer)
    answer.close()
"""

BROKEN = f"{ASK}\nask('/broken/', HTTP_X_REQUEST_ID={ID!r})"
WRONG_HOST = f"{ASK}\nask('/host/', HTTP_HOST='evil.example')"
PROBES = f"{ASK}\nfor path in ('/__lbheartbeat__', '/__version__', '/host/'): ask(path)"
TASK = f"""
import time
import django
django.setup()
from celery import Celery, shared_task
from celery.contrib.testing.worker import start_worker
from settings_lib.logs import request_id

app = Celery("app")
app.config_from_object("django.conf:settings", namespace="CELERY")
done = []

@shared_task
def broken(word):
    done.append(word)
    raise RuntimeError("of a task")

request_id.begin({ID!r})
broken.delay("planted-argument")
request_id.end()
with start_worker(app, perform_ping_check=False, pool="solo"):
    deadline = time.monotonic() + 20
    while not done and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)
"""
JOB = "import django; django.setup(); import logging; logging.getLogger('app').error('of a job')"


class Receiver(ThreadingHTTPServer):
    """Takes envelopes: https://develop.sentry.dev/sdk/data-model/envelopes/."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies = []

    def dsn(self, user="key"):
        return f"http://{user}@127.0.0.1:{self.server_port}/1"

    def items(self, kind):
        return [
            json.loads(payload)
            for _, *lines in map(bytes.splitlines, self.bodies)
            for header, payload in zip(lines[::2], lines[1::2], strict=True)
            if json.loads(header)["type"] == kind
        ]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.bodies.append(body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver():
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def run(tmp_path, complete, receiver):
    """Runs a program as gunicorn's would be, or as manage.py, with Sentry on."""
    (tmp_path / "app_settings.py").write_text(SETTINGS)
    (tmp_path / "urls.py").write_text(URLS)

    def do(program, name="serve.py", **environ):
        (tmp_path / name).write_text(program)
        done = subprocess.run(
            [sys.executable, name],
            cwd=tmp_path,
            env={
                **complete,
                **SECRETS,
                "SENTRY_DSN": receiver.dsn(),
                "DJANGO_SETTINGS_MODULE": "app_settings",
                **environ,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    return do


def test_an_exception_is_one_event_without_a_secret(run, receiver):
    run(BROKEN, SENTRY_ENVIRONMENT="staging", IMAGE_TAG="build-42", IMAGE_REVISION="abc")
    [event] = receiver.items("event")
    assert (event["release"], event["environment"]) == ("build-42", "staging")
    assert event["tags"]["request_id"] == ID
    [exception] = event["exception"]["values"]
    assert exception["type"] == "RuntimeError"
    assert exception["value"] == "no answer from [Filtered], [Filtered]"
    frame = exception["stacktrace"]["frames"][-1]
    assert (frame["module"], frame["function"]) == ("urls", "broken")
    assert frame["vars"]["harmless"] == "'[Filtered]'"
    assert frame["vars"]["config"] == "Config(key=[Filtered])"
    for body in receiver.bodies:
        assert b"planted" not in body
        assert b"10.0.0.7" not in body


AWKWARD = {
    "SECRET_KEY": "planted-'single'-\"double\"-back\\slash-and-some-more-of-it",
    "DATABASE_URL": "postgresql://user:plan!ted(%27%5C@db.example.org:5432/name",
    "CACHE_URL": "redis://:pa!planted(rd@127.0.0.1/1",
}
SHOWN = f"""{ASK}
import json, urllib.parse
from django.conf import settings
def broken():
    key = settings.SECRET_KEY
    keys = [settings.SECRET_KEY]
    cache = settings.CACHES["default"]["LOCATION"]
    password = settings.DATABASES["default"]["PASSWORD"]
    nested = repr([password])
    written = json.dumps(dict(a=key, b=password))
    raise RuntimeError(f"{{key!r}} {{cache}} {{password!r}}")
import sentry_sdk
try:
    broken()
except RuntimeError:
    sentry_sdk.capture_exception()
sentry_sdk.flush(5)
"""


def test_a_secret_with_letters_that_are_written_differently(run, receiver):
    run(SHOWN, **AWKWARD)
    [event] = receiver.items("event")
    for text in ("planted", "plan!ted", "plan%21ted", "double", "single", "slash-and"):
        assert text not in json.dumps(event), text


def test_an_old_dsn_and_an_old_name(run, receiver):
    run(
        BROKEN,
        SENTRY_DSN="",
        RAVEN_DSN=receiver.dsn("key:planted-raven"),
        SENTRY_RELEASE="app@1",
        IMAGE_TAG="build-42",
    )
    [event] = receiver.items("event")
    assert event["release"] == "app@1"
    assert not any(b"planted" in body for body in receiver.bodies)


def test_a_tasks_exception_has_the_id_of_the_request_that_sent_it(run, receiver):
    run(TASK, CELERY_BROKER_URL="memory://")
    [event] = receiver.items("event")
    assert event["tags"]["request_id"] == ID
    assert event["exception"]["values"][0]["value"] == "of a task"


def test_a_wrong_host_is_no_event(run, receiver):
    done = run(WRONG_HOST)
    assert "django.security.DisallowedHost" in done.stdout
    assert receiver.items("event") == []


def test_a_probe_is_no_trace(run, receiver):
    run(PROBES, SENTRY_TRACES_SAMPLE_RATE="1")
    [trace] = receiver.items("transaction")
    assert trace["request"]["url"].endswith("/host/")
    assert len(trace["tags"]["request_id"]) == 32
    assert not any(b"planted" in body for body in receiver.bodies)


def test_no_traces_unless_asked_for(run, receiver):
    run(PROBES)
    assert receiver.items("transaction") == []


@pytest.mark.parametrize(
    ("name", "role", "events"),
    [
        ("manage.py", None, 0),
        ("manage.py", "sendalerts", 1),
        ("serve.py", None, 1),
        ("serve.py", "web", 1),
    ],
)
def test_jobs_report_nothing(run, receiver, name, role, events):
    imported = f"{JOB}; import sys; print('sentry_sdk' in sys.modules)"
    done = run(imported, name, **({"ENTRYPOINT_ROLE": role} if role else {}))
    assert len(receiver.items("event")) == events
    assert done.stdout.endswith(f"{bool(events)}\n")


def test_nothing_is_imported_or_sent_without_a_dsn(run, receiver):
    done = run(f"{JOB}; import sys; print('sentry_sdk' in sys.modules)", SENTRY_DSN="")
    assert done.stdout.endswith("False\n")
    assert receiver.bodies == []


def test_the_end_is_silent_where_nobody_listens(run):
    """The SDK would tell on standard error that it waits, in no form of a log."""
    done = run(BROKEN, SENTRY_DSN="http://key@127.0.0.1:9/1", LOG_FORMAT="json")
    assert done.stderr == ""
    for line in done.stdout.splitlines():
        json.loads(line)
