import email
import email.policy
import socket

import pytest

from toolkit.notify import mail
from toolkit.notify.errors import NotifyError


@pytest.fixture
def send(ended):
    def send(url, event=None, **options):
        to = ("ops@example.org", "dev@example.org")
        made = mail.message(event or ended(), sender="toolkit@example.org", to=to)
        mail.send(url, made, **options)

    return send


def parsed(text):
    return email.message_from_string(text, policy=email.policy.default)


def test_a_mail_says_what_happened(ended):
    made = mail.message(ended(), sender="toolkit@example.org", to=("ops@example.org",))
    assert made["Subject"] == "[antisocial] build-43 deployed in 41 s"
    assert (made["From"], made["To"]) == ("toolkit@example.org", "ops@example.org")
    assert made["Message-ID"].endswith("@example.org>")
    assert made["Auto-Submitted"] == "auto-generated"
    text = made.get_content()
    for line in (
        "before     build-42",
        "hosts      app1, app2",
        "by         anders@ci",
        "took       41 s",
        "preflight  5.0 s",
        "web        36 s",
    ):
        assert line in text.splitlines()


def test_a_failure_says_why_and_cannot_add_a_header(ended):
    reason = "app2: web is not ready\nBcc: all@example.org\n\x1b[31mé"
    event = ended(outcome="returned", tag="build-43\nBcc: all@example.org", reason=reason)
    made = mail.message(event, sender="toolkit@example.org", to=("ops@example.org",))
    again = parsed(made.as_string())
    assert again["Bcc"] is None
    assert "hosts are back at build-42" in again["Subject"]
    assert "app2: web is not ready\nBcc: all@example.org\né\n" in again.get_content()


def test_a_start(started):
    made = mail.message(started(), sender="toolkit@example.org", to=("ops@example.org",))
    assert made["Subject"] == "[antisocial] deploy of build-43 begins"
    assert "took" not in made.get_content()


def test_a_mail_arrives(smtp, send):
    send(f"smtp://us%40er:p%3A%2Fw@localhost:{smtp.port}")
    [(encrypted, text)] = smtp.mails
    assert not encrypted
    assert parsed(text)["Subject"] == "[antisocial] build-43 deployed in 41 s"
    assert smtp.logins == [[b"us@er", b"p:/w"]]


def test_a_mail_arrives_encrypted(smtp, send, certificate, monkeypatch):
    smtp.context, file = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    send(f"smtp+tls://user:password@localhost:{smtp.port}")
    assert smtp.mails[0][0]
    assert smtp.logins == [[b"user", b"password"]]


def test_what_a_server_offers_is_taken_with_whatever_certificate(smtp, send, certificate):
    smtp.context, _ = certificate
    send(f"smtp://127.0.0.1:{smtp.port}")
    assert smtp.mails[0][0]


def test_a_certificate_that_nobody_trusts(smtp, send, certificate):
    smtp.context, _ = certificate
    with pytest.raises(NotifyError, match="certificate is not trusted"):
        send(f"smtp+tls://user:password@localhost:{smtp.port}")
    assert not smtp.logins


def test_a_password_is_not_sent_in_clear_text(smtp, send, monkeypatch):
    near = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda at, *rest: near(("127.0.0.1", at[1]), *rest)
    )
    with pytest.raises(NotifyError, match="offers no encryption"):
        send(f"smtp://user:password@mx.example.org:{smtp.port}")
    assert not smtp.logins
    send(f"smtp://user:password@mx.example.org:{smtp.port}?tls=false")
    assert smtp.logins


def test_encryption_that_is_not_there(smtp, send):
    with pytest.raises(NotifyError, match="STARTTLS"):
        send(f"smtp+tls://localhost:{smtp.port}")
    with pytest.raises(NotifyError, match="TLS failed"):
        send(f"smtp+ssl://localhost:{smtp.port}", timeout=5)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"AUTH": "535 no, pa55word"}, r"does not take the user and the password \(535\)"),
        ({"MAIL": "550 no"}, r"does not take mail from toolkit@example.org \(550\)"),
        ({"RCPT": "550 no"}, "does not take mail to dev@example.org, ops@example.org"),
        ({"RSET": "250 well", "MAIL": "421 later"}, "421"),
    ],
)
def test_a_server_that_says_no(smtp, send, answers, why):
    smtp.answers.update(answers)
    with pytest.raises(NotifyError, match=why) as error:
        send(f"smtp://us3r:pa55word@localhost:{smtp.port}")
    assert not any(part in str(error.value) for part in ("pa55word", "us3r", "localhost"))


def test_nobody_there(send):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotifyError, match="Connection refused") as error:
        send(f"smtp://us3r:pa55word@localhost:{port}")
    assert str(port) not in str(error.value)


def test_a_server_that_says_nothing(send):
    silent = socket.create_server(("127.0.0.1", 0))
    with silent, pytest.raises(NotifyError, match="no answer in time"):
        send(f"smtp://localhost:{silent.getsockname()[1]}", timeout=0.2)


def test_a_password_that_cannot_be_sent(smtp, send):
    with pytest.raises(NotifyError, match="ASCII") as error:
        send(f"smtp://user:p%C3%A4ss@localhost:{smtp.port}")
    assert "ss" not in str(error.value).replace("password", "")
