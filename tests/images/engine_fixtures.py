"""The engine and containers on it, for the tests that need one."""

from __future__ import annotations

import os
import signal
import time

import pytest
from containers import Containers

from toolkit import engine as engines


def pytest_configure():
    """End as with Ctrl-C when terminated, so that what was started is removed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def say(request):
    """Print a line at once, for what takes long; one of several processes has no terminal."""
    plugins = request.config.pluginmanager
    reporter, capture = map(plugins.getplugin, ("terminalreporter", "capturemanager"))
    began = time.monotonic()

    def write(text: str) -> None:
        if reporter is None:
            return
        with capture.global_and_fixture_disabled():
            reporter.write_line(f"[{time.monotonic() - began:4.0f} s] {text}")

    return write


@pytest.fixture(scope="session")
def engine():
    """The engine, through a client that can build."""
    return engines.find(os.environ)


@pytest.fixture(scope="session")
def docker(engine, tmp_path_factory):
    """The path of that client, which is the first `docker` on PATH too: testinfra looks there."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "docker").symlink_to(engine.client)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(folder), prepend=os.pathsep)
        yield str(folder / "docker")


@pytest.fixture
def containers(docker):
    """Runs containers for one test."""
    running = Containers(docker)
    yield running
    running.remove()


@pytest.fixture(scope="module")
def module_containers(docker):
    """Runs containers for one module: a worker that lives longer takes the next one's tasks."""
    running = Containers(docker)
    yield running
    running.remove()


@pytest.fixture(scope="session")
def standing(docker):
    """Runs containers for the whole session."""
    running = Containers(docker)
    yield running
    running.remove()
