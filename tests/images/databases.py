"""Real database servers for the tests, each test with databases of its own in them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from containers import wait_until

if TYPE_CHECKING:
    from containers import Container, Containers

#: The password of every server's user. It is looked for where it must not be.
PASSWORD = "geheim"

ENGINES = ("postgresql", "mariadb", "sqlite")

PSQL = "exec /usr/lib/postgresql/*/bin/psql -h /tmp -U app -qAt"
MARIADB = ("mariadb", "--socket=/tmp/mariadb.sock", "--user=app", f"--password={PASSWORD}", "-N")


@dataclass(frozen=True, kw_only=True)
class Database:
    """One database.

    Args:
        server: its container; None for SQLite.
        name: its name.
        options: of `docker run`, by which an app's container gets at it.
        pooled: the same through PgBouncer alone, in transaction mode; and in session mode.
    """

    server: Container | None
    name: str
    options: tuple[str, ...]
    pooled: tuple[str, ...] = ()
    pooled_by_session: tuple[str, ...] = ()

    def psql(self, sql: str) -> str:
        """Return what PostgreSQL answers."""
        done = self.server.exec("sh", "-c", f'{PSQL} -d {self.name} -c "$0"', sql)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@dataclass(frozen=True, kw_only=True)
class Databases:
    """The servers, on one network."""

    network: str
    postgres: Container
    mariadb: Container

    @classmethod
    def begin(cls, containers: Containers) -> Databases:
        """Start the servers."""
        network = containers.create("network")

        def serve(alias: str, image: str, **environ: str) -> Container:
            variables = (f"--env={name}={value}" for name, value in environ.items())
            place = ("--network", network, "--network-alias", alias, *variables)
            return containers.start(f"django-container/{image}", options=place)

        postgres = serve("postgres", "postgres", POSTGRES_USER="app", POSTGRES_PASSWORD=PASSWORD)
        mariadb = serve("mariadb", "mariadb", MARIADB_PASSWORD=PASSWORD)
        for mode in ("transaction", "session"):
            serve(mode, "pgbouncer", DB_PASSWORD=PASSWORD, POOL_MODE=mode)
        tcp = "exec /usr/lib/postgresql/*/bin/pg_isready -q -h postgres"
        wait_until(lambda: postgres.exec("sh", "-c", tcp).returncode == 0, postgres.name)
        select = (*MARIADB, "-e", "SELECT 1")
        wait_until(lambda: mariadb.exec(*select).returncode == 0, mariadb.name)
        return cls(network=network, postgres=postgres, mariadb=mariadb)

    def create(self, engine: str, containers: Containers) -> Database:
        """Create an empty database of an engine."""
        name = f"app{uuid.uuid4().hex[:8]}"
        place = ("--network", self.network)
        if engine == "sqlite":
            volume = ("--volume", f"{containers.create('volume')}:/data")
            return Database(server=None, name=name, options=(*volume, _url("sqlite:////data/db")))
        if engine == "mariadb":
            sql = f"CREATE DATABASE {name} CHARACTER SET utf8mb4"
            done = self.mariadb.exec(*MARIADB, "-e", sql)
            assert done.returncode == 0, done.stderr
            url = _url(f"mysql://app:{PASSWORD}@mariadb/{name}")
            return Database(server=self.mariadb, name=name, options=(*place, url))
        Database(server=self.postgres, name="app", options=()).psql(f"CREATE DATABASE {name}")
        urls = [
            _url(f"postgres://app:{PASSWORD}@{host}/{name}")
            for host in ("postgres", "transaction:6432", "session:6432")
        ]
        direct, pooled, by_session = [(*place, url) for url in urls]
        return Database(
            server=self.postgres,
            name=name,
            options=direct,
            pooled=pooled,
            pooled_by_session=by_session,
        )


def _url(url: str) -> str:
    return f"--env=DATABASE_URL={url}"
