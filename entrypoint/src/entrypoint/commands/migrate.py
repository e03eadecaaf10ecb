"""`migrate`, once, however many containers try: the app's own command under a lock.

Where nothing is pending it is over at once: no lock, no checks, no signals. Else the lock, another
look, since somebody may have been faster, and the command itself.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from django.db import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    connections,
)

from entrypoint.database import connection
from entrypoint.database.lock import Lock, lock_for
from entrypoint.database.pending import Migrations
from entrypoint.errors import EntrypointError, LockError, fail
from entrypoint.seconds import seconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: The variable that says how long to wait for the lock, and its default in seconds.
TIMEOUT, DEFAULT_TIMEOUT = "MIGRATE_TIMEOUT", 600

#: Options that do not change what `migrate` does to the database.
HARMLESS = (
    *("database", "interactive", "skip_checks", "verbosity", "traceback", "settings", "pythonpath"),
    *("stdout", "stderr", "no_color", "force_color"),
)

#: Options with which it changes nothing, and needs no lock.
LOOKING = ("plan", "check_unapplied")


def command(original: Any) -> Any:  # noqa: ANN401 - Django has no types
    """Return the app's `migrate`, whatever class it is of, with its `execute` wrapped."""
    if original is not None:
        original.execute = Once(original)
    return original


class Once:
    """`execute` of a `migrate` command, under a lock.

    Args:
        command: the command.

    Attributes:
        timeout: how many seconds to wait for the lock; None for what MIGRATE_TIMEOUT says.
    """

    def __init__(self, command: Any) -> None:  # noqa: ANN401
        self.timeout: float | None = None
        self._command = command
        self._execute = command.execute
        self._held = False

    def __call__(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """Execute the command, or find that there is nothing to do.

        Raises:
            SystemExit: the lock was not had in time, or is lost, with the code of that error.
        """
        if self._held or any(options.get(name) for name in LOOKING):
            return self._execute(*args, **options)
        try:
            return self._once(args, options)
        except EntrypointError as error:
            # Not as an exception: Django's `run_from_argv` would print a traceback.
            fail(error)

    def _once(self, args: tuple[Any, ...], options: dict[str, Any]) -> Any:  # noqa: ANN401
        alias = options.get("database") or connection.DEFAULT
        timeout = self.timeout
        if timeout is None:
            timeout = seconds(os.environ, TIMEOUT, DEFAULT_TIMEOUT)
        connection.use_direct(alias)
        fast = self._is_plain(options)
        if fast and self._nothing_to_do(alias, options):
            return None
        connections[alias].close()  # one connection for each that waits is enough
        with lock_for("migrate", alias).acquire(timeout) as lock:
            if fast and self._nothing_to_do(alias, options):
                return None
            with self._holding(lock):
                output = self._execute(*args, **options)
            try:
                lock.check()
            except LockError as error:
                print(f"{error}\n  The migrations above are applied.", file=sys.stderr)
            return output

    @contextmanager
    def _holding(self, lock: Lock) -> Iterator[None]:
        """Execute the command itself when asked again, and look at the lock at each migration.

        A lost connection frees the lock silently: the next migration is another one's by then.
        """
        callback = getattr(self._command, "migration_progress_callback", None)

        def look(action: str, *args: Any, **options: Any) -> None:  # noqa: ANN401
            if action in ("apply_start", "unapply_start"):
                lock.check()
            if callback is not None:
                callback(action, *args, **options)

        self._held = True
        self._command.migration_progress_callback = look
        try:
            yield
        finally:
            self._held = False
            self._command.migration_progress_callback = callback

    def _is_plain(self, options: dict[str, Any]) -> bool:
        """Return whether it is Django's own `migrate`, of everything, with no special wish."""
        from django.core.management.commands.migrate import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            Command,
        )

        if type(self._command).handle is not Command.handle:
            return False
        parser = self._command.create_parser("manage.py", "migrate")
        return all(
            name in HARMLESS or value == parser.get_default(name) for name, value in options.items()
        )

    def _nothing_to_do(self, alias: str, options: dict[str, Any]) -> bool:
        """Look, and where there is nothing to do, say so as Django does."""
        try:
            migrations = Migrations(alias)
            if not migrations.nothing_to_do():
                return False
        except Exception:  # noqa: BLE001 - whatever it is, the command itself says it
            return False
        if options.get("verbosity", 1) >= 1:
            self._tell(", ".join(migrations.labels) or "(none)", options)
        return True

    def _tell(self, labels: str, options: dict[str, Any]) -> None:
        """Print what Django's `migrate` prints where there is nothing to apply."""
        from django.core.management import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            base,
            color,
        )

        style = self._command.style
        if options.get("force_color"):
            style = color.color_style(force_color=True)
        elif options.get("no_color"):
            style = color.no_style()
        out = self._command.stdout
        if options.get("stdout"):
            out = base.OutputWrapper(options["stdout"])
        out.write(style.MIGRATE_HEADING("Operations to perform:"))
        out.write(style.MIGRATE_LABEL("  Apply all migrations: ") + labels)
        out.write(style.MIGRATE_HEADING("Running migrations:"))
        out.write("  No migrations to apply.")
