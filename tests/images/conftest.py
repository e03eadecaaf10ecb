"""What the tests on built images share. They build all that they need through the toolkit."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from apps import Apps, build_example, toolkit_or_fail
from containers import HARDENED, PREFIX, Container, wait_until
from databases import Databases
from engine_fixtures import *  # noqa: F403


@pytest.fixture(scope="session")
def images(docker, say):
    """The base and builder images of the default suite."""
    say("django-container/base and builder")
    toolkit_or_fail("images", "build")


@pytest.fixture(scope="session")
def base(images):
    return "django-container/base:trixie"


@pytest.fixture(scope="session")
def builder(images):
    return "django-container/builder:trixie"


@pytest.fixture(scope="session")
def apps(images, docker, tmp_path_factory, say):
    """Builds the apps in tests/apps."""
    built = Apps(docker, tmp_path_factory.mktemp("apps"), say)
    yield built
    built.remove()


@pytest.fixture(scope="session")
def example_image(apps, say):
    """The example's image, made by its own Makefile."""
    image = apps.image("antisocial")
    say("the example's image")
    build_example(image)
    return image


@pytest.fixture(scope="session")
def child_image(apps, example_image):
    """An image FROM the example's: tests/apps/slow."""
    return apps.build("slow", "--build-arg", f"PARENT={example_image}")


@pytest.fixture(scope="session")
def plain_image(apps):
    """The image of the smallest app."""
    return apps.build("plain")


@pytest.fixture(scope="session")
def racing_image(apps):
    """The image of an app whose migrations must not run twice: tests/apps/racing."""
    return apps.build("racing")


@pytest.fixture(scope="session")
def databases(standing, say):
    """PostgreSQL, MariaDB and PgBouncer."""
    say("PostgreSQL, MariaDB and PgBouncer")
    toolkit_or_fail("images", "build", "postgres", "mariadb", "pgbouncer")
    return Databases.begin(standing)


@pytest.fixture(scope="session")
def inspect(docker):
    """Inspect an image."""

    def ask(image: str) -> dict:
        return json.loads(subprocess.check_output([docker, "image", "inspect", image]))[0]

    return ask


@dataclass(frozen=True, kw_only=True)
class Services:
    """PostgreSQL, Redis and a server of feeds, on a network.

    Args:
        network: its name.
        environ: the variables by which an app finds them.
    """

    network: str
    environ: dict[str, str]

    def options(self, **changes: str | None) -> tuple[str, ...]:
        """Return the options of `docker run` by which a container gets at them.

        Args:
            changes: other values of variables; None takes one away.
        """
        environ = {**self.environ, **changes}
        variables = [
            f"--env={name}={value}" for name, value in environ.items() if value is not None
        ]
        return ("--network", self.network, *variables)


@pytest.fixture(scope="session")
def services(standing, example_image, say):
    """PostgreSQL, migrated for the example, Redis and a server of feeds, all on one network."""
    say("PostgreSQL and Redis")
    toolkit_or_fail("images", "build", "postgres", "redis")
    network = standing.create("network")

    def serve(alias: str, image: str, *argv: str, options: tuple[str, ...] = ()) -> Container:
        place = ("--network", network, "--network-alias", alias)
        return standing.start(image, *argv, options=(*place, *options))

    secret = ("--env", "POSTGRES_USER=app", "--env", f"POSTGRES_PASSWORD={PREFIX}")
    postgres = serve("postgres", "django-container/postgres", options=secret)
    redis = serve("redis", "django-container/redis")
    fixtures = "/app/antisocial/feeds/tests/fixtures"
    server = ("exec", "python", "-m", "http.server", "8080", "--directory", fixtures)
    serve("feeds.example.org", example_image, *server)
    ready = "exec /usr/lib/postgresql/*/bin/pg_isready -q -h postgres"
    wait_until(lambda: postgres.exec("sh", "-c", ready).returncode == 0, postgres.name)
    wait_until(lambda: redis.exec("redis-cli", "ping").returncode == 0, redis.name)
    found = Services(
        network=network,
        environ={
            "SECRET_KEY": "of the tests",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": f"postgres://app:{PREFIX}@postgres/app",
            "CELERY_BROKER_URL": "redis://redis:6379/0",
            "CACHE_URL": "redis://redis:6379/1",
            "CSRF_COOKIE_SECURE": "false",
            "SESSION_COOKIE_SECURE": "false",
            "SECURE_SSL_REDIRECT": "false",
            "WEB_CONCURRENCY": "2",
            "WORKER_CONCURRENCY": "2",
        },
    )
    migrated = standing.run(example_image, "migrate", options=(*HARDENED, *found.options()))
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    return found


@pytest.fixture
def role(containers, services):
    """Start a role as a host would: read-only, without capabilities, as any user of group 0."""
    ready = {"worker": "ready.", "beat": "beat: Starting", "sendalerts": "sendalerts: looking"}

    def start(image: str, verb: str, *options: str, **environ: str | None) -> Container:
        data = ("--volume", f"{containers.create('volume')}:/data")
        publish = ("--publish", "127.0.0.1::8000") if verb == "run" else ()
        place = (*HARDENED, *services.options(**environ), *data, *publish)
        container = containers.start(image, verb, options=(*place, *options))
        if verb == "run":
            container.wait_for_answer()
        else:
            container.wait_for_log(ready[verb])
        return container

    return start
