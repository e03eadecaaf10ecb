"""PostgreSQL: an advisory lock of a session.

See "Advisory Locks" in https://www.postgresql.org/docs/current/explicit-locking.html.
"""

from __future__ import annotations

import socket
import zlib

from entrypoint.database import connection
from entrypoint.database.session import SessionLock
from entrypoint.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The first of an advisory lock's two keys, the same for every lock of ours: "entr" in ASCII.
KEY = 0x656E7472

#: What the driver is told: a connection that does nothing for an hour must not be taken for dead by
#: a firewall or a load balancer (Docker Swarm's forgets it after 15 minutes). Seconds.
OPTIONS = {"keepalives": 1, "keepalives_idle": 60, "keepalives_interval": 15, "keepalives_count": 4}

#: The version that brought idle_session_timeout.
IDLE_SESSION_TIMEOUT = 140000

#: How often it is tried whether a pooler takes the session away.
PROBES = 3

LOCKS = """
    FROM pg_catalog.pg_locks AS l
    WHERE l.locktype = 'advisory' AND l.granted
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    AND l.classid = %s::bigint::oid AND l.objid = %s::bigint::oid AND l.objsubid = 2
"""

HOLDER = (
    "SELECT a.application_name, pg_catalog.host(a.client_addr), a.pid, "
    "pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') "
    "FROM pg_catalog.pg_stat_activity AS a WHERE a.pid = (SELECT l.pid" + LOCKS + "LIMIT 1)"
)


class PostgreSQLLock(SessionLock):
    """An advisory lock of two keys: ours, and the purpose's checksum."""

    def _connect(self) -> Any:  # noqa: ANN401
        name = f"entrypoint {self.purpose} {socket.gethostname()}"
        return connection.private(self.alias, OPTIONS, application_name=name)

    def _keys(self) -> tuple[int, int]:
        """Return the keys as pg_locks shows them, without a sign."""
        return KEY, zlib.crc32(self.purpose.encode())

    def _signed(self) -> tuple[int, int]:
        """Return the keys as the functions take them, int4."""
        first, second = self._keys()
        return first, second - (1 << 32) if second >= 1 << 31 else second

    def _take(self) -> bool:
        row = self._ask("SELECT pg_catalog.pg_try_advisory_lock(%s, %s)", *self._signed())
        return bool(row and row[0])

    def _is_ours(self) -> bool:
        row = self._ask("SELECT 1" + LOCKS + "AND l.pid = pg_backend_pid()", *self._keys())
        return row is not None

    def _give_back(self) -> None:
        self._ask("SELECT pg_catalog.pg_advisory_unlock(%s, %s)", *self._signed())

    def holder(self) -> str | None:
        """See `Lock`."""
        row = self._ask(HOLDER, *self._keys())
        if row is None:
            return None
        application, address, pid, since = row
        words = str(application).split(" ")
        ours = words[0] == "entrypoint" and len(words) > 2  # noqa: PLR2004
        who = f"container {words[-1]}" if ours else f"a client called {application!r}"
        where = f"at {address}" if address else "on the server's own socket"
        return f"{who} {where} (server process {pid}, connected since {since or 'some time'} UTC)"

    def _begin(self) -> None:
        """Connect, and see that the session is ours as long as the connection.

        Raises:
            ConfigurationError: a pooler gives it to others between transactions.
        """
        self._connection.ensure_connection()
        raw = self._connection.connection
        if self._pid(self._connection) != _told_pid(raw) and self._shared():
            self._connection.close()
            raise ConfigurationError(
                f"there is no lock for {self.purpose} behind a connection pooler that works by "
                "transactions: its sessions are everybody's.",
                "Set DIRECT_DATABASE_URL to the database's own address, without the pooler "
                "(PgBouncer).",
            )
        if getattr(self._connection, "pg_version", 0) >= IDLE_SESSION_TIMEOUT:
            with self._connection.cursor() as cursor:
                cursor.execute("SET idle_session_timeout = 0")

    def _pid(self, asked: Any) -> int:  # noqa: ANN401
        with asked.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.pg_backend_pid()")
            return int(cursor.fetchone()[0])

    def _shared(self) -> bool:
        """Return whether a pooler gives the session to others between transactions.

        A pooler by sessions keeps one server process for each of its clients. So it is one by
        transactions where ours changes, or where a second connection gets the same.
        """
        other = connection.private(self.alias)
        try:
            for _ in range(PROBES):
                mine = self._pid(self._connection)
                if self._pid(other) == mine or self._pid(self._connection) != mine:
                    return True
        finally:
            other.close()
        return False


def _told_pid(raw: Any) -> int:  # noqa: ANN401
    """Return the server's process as the connection was told at its start.

    A pooler answers at that point itself, with a number of its own.
    """
    if hasattr(raw, "get_backend_pid"):  # psycopg2
        return int(raw.get_backend_pid())
    return int(raw.info.backend_pid)
