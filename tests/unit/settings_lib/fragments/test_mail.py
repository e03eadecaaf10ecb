import socketserver
import ssl
import subprocess
import sys
import threading
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings_lib.app import App
from settings_lib.errors import ConfigurationError
from settings_lib.fragments import mail
from settings_lib.fragments.mail.url import FILES, SERVERLESS, SMTP, read
from settings_lib.reading import read as read_environment
from settings_lib.schema import SCHEMA
from settings_lib.types.addresses import is_host, mailbox

PROJECT = Path(__file__).parents[1] / "project"
CONSOLE = "django.core.mail.backends.console.EmailBackend"
MINE = "settings_lib.app.App"  # a class that is there, and not Django's
OLD, NEW = App(django=(5, 2, 0)), App(django=(6, 1, 3))


def project(**settings):
    """An app of either Django with these settings."""
    return (App(django=OLD.django, project=settings), App(django=NEW.django, project=settings))


@pytest.fixture
def old(values):
    """What is set without MAILERS."""

    def settings(environ, **project):
        return mail.settings(values(**environ), App(django=OLD.django, project=project))

    return settings


@pytest.fixture
def new(values):
    """The default mailer's backend and options."""

    def mailer(environ, **project):
        made = mail.settings(values(**environ), App(django=NEW.django, project=project))
        return made["MAILERS"]["default"]["BACKEND"], made["MAILERS"]["default"]["OPTIONS"]

    return mailer


@pytest.fixture
def problems(complete):
    """The problems of an environment, as texts by variable."""

    def find(**environ):
        with pytest.raises(ConfigurationError) as caught:
            read_environment(SCHEMA.values(), complete | environ, App(django=NEW.django))
        return {problem.name: problem.wrong for problem in caught.value.problems}

    return find


def test_nothing_said_nothing_set(values):
    for app in project(EMAIL_HOST="theirs", EMAIL_BACKEND=CONSOLE):
        assert mail.settings(values(), app) == {}
        made = mail.settings(values(DJANGO_SERVER_EMAIL="a@b.example"), app)
        assert made == {"SERVER_EMAIL": "a@b.example"}


def test_a_prefix_keeps_its_blank(old):
    prefix = {"EMAIL_SUBJECT_PREFIX": "[app] "}
    assert old({"DJANGO_EMAIL_SUBJECT_PREFIX": "[app] "}) == prefix


def test_url(old, new):
    url = {"EMAIL_URL": "smtp+tls://u:p%40@h:2525"}
    assert old(url) == {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": "h",
        "EMAIL_PORT": 2525,
        "EMAIL_HOST_USER": "u",
        "EMAIL_HOST_PASSWORD": "p@",
        "EMAIL_USE_TLS": True,
        "EMAIL_TIMEOUT": 10,
    }
    assert new(url) == (
        SMTP,
        {
            "host": "h",
            "port": 2525,
            "username": "u",
            "password": "p@",
            "use_tls": True,
            "timeout": 10,
        },
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtp://h", {}),
        ("smtp://h/", {}),
        ("smtp+ssl://h", {"EMAIL_USE_SSL": True}),
        ("smtps://h:465", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True}),
        ("smtps://h:587", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
        ("smtps://h", {"EMAIL_USE_TLS": True}),
        ("smtp://h/?tls=True", {"EMAIL_USE_TLS": True}),
        ("smtp://h?EMAIL_USE_TLS=false", {"EMAIL_USE_TLS": False}),  # django-environ: "false"
        ("smtp://h?ssl=1&timeout=5m", {"EMAIL_USE_SSL": True, "EMAIL_TIMEOUT": 300}),
    ],
)
def test_what_a_url_says(url, said):
    assert read(url) == {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "h", **said}


def test_every_serverless_backend(new):
    assert new({"EMAIL_URL": "memorymail://"}) == (SERVERLESS[2], {})
    assert new({"EMAIL_BACKEND": CONSOLE}) == (CONSOLE, {})
    files = (FILES, {"file_path": "/tmp/mails"})
    assert new({"EMAIL_URL": "filemail:////tmp/mails"}) == files
    assert new({"EMAIL_BACKEND": FILES, "EMAIL_FILE_PATH": "/tmp/mails"}) == files


