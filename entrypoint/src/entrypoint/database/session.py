"""Locks that a database's server keeps for a session."""

from __future__ import annotations

from django.db import Error  # type: ignore[import-untyped,import-not-found,unused-ignore]

from entrypoint.database.base import Lock
from entrypoint.errors import LockError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class SessionLock(Lock):
    """A lock that the database's server keeps for a session.

    The questions are the engine's: subclasses answer them.
    """

    def __init__(self, purpose: str, alias: str) -> None:
        super().__init__(purpose, alias)
        self._connection = self._connect()
        self._ours = False

    def try_acquire(self) -> bool:
        """See `Lock`."""
        if self._ours:
            try:
                self.check()
            except LockError:
                pass  # so it is taken anew, where nobody else has it
            else:
                return True
        self._ours = self._take()
        if self._ours:
            self.check()
        return self._ours

    def check(self) -> None:
        """See `Lock`."""
        try:
            # Not through Django's wrapper alone: it would connect again without a word.
            ours = self._connection.connection is not None and self._is_ours()
        except Error as error:
            self.release()
            raise self._lost(f"the database does not answer ({type(error).__name__})") from None
        if not ours:
            self.release()
            raise self._lost("the session that had it is not this one any more")

    def release(self) -> None:
        """See `Lock`."""
        held, self._ours = self._ours, False
        try:
            if held and self._connection.connection is not None:
                self._give_back()
        except Error:  # gone, and the lock with it
            pass
        finally:
            self._connection.close()

    def _ask(self, sql: str, *parameters: object) -> tuple[object, ...] | None:
        """Return the first row of a query's answer; connect first, where that is to be done."""
        try:
            if self._connection.connection is None:
                self._begin()
            with self._connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                row: tuple[object, ...] | None = cursor.fetchone()
                return row
        except Error:
            self._connection.close()  # the next question is on a new one
            raise

    def _connect(self) -> Any:  # noqa: ANN401 - Django has no types
        """Return the connection, not yet connected."""
        raise NotImplementedError

    def _begin(self) -> None:
        """Connect, and see to it that the session stays."""
        raise NotImplementedError

    def _take(self) -> bool:
        """Take the lock if it is free."""
        raise NotImplementedError

    def _is_ours(self) -> bool:
        """Return whether the server says that this session has it."""
        raise NotImplementedError

    def _give_back(self) -> None:
        """Free it."""
        raise NotImplementedError
