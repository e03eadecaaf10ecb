import ssl

import pytest

from toolkit.notify.errors import NotifyError
from toolkit.notify.server import Server


@pytest.mark.parametrize(
    ("url", "port", "encryption"),
    [
        ("smtp://mx.example.org", 25, "offered"),
        ("smtp://mx.example.org:587/", 587, "offered"),
        ("smtp://mx.example.org?tls=true", 25, "starttls"),
        ("smtp://mx.example.org?tls=false", 25, "never"),
        ("smtp+tls://mx.example.org", 587, "starttls"),
        ("smtp+ssl://mx.example.org", 465, "tls"),
        ("smtps://mx.example.org", 465, "tls"),
        ("smtps://mx.example.org:465", 465, "tls"),
        ("smtps://mx.example.org:587", 587, "starttls"),
    ],
)
def test_schemes(url, port, encryption):
    assert Server.from_url(url) == Server(host="mx.example.org", port=port, encryption=encryption)


def test_a_user_and_a_password_are_percent_encoded():
    server = Server.from_url("smtp://us%40er:p%3A%2Fw%23@mx.example.org")
    assert (server.user, server.password) == ("us@er", "p:/w#")
    assert "p:/w" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "secret",
        "http://user:secret@host",
        "smtp://user:secret@",
        "smtp://user:sec#ret@host:587",
        "smtp://user:sec/ret@host:587",
        "smtp://user:secret@host:port",
        "smtp://user:secret@host:99999",
        "smtp://user:secret@[host",
        "smtp://user:secret@host?tls=secret",
        "smtp://user:secret@host?secret=1",
        "smtp+tls://user:secret@host?tls=false",
        "smtp://user:secret@host#secret",
    ],
)
def test_no_url_of_a_server_and_never_repeated(url):
    with pytest.raises(NotifyError) as error:
        Server.from_url(url)
    assert not any(part in str(error.value) for part in ("sec", "ret@"))


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("smtp://mx", ssl.CERT_NONE),
        ("smtp://user:password@localhost", ssl.CERT_NONE),
        ("smtp://user:password@mx", ssl.CERT_REQUIRED),
        ("smtp+tls://mx", ssl.CERT_REQUIRED),
        ("smtps://mx", ssl.CERT_REQUIRED),
    ],
)
def test_a_certificate_counts_where_something_depends_on_it(url, mode):
    assert Server.from_url(url).context.verify_mode is mode
