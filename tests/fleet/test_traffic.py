"""The load generator, against a server that is wrong on purpose."""

import hashlib
import http.server
import json
import random
import subprocess
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import traffic
from load import traffic_to
from traffic import Client, Figures, Generator, Load, Request


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the probe does, or as `wrong` of its server says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        told = {"version": self.server.version, "host": "here"}
        if self.path == "/echo":
            told |= {"length": length, "sha256": hashlib.sha256(body).hexdigest()}
        elif self.path.startswith("/slow"):
            told["seconds"] = float(parse_qs(urlsplit(self.path).query)["s"][0])
            time.sleep(told["seconds"])
        self.server.asked.append((self.command, self.path, self.headers["Host"]))
        self.server.wrong(self, told)

    do_POST = do_GET  # noqa: N815 - http.server's

    def answer(self, status, text, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    block_on_close = False


def right(handler, told):
    handler.answer(200, json.dumps(told))


@pytest.fixture
def server():
    """One that answers rightly until a test says what else; `asked` has the requests."""
    server = Server(("127.0.0.1", 0), Handler)
    server.version, server.wrong, server.asked = "build-1", right, []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(server, seconds=0.6, then=None, **load):
    """The figures of some traffic; `then` is called in the middle."""
    load = {"workers": 4, "slow": 0, "rate": 100, **load}
    generator = Generator(Load(url=server.url, host="probe.example.org", **load))
    generator.start()
    time.sleep(seconds / 2)
    if then:
        then()
    time.sleep(seconds / 2)
    generator.stop()
    return generator.recorder.figures()


def test_right_answers_are_no_failures(server):
    figures = run(server, slow=2, longest=0.1)
    assert not figures.failures, figures
    assert figures.requests == len(server.asked) == figures.versions["build-1"].answers
    assert set(figures.kinds) == {"get", "post", "slow", "new", "kept"}
    assert figures.hosts == {"here": figures.requests}
    assert {host for _, _, host in server.asked} == {"probe.example.org"}
    assert 0 < figures.percentiles["p50"] <= figures.percentiles["max"] < 0.5


def test_the_rate_is_kept(server):
    figures = run(server, seconds=1, rate=60)
    assert 50 <= figures.requests <= 70


def answers(status, text):
    return lambda handler, _: handler.answer(status, text)


def drops(handler, told):
    handler.close_connection = True


def echoes_another(handler, told):
    right(handler, {**told, "sha256": "0" * 64} if "sha256" in told else told)


def cuts(handler, told):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"{")
    handler.close_connection = True


WRONG = {
    "error": (answers(500, "{}"), "status 500"),
    "sorry page": (answers(503, "Back in a moment"), "status 503"),
    "stranger": (answers(200, "Welcome to nginx!"), "it is not the probe's answer"),
    "stranger with JSON": (answers(200, "[]"), "it is not the probe's answer"),
    "no answer": (drops, "RemoteDisconnected"),
    "half an answer": (cuts, "IncompleteRead"),
    "another body": (echoes_another, "it answers another body than was sent"),
}


@pytest.mark.parametrize(("wrong", "told"), WRONG.values(), ids=WRONG)
def test_each_failure_is_listed(server, wrong, told):
    server.wrong = wrong
    figures = run(server)
    assert figures.failures == len(figures.failed) > 0
    assert all(told in each.what for each in figures.failed), figures
    if wrong is echoes_another:
        assert {each.request for each in figures.failed} == {"POST /echo"}
    else:
        assert figures.failures == figures.requests
        assert {each.request for each in figures.failed} == {"POST /echo", "GET /"}
        # From the start to the end.
        assert 0.5 < figures.gap < 1.5


def test_no_request_is_sent_twice(server):
    server.wrong = drops
    figures = run(server)
    assert figures.failures == figures.requests == len(server.asked)


def test_a_server_that_is_not_there_fails_every_request(server):
    server.url = "http://127.0.0.1:1"
    figures = run(server)
    assert figures.failures == figures.requests > 0
    assert all("ConnectionRefused" in each.what for each in figures.failed)
    assert {each.connection for each in figures.failed} == {"new"}


def test_the_longest_gap_is_measured(server):
    def pause():
        server.wrong = answers(500, "{}")
        time.sleep(0.5)
        server.wrong = right

    figures = run(server, then=pause)
    assert 0.4 < figures.gap < 0.8
    assert 0.2 < figures.gap_at < 0.5


def test_a_hung_server_is_a_timeout_and_a_gap(server, monkeypatch):
    monkeypatch.setattr(traffic, "TIMEOUT", 0.3)
    server.wrong = lambda handler, told: (time.sleep(0.6), right(handler, told))
    figures = run(server, seconds=1, workers=2)
    assert {each.what for each in figures.failed} == {"TimeoutError('timed out')"}
    assert all(0.25 < each.seconds < 0.6 for each in figures.failed)


def test_a_kept_connection_that_was_closed_while_idle_is_not_used(server):
    """As browsers and pools of connections do; what had been sent would be a failure."""
    client = Client(server.url, "", keep=True)
    assert client.send(Request(kind="get", path="/"))[0] == "new"
    assert client.send(Request(kind="get", path="/"))[0] == "kept"
    server.wrong = lambda handler, told: (
        right(handler, told),
        setattr(handler, "close_connection", True),
    )
    assert client.send(Request(kind="get", path="/"))[0] == "kept"
    time.sleep(0.2)
    assert client.send(Request(kind="get", path="/"))[0] == "new"
    client.close()


def test_an_answer_that_closes_the_connection_is_believed(server):
    server.wrong = lambda handler, told: handler.answer(200, json.dumps(told), Connection="close")
    client = Client(server.url, "", keep=True)
    which = [client.send(Request(kind="get", path="/"))[0] for _ in range(3)]
    assert which == ["new"] * 3


def test_each_request_of_one_that_keeps_none_has_a_connection_of_its_own(server):
    client = Client(server.url, "", keep=False)
    assert [client.send(Request(kind="get", path="/"))[0] for _ in range(3)] == ["new"] * 3


def test_versions_are_told_apart_in_time(server):
    figures = run(server, then=lambda: setattr(server, "version", "build-2"), seconds=1)
    first, second = figures.versions["build-1"], figures.versions["build-2"]
    assert first.answers + second.answers == figures.requests
    assert first.last < second.last
    assert 0.4 < second.first < 0.7


def test_one_seed_asks_for_the_same():
    def asked():
        chance = random.Random(7)
        return [Request.quick(chance) for _ in range(50)] + [Request.slow(chance, 5)]

    assert asked() == asked()
    assert {each.method for each in asked()} == {"GET", "POST"}
    assert all(0 <= each.seconds <= 5 for each in asked())


def test_as_a_process_it_ends_with_its_context(server, tmp_path):
    file = tmp_path / "figures.json"
    with traffic_to(server.url, "probe.example.org", file, "--slow", "0") as seen:
        time.sleep(0.6)
        server.wrong = answers(502, "")
        time.sleep(0.4)
    assert seen.figures == Figures.read(file)
    assert 0 < seen.figures.failures < seen.figures.requests == len(server.asked)
    assert f"{seen.figures.failures} failed" in str(seen.figures)
    assert "status 502" in str(seen.figures)


def test_its_exit_code_tells_whether_a_request_failed(server):
    argv = (
        sys.executable,
        traffic.__file__,
        "--url",
        server.url,
        "--seconds",
        "0.3",
        "--slow",
        "0",
    )
    assert subprocess.run(argv, check=False, capture_output=True).returncode == 0
    server.wrong = answers(500, "")
    done = subprocess.run(argv, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "status 500" in done.stdout
