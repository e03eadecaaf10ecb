"""`health`, against real processes, files and servers."""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from entrypoint import health, role
from entrypoint.errors import UsageError
from entrypoint.health import http

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"


@pytest.fixture
def write(runtime):
    """Writes a role's file, by default of this process."""

    def do(*rule, name="web", pid=None):
        words = "".join(word + "\0" for word in rule)
        (runtime / "role").write_text(f"{name}\n{pid or os.getpid()}\n{words}")

    return do


@pytest.fixture
def ask(capsys, monkeypatch):
    """Runs `health`, and returns its exit code and the line that it printed."""
    for name in ("ALLOWED_HOSTS", "DJANGO_ALLOWED_HOSTS"):
        monkeypatch.delenv(name, raising=False)

    def do(*args, **environ):
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        code = health.main(args)
        line, end, more = capsys.readouterr().out.partition("\n")
        assert (end, more) == ("\n", "")
        return code, line

    return do


class Server:
    """Answers one connection after another, as a function says; keeps what it was asked."""

    def __init__(self, listener, answer):
        self.listener = listener
        self.answer = answer
        self.asked = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def port(self):
        return str(self.listener.getsockname()[1])

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:  # closed
                return
            with connection:
                self.asked.append(connection.recv(4096).decode())
                with suppress(OSError):  # the other side had enough
                    self.answer(connection)


@pytest.fixture
def serve():
    """Starts servers."""
    servers = []

    def start(answer=OK, family=socket.AF_INET, address=("127.0.0.1", 0)):
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        send = answer if callable(answer) else lambda connection: connection.sendall(answer)
        servers.append(Server(listener, send))
        return servers[-1]

    yield start
    for server in servers:
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        server.thread.join()


def status(code):
    return f"HTTP/1.1 {code} Something\r\nContent-Length: 0\r\n\r\n".encode()


def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def ended(*, reaped):
    process = subprocess.Popen(["true"])
    if reaped:
        process.wait()
    else:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    yield process.pid
    process.wait()


@pytest.mark.parametrize("args", [("--redy",), ("ready",), ("--ready", "x"), ("",)])
def test_wrong_arguments(args):
    with pytest.raises(UsageError) as error:
        health.main(args)
    assert error.value.exit_code == 64


def test_no_role(runtime, ask):
    code, line = ask()
    assert code == 1
    assert "was not started by the image's entrypoint" in line
    assert "role is not known" in line


def test_a_role_that_cannot_be_read(runtime, ask):
    (runtime / "role").mkdir()
    assert ask() == (1, f"health: unknown: {role.FILE} cannot be read, so the role is not known")


def test_a_process_that_is_there(write, ask):
    write("process", name="migrate")
    assert ask() == (0, f"migrate: alive: process {os.getpid()} is there")
    assert ask("--ready") == (0, f"migrate: ready: process {os.getpid()} is there")


@pytest.mark.parametrize("reaped", [True, False], ids=["gone", "zombie"])
@pytest.mark.parametrize("rule", [("process",), ("heartbeat", "60")])
def test_a_process_that_has_ended(runtime, write, ask, reaped, rule):
    (runtime / "heartbeat").touch()
    with ended(reaped=reaped) as pid:
        write(*rule, pid=pid)
        assert ask() == (1, f"web: dead: its process, {pid}, has ended")
        assert ask("--ready")[0] == 1


@pytest.mark.parametrize("rule", [("nonsense",), ("http",), ("heartbeat",), ("http", "x")])
def test_a_rule_that_is_none(write, ask, rule):
    write(*rule)
    code, line = ask()
    assert code == 1
    assert line.startswith("web: unknown: ")


@pytest.mark.parametrize("code", [200, 204, 301, 400, 404, 429, 500, 503])
def test_any_answer_is_life(write, serve, ask, code):
    write("http", serve(status(code)).port)
    assert ask() == (0, f"web: alive: answered {code} to /__lbheartbeat__")


@pytest.mark.parametrize(
    ("code", "named", "good", "said"),
    [
        (200, None, True, "answered 200 to /__lbheartbeat__"),
        (204, "/health/", True, "answered 204 to /health/"),
        (404, None, True, "HEALTH_PATH names a page that it has"),
        (404, "/health/", False, "answered 404 to /health/"),
        (301, None, False, "a redirect; HEALTH_PATH"),
        (400, None, False, "is the Host localhost allowed? HEALTH_HOST"),
        (500, None, False, "answered 500"),
        (503, None, False, "answered 503"),
    ],
)
def test_only_success_is_readiness(write, serve, ask, code, named, good, said):
    write("http", serve(status(code)).port)
    answer = ask("--ready", **({"HEALTH_PATH": named} if named else {}))
    assert answer[0] == (0 if good else 1)
    assert answer[1].startswith("web: ready: " if good else "web: not ready: ")
    assert said in answer[1]


def test_the_request(write, serve, ask):
    server = serve()
    write("http", server.port)
    ask(HEALTH_PATH="/health/?full=1", HEALTH_HOST="www.example.org")
    assert server.asked[0].splitlines() == [
        "GET /health/?full=1 HTTP/1.1",
        "Host: www.example.org",
        "X-Forwarded-Proto: https",
        "User-Agent: entrypoint-health",
        "Accept: */*",
        "Connection: close",
        "",
    ]


