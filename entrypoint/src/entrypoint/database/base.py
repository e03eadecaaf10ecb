"""What every lock has in common: trying again, a deadline, and who has it."""

from __future__ import annotations

import random
import sys
import time

from django.db import Error  # type: ignore[import-untyped,import-not-found,unused-ignore]

from entrypoint.errors import LockError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

#: Seconds between two tries, chosen anew each time, so that those who wait do not come together.
SHORTEST, LONGEST = 0.2, 1.0

#: Seconds after which one that waits says so again.
REMINDER = 60


class Lock:
    """A lock in the app's database, held by a session of its own.

    It is free as soon as its process is gone, however it went.

    Args:
        purpose: what it is for, a word such as `migrate`; equal ones exclude each other.
        alias: the database.
    """

    def __init__(self, purpose: str, alias: str) -> None:
        self.purpose = purpose
        self.alias = alias

    def try_acquire(self) -> bool:
        """Take the lock if nobody has it, at once.

        Returns:
            Whether it is ours. Asked again while it is, the answer is True.

        Raises:
            django.db.Error: the database does not answer.
            ConfigurationError: there can be no lock here, such as behind a pooler.
        """
        raise NotImplementedError

    def holder(self) -> str | None:
        """Return who has the lock, for people, as far as the database tells; None for nobody.

        Raises:
            django.db.Error: the database does not answer.
        """
        raise NotImplementedError

    def check(self) -> None:
        """See that the lock is still ours: a lost connection frees it silently.

        Raises:
            LockError: it is not, or nobody can tell since the database does not answer.
        """
        raise NotImplementedError

    def release(self) -> None:
        """Give the lock back, and close the connection. It is no error where it was lost."""
        raise NotImplementedError

    def acquire(self, deadline_seconds: float) -> Lock:
        """Wait for the lock, and say on stderr for whom.

        It tries again and again, and never asks the database to wait: a session that waits for a
        lock inside a query has a snapshot, and CREATE INDEX CONCURRENTLY, of the one who has the
        lock, would wait for it in turn.

        Args:
            deadline_seconds: how long to wait.

        Returns:
            This lock, for `with`.

        Raises:
            LockError: somebody else still has it.
            django.db.Error: the database did not answer the first time.
            ConfigurationError: there can be no lock here.
        """
        deadline = time.monotonic() + deadline_seconds
        if self.try_acquire():
            return self
        told = -float("inf")
        while True:
            left = deadline - time.monotonic()
            holder = self._holder()
            if left <= 0:
                raise LockError(
                    f"the lock for {self.purpose} was not had within {deadline_seconds:g} s: "
                    f"{holder} has it.",
                    "Look whether that one still works. The lock is free as soon as it has ended.",
                )
            if time.monotonic() - told >= REMINDER:
                told = time.monotonic()
                print(
                    f"entrypoint: waiting for the lock for {self.purpose}, at most {left:.0f} s: "
                    f"{holder} has it.",
                    file=sys.stderr,
                    flush=True,
                )
            time.sleep(min(random.uniform(SHORTEST, LONGEST), left))  # noqa: S311 - no secret
            try:
                if self.try_acquire():
                    return self
            except Error:  # it restarts; it did answer before
                continue

    def __enter__(self) -> Lock:  # noqa: PYI034 - Python 3.9 has no Self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def _holder(self) -> str:
        try:
            return self.holder() or "nobody any more"
        except Error:
            return "somebody (the database does not answer now)"

    def _lost(self, why: str) -> LockError:
        return LockError(
            f"the lock for {self.purpose} is lost: {why}.",
            "Somebody else may have it by now. If the database is behind a connection pooler "
            "(PgBouncer), set DIRECT_DATABASE_URL to its own address.",
        )


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
