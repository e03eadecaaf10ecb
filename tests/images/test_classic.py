"""The Dockerfile that apps had before, in tests/apps/classic, keeps working."""

import urllib.request

import pytest
from containers import HARDENED


@pytest.fixture(scope="module")
def image(apps):
    return apps.build("classic")


def test_serves(containers, image):
    variables = ("--env", "SECRET_KEY=of the tests", "--publish", "127.0.0.1::8000")
    web = containers.start(image, options=(*HARDENED, *variables))
    web.wait_for_answer()
    with urllib.request.urlopen(web.url(), timeout=10) as answer:
        assert answer.read() == b"hello\n"


def test_other_jobs(containers, image):
    variables = ("--env", "SECRET_KEY=of the tests")
    done = containers.run(image, "manage", "check", options=(*HARDENED, *variables))
    assert done.returncode == 0, done.stderr


def test_debian_packages_can_be_installed(containers, image):
    assert containers.run(image, "exec", "hello").stdout == "Hello, world!\n"


def test_configuration(image, inspect):
    config = inspect(image)["Config"]
    assert config["Cmd"] == ["run"]
    assert "APP=website" in config["Env"]
