"""`drain` as a unit's ExecStop, under a real systemd: tests/apps/systemd."""

import re
import time

import pytest
from apps import APPS, toolkit_or_fail
from containers import BOOTED, wait_until

#: The unit's DRAIN_SECONDS.
DRAIN = 3


@pytest.fixture
def host(apps, containers, say):
    """A host whose systemd runs the unit `website`, which is ready."""
    say("django-container/base:bookworm, and systemd on it")
    toolkit_or_fail("images", "build", "base", "--suite", "bookworm")
    built = apps.docker_build("systemd", APPS / "systemd")
    assert built.returncode == 0, built.stdout
    host = containers.start(apps.image("systemd"), options=BOOTED)
    wait_until(lambda: systemctl(host, "is-system-running").stdout == "running\n", host.logs())
    started = systemctl(host, "start", "website")
    assert started.returncode == 0, started.stderr
    wait_until(lambda: health(host, "--ready") == 0, "the unit is not ready")
    return host


def systemctl(host, *args):
    return host.exec("systemctl", *args)


def health(host, *args):
    return host.exec("entrypoint", "health", *args).returncode


def test_a_unit_drains_before_it_stops(host):
    began = time.monotonic()
    systemctl(host, "stop", "--no-block", "website")
    wait_until(lambda: health(host, "--ready") == 1, "it does not drain")
    # It serves on while systemd waits for ExecStop.
    assert systemctl(host, "is-active", "website").stdout == "deactivating\n"
    assert health(host) == 0
    wait_until(
        lambda: systemctl(host, "is-active", "website").stdout == "inactive\n", "it does not stop"
    )
    assert time.monotonic() - began >= DRAIN
    assert systemctl(host, "show", "website", "--property=Result").stdout == "Result=success\n"
    log = host.exec("journalctl", "--unit=website", "--output=cat").stdout
    assert re.search(rf"drain: web is not ready any more; waiting {DRAIN}.0 s", log), log
