import time

import pytest

from toolkit import notify
from toolkit.deploy.events import Note, Output, StepStarted
from toolkit.errors import RefusedError
from toolkit.manifest.reading import load
from toolkit.notify import mail, webhook
from toolkit.notify.announcing import occasion

EVERYBODY = """
[notify]
events = ["start", "success", "failure"]
email = ["ops@example.org"]
email-from = "deploys@example.org"
smtp = "MAIL_URL"
webhook = "CHAT_URL"
"""


@pytest.fixture
def announce(tmp_path):
    """Announces an event by a manifest's text, and returns what was said."""

    def announce(text, event, environ=None):
        (tmp_path / "toolkit.toml").write_text(text)
        manifest = load("antisocial", tmp_path).manifest
        said = []
        notify.announce(manifest, event, tmp_path, environ or {}, said.append)
        return said

    return announce


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"outcome": "succeeded"}, "success"),
        ({"outcome": "failed"}, "failure"),
        ({"outcome": "returned"}, "failure"),
        ({"outcome": "broken"}, "failure"),
        ({"outcome": "nothing"}, None),
        ({"kind": "rollback", "outcome": "succeeded"}, "success"),
        ({"kind": "return", "outcome": "succeeded"}, None),
        ({"kind": "return", "outcome": "broken"}, None),
    ],
)
def test_what_is_an_occasion(ended, fields, expected):
    assert occasion(ended(**fields)) == expected


def test_a_start_is_one_and_a_step_is_none(started):
    assert occasion(started()) == "start"
    assert occasion(started(kind="return")) is None
    assert occasion(StepStarted(host="app1", phase="web", step="surge")) is None


def test_everybody_is_told(announce, ended, smtp, chat):
    environ = {"MAIL_URL": f"smtp://localhost:{smtp.port}", "CHAT_URL": f"http://{chat.at}/t0ken"}
    assert announce(EVERYBODY, ended(), environ) == []
    assert "Subject: [antisocial] build-43 deployed in 41 s" in smtp.mails[0][1]
    assert "From: deploys@example.org" in smtp.mails[0][1]
    assert chat.posts[0][2]["text"] == "[antisocial] build-43 deployed in 41 s"


def test_of_a_start_only_who_wants_it(announce, started, smtp, chat):
    text = EVERYBODY.replace('"start", ', "")
    environ = {"MAIL_URL": f"smtp://localhost:{smtp.port}", "CHAT_URL": f"http://{chat.at}/t0ken"}
    assert announce(text, started(), environ) == []
    assert not smtp.mails
    assert not chat.posts


def test_a_manifest_that_names_nobody(announce, ended, started):
    assert announce("", started()) == []
    assert announce("", ended()) == []


def test_what_could_not_be_sent_is_a_note_without_a_secret(announce, ended, smtp, chat):
    smtp.answers["AUTH"] = "535 pa55word is wrong"
    chat.code = 404
    said = announce(
        EVERYBODY,
        ended(),
        {
            "MAIL_URL": f"smtp://us3r:pa55word@localhost:{smtp.port}",
            "CHAT_URL": f"http://{chat.at}/t0ken",
        },
    )
    assert [each.text for each in said] == [
        "mail ($MAIL_URL): the server does not take the user and the password (535)",
        "webhook ($CHAT_URL): it answers 404",
    ]


def test_variables_that_are_not_set(announce, ended):
    assert [each.text for each in announce(EVERYBODY, ended())] == [
        "mail ($MAIL_URL): the variable is not set",
        "webhook ($CHAT_URL): the variable is not set",
    ]


def test_a_server_that_drips_has_a_limit_too(announce, ended, monkeypatch):
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    monkeypatch.setattr(mail, "send", lambda *_: time.sleep(5))
    monkeypatch.setattr(webhook, "TIMEOUT", 0.2)
    monkeypatch.setattr(webhook, "post", lambda *_: 1 / 0)
    began = time.monotonic()
    said = announce(EVERYBODY, ended())
    assert time.monotonic() - began < 3
    assert [each.text for each in said] == [
        "mail ($MAIL_URL): no answer in 0.2 s",
        "webhook ($CHAT_URL): a defect of the toolkit (ZeroDivisionError)",
    ]


def test_a_hook_that_fails_refuses_a_deploy_and_nobody_is_told(announce, started, chat):
    text = '[hooks]\nstart = ["sh", "-c", "echo it is Friday >&2; exit 1"]\n' + EVERYBODY
    with pytest.raises(RefusedError) as error:
        announce(text, started(), {"CHAT_URL": f"http://{chat.at}"})
    assert "it is Friday" in str(error.value)
    assert "[hooks]" in str(error.value)
    assert not chat.posts


def test_a_way_back_is_never_refused(announce, started):
    text = '[hooks]\nstart = ["false"]'
    [note] = announce(text, started(kind="rollback"))
    assert isinstance(note, Note)
    assert note.text == "the hook `start` failed: false ended with 1"
    assert announce(text, started(kind="return")) == []


def test_hooks_of_an_end(announce, ended):
    text = '[hooks]\nsuccess = ["sh", "-c", "echo $TOOLKIT_TAG"]\nfailure = ["false"]'
    [line] = announce(text, ended())
    assert isinstance(line, Output)
    assert line.line == "build-43"
    [note] = announce(text, ended(outcome="broken"))
    assert note.text == "the hook `failure` failed: false ended with 1"
