import hashlib
import ssl
import threading
import urllib.error
from pathlib import Path

import pytest

from build_wheels import download
from build_wheels.errors import InputError, RefusedError, UnreachableError
from build_wheels.index import Credentials
from build_wheels.selection import Kind, Wanted

DATA = b"a wheel"
DIGEST = hashlib.sha256(DATA).hexdigest()
URL = "https://me:pw@files.example/six-1.0-py3-none-any.whl"


def want(location=URL, digest=DIGEST):
    return Wanted(
        name="six",
        version="1.0",
        kind=Kind.WHEEL,
        location=location,
        filename="six-1.0-py3-none-any.whl",
        hashes=(("sha256", digest),),
    )


class Answers:
    """In place of the network: what is opened, one answer after the other."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def open(self, request, timeout):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Body:
    def __init__(self, data):
        self.data = data

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def read(self, _):
        data, self.data = self.data, b""
        return data


def status(code):
    return urllib.error.HTTPError("https://files.example/x", code, "reason", {}, None)


@pytest.fixture
def fetch(tmp_path, monkeypatch):
    def run(*answers, wanted=None, cancelled=False):
        event = threading.Event()
        monkeypatch.setattr(event, "wait", lambda _: cancelled)
        downloader = download.Downloader(
            credentials=Credentials(by_netloc={}), ca_bundle=None, cancelled=event
        )
        network = Answers(*answers)
        monkeypatch.setattr(download.Downloader, "_opener", lambda *_: network)
        run.network = network
        return downloader.fetch(wanted or want(), tmp_path)

    return run


def test_a_file_arrives_and_no_password_is_in_the_url(fetch):
    assert fetch(Body(DATA)).read_bytes() == DATA
    (request,) = fetch.network.requests
    assert request.full_url == "https://files.example/six-1.0-py3-none-any.whl"
    assert request.unredirected_hdrs["Authorization"].startswith("Basic ")
    assert not request.headers


def test_other_contents_are_refused(fetch):
    with pytest.raises(InputError, match=r"the hash of six 1\.0 is wrong") as error:
        fetch(Body(b"another wheel"))
    assert "pw" not in str(error.value)


def test_passing_troubles_are_tried_again(fetch):
    assert fetch(status(503), ConnectionResetError(), Body(DATA)).read_bytes() == DATA


@pytest.mark.parametrize(
    ("code", "kind", "tries"),
    [
        (401, RefusedError, 1),
        (403, RefusedError, 1),
        (404, InputError, 1),
        (500, UnreachableError, 3),
    ],
)
def test_what_a_server_says(fetch, code, kind, tries):
    with pytest.raises(kind) as error:
        fetch(*[status(code)] * tries)
    assert str(code) in error.value.why
    assert "pw" not in str(error.value)


def test_a_certificate_that_is_not_trusted_is_not_tried_again(fetch):
    reason = ssl.SSLCertVerificationError("self-signed certificate")
    with pytest.raises(UnreachableError) as error:
        fetch(urllib.error.URLError(reason))
    assert "--ca-bundle" in error.value.then


def test_a_full_disk_is_no_trouble_of_the_network(fetch):
    with pytest.raises(OSError, match="No space"):
        fetch(OSError(28, "No space left on device"))


def test_cancelled_between_tries(fetch):
    with pytest.raises(download.Cancelled):
        fetch(status(503), cancelled=True)


def test_a_local_file_is_copied_and_checked(fetch, tmp_path):
    source = tmp_path / "vendor" / "six-1.0-py3-none-any.whl"
    source.parent.mkdir()
    source.write_bytes(DATA)
    assert fetch(wanted=want(str(source))).read_bytes() == DATA
    with pytest.raises(InputError, match="hash"):
        fetch(wanted=want(str(source), "0" * 64))
    with pytest.raises(InputError, match="nothing is there"):
        fetch(wanted=want(str(Path("/not/there"))))


def test_a_redirect_gets_the_credentials_of_its_own_host(monkeypatch):
    credentials = Credentials(by_netloc={"b.example": ("me", "pw")})
    handler = download._Redirect(credentials)
    request = download.urllib.request.Request("https://a.example/x")
    request.add_unredirected_header("Authorization", "Basic secret-of-a")
    for host, expected in (("b.example", True), ("c.example", False)):
        made = handler.redirect_request(request, None, 302, "Found", {}, f"https://{host}/x")
        assert made.has_header("Authorization") is expected
        assert made.unredirected_hdrs.get("Authorization") != "Basic secret-of-a"
