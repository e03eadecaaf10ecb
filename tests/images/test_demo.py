"""`make demo`: the app serves, and a feed that is subscribed to arrives through the worker."""

import os
import re
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from containers import PREFIX, wait_until

DEMO = Path(__file__).parents[2] / "scripts" / "demo"
ENVIRON = {**os.environ, "DEMO_NAME": f"{PREFIX}-demo"}
FEEDS = "/app/antisocial/feeds/tests/fixtures"


def demo(*args):
    done = subprocess.run(
        [sys.executable, DEMO, *args], env=ENVIRON, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@pytest.fixture
def browser():
    """Fetches pages, with cookies."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def fetch(page, **form):
        data = urllib.parse.urlencode(form).encode() if form else None
        with opener.open(page, data, timeout=10) as answer:
            return answer.read().decode()

    return fetch


@pytest.mark.parametrize("kind", [(), ("--services",)], ids=["embedded", "services"])
def test_a_feed_arrives_through_the_worker(
    kind, example_image, services, containers, browser, port
):
    try:
        said = demo("up", "--image", example_image, "--port", str(port), *kind)
        url = f"http://localhost:{port}/"
        assert url in said
        assert all(f"{PREFIX}-demo-{role}" in said for role in ("web", "worker", "beat"))
        server = ("exec", "python", "-m", "http.server", "8080", "--directory", FEEDS)
        place = ("--network", f"{PREFIX}-demo", "--network-alias", "feeds.example.org")
        containers.start(example_image, *server, options=place)

        page = browser(url + "feeds/")
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)[1]
        address = "http://feeds.example.org:8080/atom.xml"
        browser(url + "feeds/", csrfmiddlewaretoken=token, url=address)
        wait_until(lambda: "<article" in browser(url), "entries arrive")
        assert "worker" in demo("status")
    finally:
        containers.remove()
        demo("down")
    assert f"{PREFIX}-demo" not in demo("status")
