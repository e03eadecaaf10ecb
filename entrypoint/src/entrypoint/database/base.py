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