@pytest.mark.parametrize(
    ("environ", "port"),
    [
        ({}, 25),
        ({"EMAIL_USE_TLS": "1"}, 587),
        ({"EMAIL_USE_SSL": "1"}, 465),
        ({"EMAIL_USE_SSL": "1", "EMAIL_PORT": "2465"}, 2465),
    ],
)
def test_the_port_follows_the_encryption(old, new, environ, port):
    environ = {"EMAIL_HOST": "h", **environ}
    assert old(environ)["EMAIL_PORT"] == port
    assert new(environ)[1]["port"] == port
    assert old(environ, EMAIL_PORT=26)["EMAIL_PORT"] == (port if port == 2465 else 26)


def test_any_part_makes_a_server(old, new):
    assert old({"EMAIL_USE_TLS": "true"})["EMAIL_HOST"] == "localhost"
    assert new({"EMAIL_HOST_PASSWORD": "p"}, EMAIL_HOST="theirs", EMAIL_HOST_USER="u")[1] == {
        "host": "theirs",
        "port": 25,
        "username": "u",
        "password": "p",
        "timeout": 10,
    }


def test_a_link_is_a_whole_server_or_none(old):
    link = {"POSTFIX_PORT_25_TCP_ADDR": "172.17.0.4", "POSTFIX_PORT_25_TCP_PORT": "2525"}
    linked = old(link, EMAIL_HOST="localhost")
    assert (linked["EMAIL_HOST"], linked["EMAIL_PORT"]) == ("172.17.0.4", 2525)
    named = old({**link, "EMAIL_HOST": "h", "EMAIL_USE_TLS": "1"})
    assert (named["EMAIL_HOST"], named["EMAIL_PORT"]) == ("h", 587)
    assert old({**link, "EMAIL_URL": "smtp://h"})["EMAIL_HOST"] == "h"


def test_a_link_does_not_get_the_login_of_the_projects_server(old):
    link = {"POSTFIX_PORT_25_TCP_ADDR": "172.17.0.4", "POSTFIX_PORT_25_TCP_PORT": "2525"}
    theirs = {"EMAIL_HOST": "smtp.example.org", "EMAIL_PORT": 587, "EMAIL_HOST_PASSWORD": "p"}
    assert old(link, **theirs).items() >= theirs.items()


def test_a_port_that_docker_injects_is_none(old):
    assert old({"EMAIL_PORT": "tcp://10.0.0.7:25"}) == {}


def test_a_url_is_completed_by_parts(old):
    made = old({"EMAIL_URL": "smtp://h:26", "EMAIL_HOST_PASSWORD": "p", "EMAIL_USE_TLS": "1"})
    assert (made["EMAIL_PORT"], made["EMAIL_HOST_PASSWORD"], made["EMAIL_USE_TLS"]) == (
        *(26, "p"),
        True,
    )


def test_the_projects_login_is_not_for_another_server(old, new):
    theirs = {"EMAIL_HOST": "theirs", "EMAIL_HOST_USER": "u", "EMAIL_USE_TLS": True}
    made = old({"EMAIL_URL": "smtp://h"}, EMAIL_TIMEOUT=3, **theirs)
    assert (made["EMAIL_HOST"], made["EMAIL_HOST_USER"]) == ("h", "")
    assert (made["EMAIL_USE_TLS"], made["EMAIL_PORT"], made["EMAIL_TIMEOUT"]) == (False, 25, 3)
    options = new({"EMAIL_URL": "smtp://h"}, EMAIL_TIMEOUT=3, **theirs)[1]
    assert options == {"host": "h", "port": 25, "use_tls": False, "timeout": 3}


def test_the_environments_encryption_takes_the_place_of_the_projects(old):
    made = old({"EMAIL_USE_SSL": "1"}, EMAIL_USE_TLS=True)
    assert (made["EMAIL_USE_TLS"], made["EMAIL_USE_SSL"]) == (False, True)


