import pytest

from settings_lib.app import App
from settings_lib.fragments import mail

OLD, NEW = App(django=(6, 0, 10)), App(django=(6, 1, 3))


def test_nothing_given_nothing_set(values):
    assert mail.settings(values(), NEW) == {}
    assert mail.settings(values(SERVER_EMAIL="a@b.example"), NEW) == {"SERVER_EMAIL": "a@b.example"}


def test_url_before_mailers(values):
    assert mail.settings(values(EMAIL_URL="smtp+tls://u:p%40@h:587"), OLD) == {
        "EMAIL_BACKEND": mail.SMTP,
        "EMAIL_HOST": "h",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "u",
        "EMAIL_HOST_PASSWORD": "p@",
        "EMAIL_USE_TLS": True,
        "EMAIL_TIMEOUT": 10,
    }


def test_url_with_mailers(values):
    assert mail.settings(values(EMAIL_URL="smtp+ssl://h"), NEW) == {
        "MAILERS": {
            "default": {
                "BACKEND": mail.SMTP,
                "OPTIONS": {"host": "h", "use_ssl": True, "timeout": 10},
            }
        }
    }


def test_parts(values):
    mailer = mail.settings(values(EMAIL_HOST="h", EMAIL_PORT="26"), NEW)["MAILERS"]["default"]
    assert mailer["OPTIONS"] == {"host": "h", "port": 26, "use_tls": False, "timeout": 10}
    assert mail.settings(values(POSTFIX_PORT_25_TCP_ADDR="h"), OLD)["EMAIL_PORT"] == 25


@pytest.mark.parametrize(
    ("url", "options"),
    [("memorymail://", {}), ("filemail:////var/mails", {"file_path": "/var/mails"})],
)
def test_backends_without_a_server(values, url, options):
    mailer = mail.settings(values(EMAIL_URL=url), NEW)["MAILERS"]["default"]
    assert mailer["OPTIONS"] == options
