"""An app without a manifest: what a newcomer has after the README."""

from __future__ import annotations

import time

import pytest
from containers import wait_until

#: The default.
DRAIN = 10


@pytest.fixture(scope="module")
def app(host, services, scaffold):
    """The host, with an app that has defaults alone, and files that are not all root's own."""
    files = scaffold("simple", "--target", "systemd")
    host.install(files, "simple", ALLOWED_HOSTS="127.0.0.1", **services.variables)
    host.run("chown 1000:1000 /etc/default/simple.env")
    host.run("docker tag antisocial:build-1 simple:build-1")
    host.set_tag("simple", "build-1")
    host.run("docker-runner simple migrate && systemctl start simple.target")
    yield host
    host.run("systemctl stop simple.target")
    wait_until(
        lambda: not [name for name in host.names() if name.startswith("simple")],
        "containers outlive their target",
    )


def test_it_serves_after_a_start(app):
    app.wait_for_answer(8000, "/__lbheartbeat__")
    assert {name for name in app.names() if name.startswith("simple")} == {
        "simple-web",
        "simple-worker",
        "simple-beat",
    }


def test_its_drain_is_the_default(app):
    began = time.monotonic()
    app.run("systemctl stop simple")
    assert time.monotonic() - began >= DRAIN
    assert "simple-web" not in app.names()
