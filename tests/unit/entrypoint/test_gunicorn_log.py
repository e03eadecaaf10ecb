import io
import json
import logging
from datetime import timedelta

import pytest
from gunicorn.config import Config

from entrypoint import gunicorn_hooks, lines, request_id
from entrypoint.gunicorn_log import ACCESS, Logger

GIVEN = "4bf92f3577b34da6.a-b_c"


class Request:
    def __init__(self, *ids, uri="/feeds/?token=secret"):
        self.headers = [("HOST", "a"), *(("X-REQUEST-ID", value) for value in ids)]
        self.environ = {
            "REQUEST_METHOD": "GET",
            "RAW_URI": uri,
            "PATH_INFO": "/feeds/",
            "QUERY_STRING": "token=secret",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "10.0.0.1",
            "HTTP_REFERER": "https://example.org/?token=secret",
        }


class Response:
    status = "201 Created"
    sent = 5120
    headers = ()


@pytest.fixture
def log(monkeypatch):
    """Logs a request, and returns its line."""

    loggers = []

    def line(request, form):
        monkeypatch.setenv("LOG_FORMAT", form)
        config = Config()
        config.set("accesslog", "-")
        config.set("statsd_host", "127.0.0.1:9")
        config.set("access_log_format", ACCESS)
        logger = Logger(config)
        loggers.append(logger)
        [handler] = [each for each in logger.access_log.handlers if hasattr(each, "_gunicorn")]
        assert isinstance(handler.formatter, (lines.PlainFormatter, lines.JsonFormatter))
        handler.stream = io.StringIO()
        logger.access(Response, request, request.environ, timedelta(milliseconds=12.34))
        return handler.stream.getvalue()

    yield line
    request_id.end()
    for logger in loggers:
        logger.sock.close()
        logger.access_log.handlers.clear()
        logger.error_log.handlers.clear()


def test_plain(log):
    request = Request(GIVEN)
    request_id.set_header(request)
    line = log(request, "plain")
    assert line.endswith(
        f" INFO gunicorn.access [{GIVEN}] GET /feeds/ 201 in 12.3 ms, 5120 bytes to 10.0.0.1\n"
    )


def test_json_has_the_keys_of_every_line_and_the_requests(log):
    request = Request(GIVEN)
    request_id.set_header(request)
    found = json.loads(log(request, "JSON"))
    assert found.pop("time").endswith("+00:00")
    assert found.pop("message") == "GET /feeds/ 201 in 12.3 ms, 5120 bytes to 10.0.0.1"
    assert list(found.items()) == [
        ("level", "info"),
        ("logger", "gunicorn.access"),
        ("request_id", GIVEN),
        ("method", "GET"),
        ("path", "/feeds/"),
        ("status", 201),
        ("duration_ms", 12.3),
        ("remote", "10.0.0.1"),
        ("bytes", 5120),
    ]
    assert "secret" not in str(found)


@pytest.mark.parametrize("uri", ["/a\x1b[2J", "/ä", "/\x85x"])
def test_a_path_does_not_break_the_line(log, uri):
    line = log(Request(uri=uri), "plain")
    assert line.isascii()
    assert line[:-1].isprintable()


def test_a_request_too_broken_to_have_an_id(log):
    assert " [-] GET - 201 " in log(Request(uri=None), "plain")
    assert json.loads(log(Request(uri=None), "json"))["request_id"] is None


def test_other_lines_have_the_id_of_their_request():
    request = Request(GIVEN)
    record = logging.makeLogRecord({"msg": "Autorestarting", "name": "gunicorn.error"})
    gunicorn_hooks.pre_request(None, request)
    assert f" gunicorn.error [{GIVEN}] Auto" in lines.PlainFormatter().format(record)
    gunicorn_hooks.post_request(None, request, {}, None)
    assert " gunicorn.error [-] Auto" in lines.PlainFormatter().format(record)


@pytest.mark.parametrize(
    "given", [(GIVEN,), ("a",), ("A" * 128,), ("b8ac7e4c-9d0f-4c1f-8a56-0f6a0f7a5b11",)]
)
def test_an_id_is_taken_over(given):
    assert request_id.choose(list(given)) == given[0]


@pytest.mark.parametrize(
    "given",
    [(), ("",), ("A" * 129,), ("a b",), ("a\n",), ("ä",), ("a", "a"), ("${jndi}",), ("a,b",)],
)
def test_another_one_is_replaced(given):
    request = Request(*given)
    request_id.set_header(request)
    [(_, chosen)] = [each for each in request.headers if each[0] == "X-REQUEST-ID"]
    assert chosen not in given
    assert len(chosen) == 32
    assert request_id.of(request) == chosen
