import asyncio
from types import SimpleNamespace

import pytest
from django.utils.log import log_response

from settings_lib import health


@pytest.fixture
def drain_file(tmp_path, monkeypatch):
    path = tmp_path / "drain"
    monkeypatch.setattr(health, "settings", SimpleNamespace(DRAIN_FILE=str(path)))
    return path


def app(request):
    return "the app's"


def request(path):
    return SimpleNamespace(path_info=path)


def test_alive_and_draining(drain_file):
    middleware = health.HealthMiddleware(app)
    answer = middleware(request("/__lbheartbeat__"))
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"
    drain_file.touch()
    assert middleware(request("/__lbheartbeat__")).status_code == 503
    drain_file.unlink()
    assert middleware(request("/__lbheartbeat__")).status_code == 200


def test_draining_is_no_error_in_the_log(drain_file, caplog):
    drain_file.touch()
    answer = health.HealthMiddleware(app)(request("/__lbheartbeat__"))
    log_response("%s: %s", "unavailable", "/__lbheartbeat__", response=answer, request=None)
    assert caplog.records == []


def test_everything_else_is_the_app_s(drain_file):
    middleware = health.HealthMiddleware(app)
    assert middleware(request("/")) == "the app's"
    assert middleware(request("/__lbheartbeat__/")) == "the app's"


def test_async(drain_file):
    async def async_app(request):
        return "the app's"

    middleware = health.HealthMiddleware(async_app)
    assert asyncio.run(middleware(request("/__lbheartbeat__"))).status_code == 200
    assert asyncio.run(middleware(request("/"))) == "the app's"
