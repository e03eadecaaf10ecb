"""What the tests on booted hosts share."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "images"))

from apps import build_example, toolkit_or_fail
from building import build, root_of
from containers import PREFIX, command, wait_until
from engine_fixtures import *  # noqa: F403
from hosts import FOLDER, Host

MANIFESTS = Path(__file__).with_name("manifests")

#: The secrets of the tests: neither a list of processes nor systemd nor a log may show them.
SECRET_KEY, PASSWORD = f"{PREFIX}-key-of-the-tests", f"{PREFIX}-password"


@pytest.fixture(scope="session")
def network(standing):
    """The network of the hosts and of what they need."""
    return standing.create("network")


@pytest.fixture(scope="session")
def image(docker, say):
    """The example's image, made by its own Makefile."""
    say("django-container/base and the example's image")
    toolkit_or_fail("images", "build")
    name = f"{PREFIX}-antisocial:build-1"
    build_example(name)
    yield name
    command(docker, "image", "rm", "--force", name)


@dataclass(frozen=True, kw_only=True)
class Services:
    """PostgreSQL, Redis and a server of feeds, as the hosts see them.

    Args:
        feed: the address of a feed.
        variables: what an app needs to know to find the others.
    """

    feed: str
    variables: dict[str, str]


@pytest.fixture(scope="session")
def services(standing, network, image, say):
    say("PostgreSQL, Redis and a server of feeds")
    toolkit_or_fail("images", "build", "postgres", "redis")

    def serve(name: str, *argv: str, options: tuple[str, ...] = ()):
        container = standing.start(name, *argv, options=("--network", network, *options))
        address = container.inspect()["NetworkSettings"]["Networks"][network]["IPAddress"]
        return container, address

    user = ("--env", "POSTGRES_USER=app", "--env", f"POSTGRES_PASSWORD={PASSWORD}")
    postgres, database = serve("django-container/postgres", options=user)
    redis, broker = serve("django-container/redis")
    fixtures = "/app/antisocial/feeds/tests/fixtures"
    program = ("exec", "python", "-m", "http.server", "8080", "--directory", fixtures)
    _, feeds = serve(image, *program)
    ready = "exec /usr/lib/postgresql/*/bin/pg_isready -q -h 127.0.0.1"
    wait_until(lambda: postgres.exec("sh", "-c", ready).returncode == 0, postgres.name)
    wait_until(lambda: redis.exec("redis-cli", "ping").returncode == 0, redis.name)
    return Services(
        feed=f"http://{feeds}:8080/atom.xml",
        variables={
            "SECRET_KEY": SECRET_KEY,
            "DATABASE_URL": f"postgres://app:{PASSWORD}@{database}/app",
            "CELERY_BROKER_URL": f"redis://{broker}:6379/0",
        },
    )


@pytest.fixture(scope="session")
def bare(docker, standing, network, say):
    """A host with nothing on it."""
    say("a host")
    name = build(docker, FOLDER, f"{PREFIX}-host", ROOT=root_of("bookworm"))
    yield Host.boot(standing, name, network)
    standing.remove()
    command(docker, "image", "rm", "--force", name)


@pytest.fixture(scope="session")
def host(bare, image, say):
    """A host that has the example's image: antisocial:build-1, and build-2 besides."""
    say("the image for the host")
    bare.load(image)
    for tag in ("build-1", "build-2"):
        bare.run(f"docker tag {image} antisocial:{tag}")
    bare.run(f"docker rmi {image}")
    return bare


@pytest.fixture(scope="session")
def scaffold(tmp_path_factory):
    """Makes an app's files, from a manifest in `manifests` or from none."""

    def make(app: str, *options: str) -> Path:
        output = tmp_path_factory.mktemp(app)
        manifest = MANIFESTS / f"{app}.toml"
        where = ("--manifest", str(manifest)) if manifest.is_file() else ()
        empty = ("--directory", str(tmp_path_factory.mktemp("empty")))
        toolkit_or_fail("scaffold", app, *empty, *where, "--output", str(output), *options)
        return output

    return make
