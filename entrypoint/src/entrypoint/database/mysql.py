"""MySQL and MariaDB: a lock with a name, of a session.

See https://dev.mysql.com/doc/refman/8.4/en/locking-functions.html and
https://mariadb.com/kb/en/get_lock/. Such locks are one server's: a Galera cluster of several that
are written to has none.
"""

from __future__ import annotations

import hashlib

from entrypoint.database import connection
from entrypoint.database.session import SessionLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The longest name that MySQL takes.
LONGEST = 64

#: Seconds for which a session may do nothing, for the server: a year, which is the most.
WAIT_TIMEOUT = 31_536_000

HOLDER = """
    SELECT user, host, time, id FROM information_schema.processlist
    WHERE id = IS_USED_LOCK(%s)
"""


class MySQLLock(SessionLock):
    """A lock by GET_LOCK, whose names are the whole server's: the database's is part of it."""

    def _connect(self) -> Any:  # noqa: ANN401
        return connection.private(self.alias)

    def _name(self) -> str:
        database = str(self._connection.settings_dict["NAME"])
        name = f"entrypoint {self.purpose} {database}"
        if len(name) <= LONGEST:
            return name
        digest = hashlib.sha256(f"{self.purpose} {database}".encode()).hexdigest()
        return f"entrypoint {digest}"[:LONGEST]

    def _begin(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("SET SESSION wait_timeout = %s", [WAIT_TIMEOUT])

    def _take(self) -> bool:
        row = self._ask("SELECT GET_LOCK(%s, 0)", self._name())
        return bool(row and row[0])

    def _is_ours(self) -> bool:
        row = self._ask("SELECT IS_USED_LOCK(%s) = CONNECTION_ID()", self._name())
        return bool(row and row[0])

    def _give_back(self) -> None:
        self._ask("SELECT RELEASE_LOCK(%s)", self._name())

    def holder(self) -> str | None:
        """See `Lock`."""
        row = self._ask("SELECT IS_USED_LOCK(%s)", self._name())
        if row is None or row[0] is None:
            return None
        shown = self._ask(HOLDER, self._name())
        if shown is None:  # another user's, and this one may not see it
            return f"the server's connection {row[0]}"
        user, host, seconds, number = shown
        address = str(host).rpartition(":")[0] or host
        return (
            f"the container at {address} (user {user}, the server's connection {number}, "
            f"idle for {seconds} s)"
        )
