"""The words for what drivers raise; the texts are recorded from the drivers and servers."""

import socket

import pytest

from entrypoint.services.reasons import LONGEST, detail, reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            'connection failed: connection to server at "10.0.0.7", port 5432 failed: FATAL:  '
            'password authentication failed for user "app"',
            "wrong user or password",
        ),
        ("invalid username-password pair or user is disabled", "wrong user or password"),
        ("Authentication required.", "wrong user or password"),
        (
            "(0, 0): (403) ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN",
            "wrong user or password",
        ),
        (
            "(1045, \"Access denied for user 'app'@'172.18.0.4' (using password: YES)\")",
            "wrong user or password",
        ),
        ('connection failed: FATAL:  database "nope" does not exist', "no such database"),
        ("(1049, \"Unknown database 'nope'\")", "no such database"),
        ("DB index is out of range", "no such database"),
        (
            "Connection.open: (530) NOT_ALLOWED - vhost nope not found",
            "no such database",
        ),
        ("FATAL:  the database system is starting up", "still starting"),
        ("Redis is loading the dataset in memory", "still starting"),
        (
            "failed to resolve host 'postgres': [Errno -2] Name or service not known",
            "host not found",
        ),
        (
            "Error -3 connecting to redis:6379. Temporary failure in name resolution.",
            "host not found",
        ),
        ("Error 111 connecting to redis:6379. Connection refused.", "connection refused"),
        ("(2002, \"Can't connect to server on 'db' (111)\")", "connection refused"),
        ("Timeout connecting to server", "no answer in time"),
        ("server does not support SSL, but SSL was required", "TLS failed"),
        ("[Errno 104] Connection reset by peer", "connection lost"),
        ("Error loading psycopg2 or psycopg module", "not installed"),
        ("", "RuntimeError"),
        ("something else", "RuntimeError"),
    ],
)
def test_the_reason(text, words):
    assert reason(RuntimeError(text)) == words


def test_the_reason_of_a_cause():
    try:
        try:
            raise socket.gaierror(-2, "Name or service not known")
        except OSError as error:
            raise RuntimeError from error
    except RuntimeError as error:
        assert reason(error) == "host not found"
        assert detail(error) == "[Errno -2] Name or service not known"


def test_the_detail_is_one_line_and_not_long():
    text = "connection failed:\n  refused.\nMultiple connection attempts failed. All were: …"
    assert detail(RuntimeError(text)) == "connection failed: refused"
    assert len(detail(RuntimeError("x" * 999))) == LONGEST + 1
    assert detail(RuntimeError()) == ""
