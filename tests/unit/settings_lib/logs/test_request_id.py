import asyncio
import logging
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from settings_lib.logs import request_id
from settings_lib.logs.request_id import CURRENT, RequestIdFilter, RequestIdMiddleware

GIVEN = "4bf92f3577b34da6.a-b_c"


@pytest.fixture(autouse=True)
def _outside():
    yield
    request_id.end()


def request(given=None):
    return SimpleNamespace(META={} if given is None else {"HTTP_X_REQUEST_ID": given})


def response():
    return SimpleNamespace(headers={})


def test_the_rule_is_the_entrypoints():
    from entrypoint import request_id as entrypoints

    assert request_id.TAKEN == entrypoints.TAKEN


@pytest.mark.parametrize("given", [GIVEN, "a", "A" * 128])
def test_an_id_is_taken_over(given):
    assert request_id.choose(given) == given


@pytest.mark.parametrize("given", [None, "", "A" * 129, "a b", "a\n", "ä", "a,a", "\x1b[2J"])
def test_another_one_is_replaced(given):
    chosen = request_id.choose(given)
    assert chosen != given
    assert len(chosen) == 32


def test_a_request(monkeypatch):
    tags = []
    monkeypatch.setitem(
        sys.modules, "sentry_sdk", SimpleNamespace(set_tag=lambda *tag: tags.append(tag))
    )
    seen = []

    def view(request):
        seen.append((CURRENT.get(), request.META["HTTP_X_REQUEST_ID"]))
        return response()

    answer = RequestIdMiddleware(view)(request(GIVEN))
    assert answer.headers == {"X-Request-ID": GIVEN}
    assert seen == [(GIVEN, GIVEN)]
    assert tags == [("request_id", GIVEN)]

    made = RequestIdMiddleware(view)(request()).headers["X-Request-ID"]
    assert made not in {GIVEN, "-"}
    assert seen[1] == (made, made)


def test_an_answer_that_streams_has_the_id_until_it_is_sent():
    from django.conf import UserSettingsHolder, global_settings, settings
    from django.core.signals import request_finished

    RequestIdMiddleware(lambda _: response())(request(GIVEN))
    assert CURRENT.get() == GIVEN
    # Django's own receivers look at settings.
    before, settings._wrapped = settings._wrapped, UserSettingsHolder(global_settings)
    try:
        request_finished.send(sender=None)
    finally:
        settings._wrapped = before
    assert CURRENT.get() == "-"


def test_requests_at_the_same_time():
    async def view(request):
        before = CURRENT.get()
        await asyncio.sleep(0.01)
        assert CURRENT.get() == before == request.META["HTTP_X_REQUEST_ID"]
        return response()

    middleware = RequestIdMiddleware(view)

    async def both():
        return await asyncio.gather(
            *(asyncio.create_task(_ask(middleware, name)) for name in ("a", "b"))
        )

    answers = asyncio.run(both())
    assert [answer.headers["X-Request-ID"] for answer in answers] == ["a", "b"]


async def _ask(middleware, name):
    return await middleware(request(name))


def test_each_record_has_it_and_may_have_its_own():
    own = logging.makeLogRecord({"request_id": "own"})
    record = logging.makeLogRecord({})
    CURRENT.set(GIVEN)
    assert RequestIdFilter().filter(record)
    assert RequestIdFilter().filter(own)
    assert (record.request_id, own.request_id) == (GIVEN, "own")


SETTINGS = """
INSTALLED_APPS = []
ROOT_URLCONF = "urls"
from settings_lib import configure
configure(globals(), app="app")
"""

URLS = """
import asyncio, logging
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
log = logging.getLogger("app")

def plain(request):
    log.info("in plain")
    return HttpResponse()

async def coroutine(request):
    await asyncio.sleep(0.01)
    log.info("in coroutine")
    return HttpResponse()

async def parts():
    log.info("in stream")
    yield b"x"

async def stream(request):
    return StreamingHttpResponse(parts())

def pieces():
    log.info("in pieces")
    yield b"x"

def streaming(request):
    return StreamingHttpResponse(pieces())

views = {"plain": plain, "coroutine": coroutine, "stream": stream, "pieces": streaming}
urlpatterns = [path(name, view) for name, view in views.items()]
"""

PROGRAM = """
import asyncio, io, logging
import django
django.setup()
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

async def ask(path):
    app, sent = asgi, []
    requests = [{"type": "http.request", "body": b""}]

    async def receive():
        if not requests:
            await asyncio.sleep(60)
        return requests.pop()

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"example.org"), (b"x-request-id", f"asgi-{path}".encode())]
    await app({"type": "http", "method": "GET", "path": f"/{path}", "query_string": b"",
               "headers": headers}, receive, send)
    assert (b"X-Request-ID", f"asgi-{path}".encode()) in sent[0]["headers"], sent

async def main():
    paths = ("plain", "coroutine", "stream")
    await asyncio.gather(*(asyncio.create_task(ask(path)) for path in paths))
    logging.getLogger("app").info("outside")

asgi = get_asgi_application()
asyncio.run(main())
wsgi = get_wsgi_application()
for path in ("plain", "coroutine", "pieces"):
    answer = wsgi({"REQUEST_METHOD": "GET", "PATH_INFO": f"/{path}", "HTTP_HOST": "example.org",
                   "SERVER_NAME": "a", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
                   "wsgi.input": io.BytesIO(), "HTTP_X_REQUEST_ID": f"wsgi-{path}"},
                  lambda *_: None)
    list(answer)
    answer.close()
    logging.getLogger("app").info("outside")
"""


def test_in_django_by_both_interfaces(tmp_path, complete):
    (tmp_path / "app_settings.py").write_text(SETTINGS)
    (tmp_path / "urls.py").write_text(URLS)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={**complete, "DJANGO_SETTINGS_MODULE": "app_settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = re.findall(r" app \[(\S+)\] (.*)", done.stdout)
    assert set(found) == {
        ("-", "outside"),
        *((f"asgi-{view}", f"in {view}") for view in ("plain", "coroutine", "stream")),
        *((f"wsgi-{view}", f"in {view}") for view in ("plain", "coroutine", "pieces")),
    }
    assert len(found) == 6 + 4