def test_the_projects_settings_move_into_its_mailer(new):
    theirs = {"EMAIL_HOST": "theirs", "EMAIL_PORT": 26, "EMAIL_TIMEOUT": 3}
    assert new({"EMAIL_HOST": "h"}, EMAIL_BACKEND=MINE, **theirs) == (
        MINE,
        {"host": "h", "port": 26, "timeout": 3},
    )
    assert new({"EMAIL_BACKEND": MINE}, **theirs) == (MINE, {})
    assert new({"EMAIL_HOST": "h"}, EMAIL_BACKEND=CONSOLE)[0] == SMTP
    assert new({"EMAIL_TIMEOUT": "3"}, EMAIL_BACKEND=CONSOLE) == (CONSOLE, {})


def test_the_projects_mailers_stay(values):
    theirs = {
        "default": {"BACKEND": MINE, "OPTIONS": {"region": "eu", "host": "theirs"}},
        "news": {"BACKEND": CONSOLE},
    }
    app = App(django=NEW.django, project={"MAILERS": theirs})
    made = mail.settings(values(EMAIL_HOST="h"), app)["MAILERS"]
    assert made == {
        "default": {"BACKEND": MINE, "OPTIONS": {"region": "eu", "host": "h"}},
        "news": {"BACKEND": CONSOLE},
    }
    assert mail.settings(values(), app) == {}
    assert theirs["default"]["OPTIONS"]["host"] == "theirs"


def test_what_has_to_go():
    assert set(mail.superseded({"MAILERS": {}})) == {
        "EMAIL_BACKEND",
        "EMAIL_FILE_PATH",
        "EMAIL_HOST",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_HOST_USER",
        "EMAIL_PORT",
        "EMAIL_SSL_CERTFILE",
        "EMAIL_SSL_KEYFILE",
        "EMAIL_TIMEOUT",
        "EMAIL_USE_SSL",
        "EMAIL_USE_TLS",
    }
    assert mail.superseded({"EMAIL_HOST": "h"}) == ()


