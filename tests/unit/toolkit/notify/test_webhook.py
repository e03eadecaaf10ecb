import socket

import pytest

from toolkit.notify import webhook
from toolkit.notify.errors import NotifyError


def test_what_is_sent(ended, started):
    data = webhook.payload(ended())
    assert data["event"] == "ended"
    assert data["outcome"] == "succeeded"
    assert data["hosts"] == ["app1", "app2"]
    assert data["text"] == "[antisocial] build-43 deployed in 41 s"
    begun = webhook.payload(started())
    assert begun["text"] == "[antisocial] deploy of build-43 begins, by anders@ci"


def test_a_text_calls_nobody(ended):
    data = webhook.payload(ended(outcome="broken", reason="<!channel> & <https://x|y>"))
    assert data["text"].splitlines()[1] == "&lt;!channel&gt; &amp; &lt;https://x|y&gt;"
    assert data["reason"] == "<!channel> & <https://x|y>"


def test_it_arrives(chat, ended):
    webhook.post(f"http://{chat.at}/hooks/t0ken?a=b", webhook.payload(ended()))
    [(path, headers, body)] = chat.posts
    assert path == "/hooks/t0ken?a=b"
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"].startswith("toolkit/")
    assert body["tag"] == "build-43"


def test_a_user_and_a_password(chat):
    webhook.post(f"http://us%40er:p%3Aw@{chat.at}", {})
    [(path, headers, _)] = chat.posts
    assert (path, headers["Authorization"]) == ("/", "Basic dXNAZXI6cDp3")


@pytest.mark.parametrize("code", [301, 302, 307, 400, 404, 500])
def test_another_answer_than_well(chat, code):
    chat.code = code
    with pytest.raises(NotifyError, match=f"it answers {code}"):
        webhook.post(f"http://{chat.at}/t0ken", {})
    assert len(chat.posts) == 1


def test_a_server_that_says_nothing(chat):
    chat.gate.clear()
    with pytest.raises(NotifyError, match="no answer in time"):
        webhook.post(f"http://{chat.at}/t0ken", {}, timeout=0.2)


def test_nobody_there(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotifyError, match="Connection refused"):
        webhook.post(f"http://127.0.0.1:{port}/t0ken", {})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "t0ken",
        "file:///etc/t0ken",
        "ftp://host/t0ken",
        "https:///t0ken",
        "http://[host/t0ken",
        "http://host:t0ken/",
        "http://127.0.0.1/t0ken\x7f",
        "http://127.0.0.1/t0ken käse",
    ],
)
def test_no_url_and_never_repeated(url, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(NotifyError) as error:
        webhook.post(url, {})
    assert "t0ken" not in str(error.value)
