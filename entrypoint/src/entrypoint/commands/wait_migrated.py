"""`wait_migrated`: until nothing is pending, for containers that must not migrate themselves."""

from __future__ import annotations

import os
import random
import sys
import time

from django.core.management.base import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    BaseCommand,
)
from django.db import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    Error,
    connections,
)

from entrypoint import heartbeat, role
from entrypoint.commands.migrate import DEFAULT_TIMEOUT, TIMEOUT
from entrypoint.database import connection
from entrypoint.database.pending import Migrations
from entrypoint.errors import EntrypointError, LockError, UnavailableError, fail
from entrypoint.redact import Redactor
from entrypoint.seconds import seconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Seconds between two looks, chosen anew each time.
SHORTEST, LONGEST = 0.3, 1.2

#: Seconds after which it says again what it waits for.
REMINDER = 60

#: How many names are shown.
SHOWN = 10


class Command(BaseCommand):  # type: ignore[misc,unused-ignore]  # Django has no types
    """Waits; changes nothing."""

    help = "Wait until no migration is pending."
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django has it

    def add_arguments(self, parser: Any) -> None:  # noqa: ANN401
        """Declare the arguments."""
        parser.add_argument("--database", default=connection.DEFAULT, help="which of DATABASES")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401, ARG002
        """Wait.

        Raises:
            SystemExit: the deadline came first, with the code of that error.
        """
        try:
            wait(options["database"], seconds(os.environ, TIMEOUT, DEFAULT_TIMEOUT))
        except EntrypointError as error:
            fail(error)


def command(original: Any) -> Any:  # noqa: ANN401, ARG001
    """Return the command; the app has none of that name that would count."""
    return Command()


def wait(alias: str, timeout: float) -> None:
    """Wait until no migration is pending. A database that does not answer is not ready yet.

    Args:
        alias: the database.
        timeout: how long, in seconds.

    Raises:
        LockError: some were pending to the last.
        UnavailableError: the database did not answer to the last.
    """
    deadline = time.monotonic() + timeout
    told = -float("inf")
    # Where the container's role is what waits (`run --wait-migrated`), `health` is told: alive, and
    # not ready.
    is_role = role.is_this_process()
    while True:
        try:
            pending = Migrations(alias).pending()
        except Error as error:
            connections[alias].close()
            why = _without_secret(error, alias)
            late: EntrypointError = UnavailableError(
                f"the database does not answer after {timeout:g} s: {why}",
                f"Is it up, and are DATABASE_URL's host, user and password right? {TIMEOUT} says "
                "how long to wait.",
            )
            what = "the database, which does not answer"
        else:
            if not pending:
                if is_role:
                    heartbeat.ready()
                return
            names = ", ".join(pending[:SHOWN]) + (", …" if len(pending) > SHOWN else "")
            late = LockError(
                f"after {timeout:g} s there are migrations that nobody has applied: {names}.",
                f"Run `migrate` or `release` in one container of this image; {TIMEOUT} says how "
                "long to wait for it.",
            )
            what = f"migrations: {names}"
        left = deadline - time.monotonic()
        if left <= 0:
            raise late
        if time.monotonic() - told >= REMINDER:
            told = time.monotonic()
            if is_role:
                heartbeat.wait_for(what)
            print(
                f"entrypoint: waiting, at most {left:.0f} s, for {what}",
                file=sys.stderr,
                flush=True,
            )
        time.sleep(min(random.uniform(SHORTEST, LONGEST), left))  # noqa: S311 - no secret


def _without_secret(error: Exception, alias: str) -> str:
    """Return an error's last line, without the password should a driver have put it in."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    password = str(connections[alias].settings_dict.get("PASSWORD") or "")
    environ = {**os.environ, "DATABASE_PASSWORD": password}
    return Redactor(environ).text(f"{type(error).__name__}: {lines[-1] if lines else ''}")