@pytest.mark.parametrize(
    "url",
    [
        "smtp://",
        "smtp://:25",
        "smtp://h:0",
        "smtp://h:99999",
        "smtp://h:port",
        "smtp://a..b",
        f"smtp://{'a' * 64}.example",
        "smtp://h/path",
        "smtp://h?tls=maybe",
        "smtp://h?timeout=soon",
        "smtp://h?tls=1&ssl=1",
        "smtp+tls://h?tls=0",
        "smtp+ssl://h?tls=1",
        "smtp://h?fail_silently=1",
        "smtp://u:p%C3%A4@h",
        "smtp://u:p%FF@h",
        "smtp://u:p#@h",
        "mail://h",
        "filemail://",
        "filemail:///relative",
        "smtp://h;smtp://i",
        "h:25",
    ],
)
def test_a_url_that_smtplib_would_choke_on(problems, url):
    assert set(problems(EMAIL_URL=url)) == {"EMAIL_URL"}


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"EMAIL_HOST": "h:25"}, "EMAIL_HOST"),
        ({"EMAIL_HOST": "smtp://h"}, "EMAIL_HOST"),
        ({"EMAIL_HOST": "a..b"}, "EMAIL_HOST"),
        ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT"),
        ({"EMAIL_TIMEOUT": "10 seconds"}, "EMAIL_TIMEOUT"),
        ({"EMAIL_HOST_PASSWORD": "pä"}, "EMAIL_HOST_PASSWORD"),
        ({"EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"}, "EMAIL_USE_SSL"),
        ({"EMAIL_URL": "smtp+tls://h", "EMAIL_USE_SSL": "1"}, "EMAIL_USE_SSL"),
        ({"EMAIL_URL": "smtp+tls://h", "EMAIL_USE_TLS": "0"}, "EMAIL_USE_TLS"),
        ({"EMAIL_URL": "smtp://h", "EMAIL_HOST": "i"}, "EMAIL_HOST"),
        ({"EMAIL_URL": "consolemail://", "EMAIL_HOST": "h"}, "EMAIL_HOST"),
        ({"EMAIL_URL": "smtp://h", "EMAIL_BACKEND": CONSOLE}, "EMAIL_BACKEND"),
        ({"EMAIL_BACKEND": "smtp"}, "EMAIL_BACKEND"),
        ({"EMAIL_BACKEND": "no.such.Backend"}, "EMAIL_BACKEND"),
        ({"EMAIL_BACKEND": SMTP + "s"}, "EMAIL_BACKEND"),
        ({"EMAIL_BACKEND": FILES}, "EMAIL_FILE_PATH"),
        ({"EMAIL_BACKEND": FILES, "EMAIL_FILE_PATH": f"{__file__}/mails"}, "EMAIL_FILE_PATH"),
        ({"EMAIL_URL": f"filemail:///{__file__}"}, "EMAIL_URL"),
        ({"EMAIL_HOST": "h", "EMAIL_SSL_CERTFILE": "/nowhere.pem"}, "EMAIL_SSL_CERTFILE"),
        ({"EMAIL_USE_TLS": "1", "EMAIL_SSL_CERTFILE": __file__}, "EMAIL_SSL_CERTFILE"),
        ({"EMAIL_USE_TLS": "1", "EMAIL_SSL_KEYFILE": __file__}, "EMAIL_SSL_KEYFILE"),
        ({"DEFAULT_FROM_EMAIL": "the app"}, "DEFAULT_FROM_EMAIL"),
        ({"DEFAULT_FROM_EMAIL": "a@b.org, c@d.org"}, "DEFAULT_FROM_EMAIL"),
        ({"SERVER_EMAIL": "a@b.org\nBcc: c@d.org"}, "SERVER_EMAIL"),
        ({"SERVER_EMAIL": "Doe, Jane <a@b.org>"}, "SERVER_EMAIL"),
        ({"EMAIL_SUBJECT_PREFIX": "[app]\n"}, "EMAIL_SUBJECT_PREFIX"),
        ({"SERVER_EMAIL": "a@b.org", "DJANGO_SERVER_EMAIL": "c@b.org"}, "SERVER_EMAIL"),
    ],
)
def test_what_is_wrong(problems, environ, name):
    assert set(problems(**environ)) == {name}


def test_build_mode_reads_no_server(values):
    environ = {"EMAIL_HOST": "a b", "EMAIL_USE_TLS": "1", "EMAIL_PORT": "25", "EMAIL_BACKEND": "x"}
    made = mail.settings(values(BUILD="1", **environ), NEW)
    assert made["MAILERS"]["default"] == {"BACKEND": SERVERLESS[2], "OPTIONS": {}}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a@b.org", "a@b.org"),
        ("Zoë <a@b.org>", "Zoë <a@b.org>"),
        ('"Doe, Jane" <a@b.org>', '"Doe, Jane" <a@b.org>'),
        ("example.org <a@example.org>", '"example.org" <a@example.org>'),  # 6.1 wants the quotes
        ('J. \\"Q\\" <a@b.org>', None),
        ("a@b", "a@b"),
        ("root", None),
        ("a@", None),
        ("ä@b.org", None),
        ("group: a@b.org;", None),
        ("a@b.org c", None),
    ],
)
def test_mailboxes(text, meaning):
    if meaning is None:
        with pytest.raises(ValueError, match="^$"):
            mailbox(text)
    else:
        assert mailbox(text) == meaning


@given(st.text())
def test_no_other_error_from_a_mailbox(text):
    from django.core.mail.message import sanitize_address

    try:
        address = mailbox(text)
    except ValueError:
        return
    sanitize_address(address, "utf-8")


@pytest.mark.parametrize("text", ["h", "a_b", "smtp.example.org.", "10.0.0.1", "::1", "fe80::1%e"])
def test_hosts(text):
    assert is_host(text)


@pytest.mark.parametrize("text", ["", "a b", "a..b", "-a", "a:25", "ä", "[::1]", "a/b", "a\n"])
def test_no_hosts(text):
    assert not is_host(text)


