"""The stage of the fleet's tests. It takes a minute, or none where a fleet stands: see stand.py."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "images"))
sys.path.insert(0, str(Path(__file__).parents[1] / "hosts"))
sys.path.insert(0, str(Path(__file__).parent))

from booting import Boot
from engine_fixtures import *  # noqa: F403
from fleet import Fleet
from load import traffic_to


@pytest.fixture(scope="session")
def fleet(standing, tmp_path_factory, say):
    """Three app hosts, a proxy, a registry, PostgreSQL and Redis; nothing is installed."""
    if file := os.environ.get("TOOLKIT_TEST_FLEET"):
        found = Fleet.read(Path(file))
        found.clear()
        found.empty()
        yield found
        return
    booted = Boot(containers=standing, folder=tmp_path_factory.mktemp("ssh"), say=say).boot()
    say("the fleet stands")
    yield booted
    registry = booted.registry
    standing.remove()
    booted.remove_images(registry)


@pytest.fixture(scope="session")
def versions(fleet):
    """Builds and pushes versions of the probe: `versions.push("build-2", "unready")`."""
    return fleet.versions()


@pytest.fixture
def deployed(fleet, say):
    """The fleet as build-1 has just been rolled to it, with no trace of what was there before."""
    fleet.clear()
    fleet.empty()
    fleet.install()
    fleet.start("build-1")
    say("build-1 serves")
    return fleet


@pytest.fixture
def traffic(fleet, tmp_path):
    """Sends requests to the proxy while a test does something: `with traffic() as seen: …`."""

    def send(*options: str):
        return traffic_to(fleet.url, "probe.example.org", tmp_path / "traffic.json", *options)

    return send
