"""What is the same at each end point: nothing of the app's stands before it."""

import asyncio
import logging

import pytest

PATHS = ("/__lbheartbeat__", "/__heartbeat__", "/__version__")


def statuses(client):
    return [client.get(path).status_code for path in PATHS]


def test_alive_and_draining(project):
    client = project.client()
    answer = client.get("/__lbheartbeat__")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    project.drain_file.touch()
    answer = client.get("/__lbheartbeat__")
    assert (answer.status_code, answer.content) == (503, b"draining\n")
    assert answer["Cache-Control"] == "no-store"
    project.drain_file.unlink()
    assert client.get("/__lbheartbeat__").status_code == 200


def test_draining_concerns_nobody_else(project):
    project.drain_file.touch()
    assert statuses(project.client()) == [503, 200, 200]


def test_alive_asks_no_backend(project):
    gone = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/nowhere/db.sqlite3"}
    project.set(DATABASES={"default": gone})
    assert statuses(project.client()) == [200, 500, 200]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["example.org", "10.0.0.7:8000", "stranger.example", "no host!"])
def test_any_host_no_redirect_no_session(project, path, host):
    client = project.client(headers={"host": host})
    for each in (path, path + "/"):
        answer = client.get(each)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies
        assert answer["Content-Length"] == str(len(answer.content))


@pytest.mark.parametrize("path", PATHS)
def test_head_and_other_methods(project, path):
    client = project.client()
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Length"] == client.get(path)["Content-Length"]
    for method in ("post", "put", "delete", "options"):
        answer = getattr(client, method)(path)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


def test_everything_else_is_the_app_s(project):
    client = project.client(headers={"host": "example.org"})
    assert client.get("/").status_code == 301  # SECURE_SSL_REDIRECT
    assert client.get("/", secure=True).content == b"the app's"
    for path in ("/__lbheartbeat__//", "/__lbheartbeat__%0A", "/x/__version__", "/__error__"):
        assert client.get(path, secure=True).status_code == 404


def test_no_end_point_is_an_error_in_the_log(project, caplog):
    caplog.set_level(logging.INFO)
    gone = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/nowhere/db.sqlite3"}
    project.set(DATABASES={"default": gone})
    project.drain_file.touch()
    client = project.client()
    for _ in range(3):
        assert statuses(client) == [503, 500, 200]
    lines = sorted(record.getMessage() for record in caplog.records)
    assert lines == [
        "/__heartbeat__: database default: error: OperationalError",
        "/__heartbeat__: migrations: warning: cannot be looked at",
    ]


def test_async(project):
    async def ask():
        client = project.async_client()
        answers = [await client.get(path, headers={"host": "stranger"}) for path in PATHS]
        refused = await client.post("/__heartbeat__")
        page = await client.get("/", headers={"host": "stranger"})
        return [each.status_code for each in (*answers, refused, page)]

    assert asyncio.run(ask()) == [200, 200, 200, 405, 400]
    project.drain_file.touch()
    assert asyncio.run(ask()) == [503, 200, 200, 405, 400]