class Session(socketserver.StreamRequestHandler):
    """As much of SMTP as a mail takes."""

    def handle(self):
        server = self.server
        self.say("220 hello")
        while words := self.hear().split(" "):
            match words[0].upper():
                case "EHLO":
                    self.say("250-hello")
                    self.say("250 AUTH PLAIN" if not server.context or self.tls else "250 STARTTLS")
                case "STARTTLS":
                    self.say("220 go on")
                    self.encrypt(server.context)
                case "AUTH":
                    server.logins.append(b64decode(words[2]).split(b"\0")[1:])
                    self.say("235 welcome")
                case "DATA":
                    self.say("354 go on")
                    lines = iter(self.hear, ".")
                    server.mails.append((self.tls, "\n".join(lines)))
                    self.say("250 taken")
                case "QUIT":
                    return self.say("221 bye")
                case "":
                    return None
                case _:
                    self.say("250 well")
        return None

    tls = False

    def finish(self):
        super().finish()
        self.request.close()

    def encrypt(self, context):
        self.request = context.wrap_socket(self.request, server_side=True)
        self.tls = True
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def hear(self):
        return self.rfile.readline().decode().rstrip("\r\n")


@pytest.fixture
def smtp():
    """A mail server: give it a context, and it has STARTTLS."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        server.mails, server.logins, server.context = [], [], None
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def send(tmp_path):
    """Has the test's project send a mail."""

    def run(**environ):
        complete = {
            "SECRET_KEY": "k" * 50,
            "ALLOWED_HOSTS": "example.org",
            "DATABASE_URL": "sqlite://",
            "CELERY_BROKER_URL": "memory://",
            "PYTHONPATH": str(PROJECT),
            "HOME": str(tmp_path),
        }
        done = subprocess.run(
            [sys.executable, PROJECT / "manage.py", "sendtestemail", "to@example.org"],
            cwd=tmp_path,
            env=complete | environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    return run


def test_a_mail_arrives(smtp, send):
    port = str(smtp.server_address[1])
    send(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, DEFAULT_FROM_EMAIL="my.app <app@example.org>")
    [(encrypted, text)] = smtp.mails
    assert not encrypted
    assert 'From: "my.app" <app@example.org>' in text
    assert smtp.logins == []


def test_a_mail_arrives_encrypted(smtp, send, tmp_path):
    certificate = tmp_path / "certificate.pem"
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2", *name),
            *("-out", certificate, "-keyout", tmp_path / "key.pem"),
        ],
        check=True,
        capture_output=True,
    )
    smtp.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    smtp.context.load_cert_chain(certificate, tmp_path / "key.pem")
    url = f"smtp+tls://us%40er:p%3A%2Fw@localhost:{smtp.server_address[1]}"
    send(EMAIL_URL=url, SSL_CERT_FILE=str(certificate))
    [(encrypted, _)] = smtp.mails
    assert encrypted
    assert smtp.logins == [[b"us@er", b"p:/w"]]


@pytest.mark.parametrize(
    "url",
    [
        "smtp://a.org:25,b.org:26",
        "smtp://a.org,b.org",
        "smtp://%2Frun%2Fgeheim",
        "smtp://h?timeout=0",
    ],
)
def test_urls_that_no_client_takes(complete, url):
    with pytest.raises(ConfigurationError) as caught:
        read_environment(SCHEMA.values(), complete | {"EMAIL_URL": url})
    [problem] = caught.value.problems
    assert problem.name == "EMAIL_URL"
    assert "geheim" not in str(problem)


def test_an_encoded_host(old):
    assert old({"EMAIL_URL": "smtp://mail%2Eexample.org"})["EMAIL_HOST"] == "mail.example.org"


def test_an_empty_port_of_a_module_that_reads_the_environment_is_none(old):
    made = old({"EMAIL_HOST": "h", "EMAIL_USE_TLS": "1"}, EMAIL_PORT="", EMAIL_BACKEND="")
    assert (made["EMAIL_PORT"], made["EMAIL_BACKEND"]) == (587, SMTP)
