import http.server
import json
import socketserver
import ssl
import subprocess
import threading
from base64 import b64decode

import pytest

from toolkit.deploy.events import Ended, Started


class SmtpSession(socketserver.StreamRequestHandler):
    """As much of SMTP as a mail takes."""

    tls = False

    def handle(self):
        server = self.server
        self.say("220 hello")
        while words := self.hear().split(" "):
            match words[0].upper():
                case "EHLO":
                    self.say("250-hello")
                    self.say(
                        "250 STARTTLS" if server.context and not self.tls else "250 AUTH PLAIN"
                    )
                case "STARTTLS":
                    self.say("220 go on")
                    self.encrypt(server.context)
                case "AUTH":
                    server.logins.append(b64decode(words[2]).split(b"\0")[1:])
                    self.say(server.answers.get("AUTH", "235 welcome"))
                case "DATA":
                    self.say("354 go on")
                    server.mails.append((self.tls, "\n".join(iter(self.hear, "."))))
                    self.say("250 taken")
                case "QUIT":
                    return self.say("221 bye")
                case "":
                    return None
                case verb:
                    self.say(server.answers.get(verb, "250 well"))
        return None

    def encrypt(self, context):
        self.request = context.wrap_socket(self.request, server_side=True)
        self.tls = True
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def finish(self):
        super().finish()
        self.request.close()

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def hear(self):
        return self.rfile.readline().decode().rstrip("\r\n")


class QuietServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that goes away is what some tests are about."""


@pytest.fixture
def smtp():
    """A mail server: give it a context, and it has STARTTLS; `answers` are those of its verbs."""
    with QuietServer(("127.0.0.1", 0), SmtpSession) as server:
        server.mails, server.logins, server.answers, server.context = [], [], {}, None
        server.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A server's context for localhost, and the file by which a client trusts it."""
    folder = tmp_path_factory.mktemp("certificate")
    file, key = folder / "certificate.pem", folder / "key.pem"
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2", *name),
            *("-out", file, "-keyout", key),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, key)
    return context, file


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers), json.loads(body)))
        self.server.gate.wait(30)
        self.send_response(self.server.code)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.server.posts.append(("GET", {}, None))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Not into the tests' output."""


@pytest.fixture
def chat(monkeypatch):
    """A server for webhooks: `code` is what it answers, once its `gate` is open."""
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        server.posts, server.code, server.gate = [], 200, threading.Event()
        server.gate.set()
        server.handle_error = lambda *_: None
        server.at = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.gate.set()
        server.shutdown()


@pytest.fixture
def started():
    def started(**fields):
        known = {"kind": "deploy", "app": "antisocial", "tag": "build-43", "former": "build-42"}
        return Started(**{**known, "hosts": ("app1", "app2"), "who": "anders@ci", **fields})

    return started


@pytest.fixture
def ended():
    def ended(**fields):
        known = {"kind": "deploy", "app": "antisocial", "tag": "build-43", "former": "build-42"}
        known |= {"hosts": ("app1", "app2"), "who": "anders@ci", "outcome": "succeeded"}
        return Ended(**{**known, "seconds": 41.2, "phases": {"preflight": 5, "web": 36}, **fields})

    return ended
