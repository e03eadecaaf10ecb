import asyncio
import logging
import sys
from types import SimpleNamespace

import pytest

from settings_lib import request_id
from settings_lib.request_id import CURRENT, RequestIdFilter, RequestIdMiddleware

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
    from django.core.signals import request_finished

    RequestIdMiddleware(lambda _: response())(request(GIVEN))
    assert CURRENT.get() == GIVEN
    request_finished.send(sender=None)
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