@pytest.mark.parametrize(
    ("environ", "host"),
    [
        ({}, "localhost"),
        ({"ALLOWED_HOSTS": ""}, "localhost"),
        ({"ALLOWED_HOSTS": "*"}, "localhost"),
        ({"ALLOWED_HOSTS": " www.example.org , example.org"}, "www.example.org"),
        ({"ALLOWED_HOSTS": "*,.example.org"}, "example.org"),
        ({"ALLOWED_HOSTS": "[::1]"}, "[::1]"),
        ({"ALLOWED_HOSTS": "a\r\nX: y,b"}, "b"),
        ({"DJANGO_ALLOWED_HOSTS": "example.org"}, "example.org"),
        ({"HEALTH_HOST": "x", "ALLOWED_HOSTS": "example.org"}, "x"),
    ],
)
def test_the_host(environ, host):
    assert http.request(environ) == ("/__lbheartbeat__", host)


@pytest.mark.parametrize("name", ["HEALTH_PATH", "HEALTH_HOST"])
@pytest.mark.parametrize("value", ["/a b", "/a\r\nX-Evil: 1", "/\0"])
def test_what_would_not_be_a_request(name, value):
    with pytest.raises(ValueError, match=name):
        http.request({name: value})


@pytest.mark.parametrize("value", ["health", "http://x/"])
def test_what_is_no_path(write, ask, value):
    write("http", "8000")
    assert ask(HEALTH_PATH=value) == (
        1,
        "web: unknown: HEALTH_PATH is not a path, such as /health/.",
    )


@pytest.mark.parametrize("value", ["0", "-1", "3s", "nan", "inf", "1e3", "1_0", " 3", "999999"])
def test_what_is_no_timeout(write, ask, value):
    write("http", "8000")
    code, line = ask(HEALTH_TIMEOUT=value)
    assert code == 1
    assert "HEALTH_TIMEOUT is not a number of seconds" in line


def silent(connection):
    connection.recv(1)


def dripping(connection):
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [silent, dripping])
def test_no_answer_in_time_is_death(write, serve, ask, answer):
    server = serve(answer)
    write("http", server.port)
    began = time.monotonic()
    found = ask(HEALTH_TIMEOUT="0.3")
    assert 0.3 <= time.monotonic() - began < 2
    assert found == (1, f"web: dead: 127.0.0.1 port {server.port}: no answer within 0.3 s")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "it hung up"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "it answers, but not in HTTP"),
        (b"HTTP/1.1\r\n\r\n", "it answers, but not in HTTP"),
        (b"HTTP/1.1 abc\r\n", "it answers, but not in HTTP"),
        (b"x" * 10000, "it answers, but not in HTTP"),
    ],
)
def test_what_is_no_answer(write, serve, ask, answer, said):
    server = serve(answer)
    write("http", server.port)
    assert ask() == (1, f"web: dead: 127.0.0.1 port {server.port}: {said}")
    assert ask("--ready")[1].startswith("web: not ready: ")


def test_an_answer_in_pieces(write, serve, ask):
    def answer(connection):
        for byte in status(200):
            connection.sendall(bytes([byte]))

    write("http", serve(answer).port)
    assert ask("--ready")[0] == 0


def test_a_server_that_has_not_begun_to_listen(write, ask):
    port = unused_port()
    write("http", port)
    for args in ((), ("--ready",)):
        assert ask(*args) == (1, f"web: starting: nothing listens on port {port} yet")


def test_a_server_that_listens_no_more(runtime, write, ask):
    port = unused_port()
    write("http", "8000")
    (runtime / "listening").write_text(f"0.0.0.0 {port}\n")
    assert ask() == (1, f"web: dead: nothing listens on 127.0.0.1 port {port}")


@pytest.mark.parametrize(
    ("family", "address", "line"),
    [
        (socket.AF_INET, "127.0.0.1", "0.0.0.0 {}"),
        (socket.AF_INET, "127.0.0.1", ":: {}"),  # IPv6 is off in the container
        (socket.AF_INET, "127.0.0.2", "127.0.0.2 {}\n0.0.0.0 1\n"),
        (socket.AF_INET6, "::1", ":: {}"),
        (socket.AF_INET6, "::1", "[::1] {}"),
    ],
)
def test_where_it_really_listens(runtime, write, serve, ask, family, address, line):
    server = serve(family=family, address=(address, 0))
    write("http", "1")
    (runtime / "listening").write_text(line.format(server.port))
    assert ask() == (0, "web: alive: answered 200 to /__lbheartbeat__")


def test_a_server_of_ipv6_alone_that_does_not_say_where(write, serve, ask):
    write("http", serve(family=socket.AF_INET6, address=("::1", 0)).port)
    assert ask()[0] == 0


def test_a_unix_socket(runtime, write, serve, ask):
    path = str(runtime / "a socket 7")
    serve(family=socket.AF_UNIX, address=path)
    write("http", "8000")
    (runtime / "listening").write_text(path + "\n")
    assert ask("--ready") == (0, "web: ready: answered 200 to /__lbheartbeat__")


def test_a_unix_socket_whose_queue_is_full(runtime, write, ask):
    path = str(runtime / "socket")
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as waiting:
        listener.bind(path)
        listener.listen(0)
        waiting.connect(path)
        write("http", "8000")
        (runtime / "listening").write_text(path)
        began = time.monotonic()
        assert ask(HEALTH_TIMEOUT="0.3") == (1, f"web: dead: {path}: no answer within 0.3 s")
        assert 0.3 <= time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("age", "good", "line"),
    [
        (0, True, "worker: alive: its last heartbeat was 0 s ago"),
        (50, True, "worker: alive: its last heartbeat was 50 s ago"),
        (75, False, "worker: dead: its last heartbeat was 75 s ago, and 60 are allowed"),
        (-75, False, "worker: dead: its last heartbeat was 75 s ago, and 60 are allowed"),
    ],
)
def test_a_heartbeat(runtime, write, ask, age, good, line):
    write("heartbeat", "60", name="worker")
    heartbeat = runtime / "heartbeat"
    heartbeat.touch()
    os.utime(heartbeat, (time.time() - age,) * 2)
    assert ask() == (0 if good else 1, line)
    assert ask("--ready")[0] == (0 if good else 1)


def test_no_heartbeat_yet(write, ask):
    write("heartbeat", "60", name="worker")
    assert ask() == ask("--ready") == (1, "worker: starting: no heartbeat yet")


@pytest.mark.parametrize("rule", [("heartbeat", "60"), ("http", "1"), ("process",)])
def test_who_waits_is_alive_and_not_ready(runtime, write, ask, rule):
    write(*rule, name="worker")
    (runtime / "waiting").write_text("the broker redis://\x1b[31m\nmore")
    assert ask() == (0, "worker: alive: waits for the broker redis://?[31m")
    assert ask("--ready") == (1, "worker: not ready: waits for the broker redis://?[31m")
    (runtime / "waiting").write_text("")
    assert ask()[1] == "worker: alive: waits for something"


def test_who_waits_and_has_ended_is_dead(runtime, write, ask):
    (runtime / "waiting").touch()
    with ended(reaped=True) as pid:
        write("heartbeat", "60", pid=pid)
        assert ask()[0] == 1


@pytest.mark.parametrize("rule", ["process", "http", "heartbeat", "command"])
def test_who_drains_is_alive_and_not_ready(runtime, write, serve, ask, rule):
    words = {"http": serve().port, "heartbeat": "60", "command": "true"}
    write(rule, *filter(None, [words.get(rule)]))
    (runtime / "heartbeat").touch()
    assert ask("--ready")[0] == 0
    (runtime / "drain").touch()
    assert ask("--ready") == (1, "web: not ready: draining")
    code, line = ask()
    assert code == 0
    assert line.endswith(" (draining)")


def test_another_drain_file(write, ask, tmp_path):
    write("process")
    (tmp_path / "else").touch()
    assert ask("--ready", DRAIN_FILE=str(tmp_path / "else"))[0] == 1


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (("true",), "alive: true ended with 0"),
        (("echo", "3 jobs\nall well\n"), "alive: echo ended with 0: all well"),
        (("sh", "-c", "echo no >&2; exit 2"), "dead: sh ended with 2: no"),
        (("sh", "-c", "kill -9 $$"), "dead: sh ended with -9"),
        (("no-such-program",), "dead: no-such-program cannot be run: No such file or directory"),
    ],
)
def test_a_command(write, ask, argv, line):
    write("command", *argv, name="sendalerts")
    good = line.startswith("alive")
    assert ask() == (0 if good else 1, f"sendalerts: {line}")
    assert ask("--ready")[0] == (0 if good else 1)


def test_a_command_that_takes_too_long(write, ask, tmp_path):
    pid = tmp_path / "pid"
    write("command", "sh", "-c", f"sleep 100 & echo $! > {pid}; wait", name="sendalerts")
    began = time.monotonic()
    assert ask(HEALTH_TIMEOUT="0.5") == (1, "sendalerts: dead: sh did not end within 0.5 s")
    assert time.monotonic() - began < 5
    deadline = time.monotonic() + 5
    while health._runs(int(pid.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_probe_imports_little(tmp_path, serve):
    folder = os.path.dirname(os.path.dirname(os.path.dirname(health.__file__)))
    (tmp_path / "role").write_text(f"web\n{os.getpid()}\nhttp\0{serve().port}\0")
    code = (
        f"import os, sys; sys.path.insert(0, {folder!r}); bare = set(sys.modules);"
        f"from entrypoint import role; role.FILE = {str(tmp_path / 'role')!r};"
        f"role.LISTENING = role.WAITING = role.DRAIN = {str(tmp_path / 'none')!r};"
        "from entrypoint import health; code = health.main(('--ready',));"
        "print(*sorted(set(sys.modules) - bare)); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    foreign = {name for name in done.stdout.splitlines()[1].split() if "entrypoint" not in name}
    assert foreign <= {"__future__", "_socket", "time"}
