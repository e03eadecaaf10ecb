"""Beat as a singleton: it has a lock before it reads its schedule, and before all that it sends.

The lock is held in beat's own process, by a connection to the database. A connection that breaks,
or a pooler that gives it to somebody else, frees the lock and tells nobody; so it is asked for at
every turn of the loop, at least every MAX_INTERVAL, and once more before each task is sent.
"""

from __future__ import annotations

import functools
import os
import random
import time

from celery import beat  # type: ignore[import-untyped,import-not-found,unused-ignore]
from celery.utils.log import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    get_logger,
)

from entrypoint.celery_roles import schedule
from entrypoint.celery_roles.pulse import BROKER, Pulse
from entrypoint.errors import EntrypointError, LockError, UnavailableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The lock's name.
LOCK = "beat"

#: Seconds between two looks at the lock, at most.
MAX_INTERVAL = 5.0

#: Seconds between two tries of a standby to become the one: at random in between, so that several
#: do not ask at once.
RETRY = (1.0, 3.0)

#: Seconds between two tries to send a task while the broker is away.
RESEND = 2.0

HINT = "BEAT_STANDBY=wait, the default, waits instead."

logger = get_logger("celery.beat")


def install() -> None:
    """Have the beat that this process will be run as a singleton."""
    from celery.apps.beat import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        Beat,
    )

    Beat.Service = Service


class Lost(SystemExit):
    """The lock is lost. Celery lets nothing but SystemExit end beat without a traceback."""


class Service(beat.Service):  # type: ignore[misc,unused-ignore]
    """Celery's service, with a lock and a pulse.

    `get_scheduler` is where it begins: it opens the schedule, or writes it into the database, which
    a standby must not do.
    """

    def __init__(self, app: Any, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(app, *args, **options)
        self.schedule_filename: str = schedule.path(self.schedule_filename)
        self._pulse = Pulse(app.connection_for_write)
        self._lock: Any = None
        self._lost: LockError | None = None

    def start(self, embedded_process: bool = False) -> None:  # noqa: FBT001, FBT002 - Celery's
        """Wait for the lock, and then send what is due until the end, or until the lock is lost.

        Raises:
            SystemExit: it is lost, or another one has it and this one is not to wait. Celery would
                print a traceback of anything else.
        """
        try:
            try:
                super().start(embedded_process=embedded_process)
            finally:
                self._release()
            if self._lost is not None:
                raise self._lost
        except EntrypointError as error:
            logger.critical("beat: %s %s", error.args[0], error.hint)
            raise SystemExit(error.exit_code) from None

    def get_scheduler(self, lazy: bool = False, **options: Any) -> Any:  # noqa: ANN401, FBT001, FBT002
        """Return the scheduler; unless it is only to be looked at, the lock is had first."""
        make = functools.partial(super().get_scheduler, **options)
        if lazy:
            return make(lazy=True)
        self._acquire()
        scheduler = schedule.open_scheduler(make, self.schedule_filename)
        self._guard(scheduler)
        self._pulse.beat()
        self._pulse.watch()
        return scheduler

    def sync(self) -> None:
        """Save the schedule and close it, if this beat is the one whose schedule it is."""
        if "scheduler" not in vars(self):  # a standby
            self._is_stopped.set()
            return
        if self._lost is not None:
            schedule.forget(self.scheduler)
        super().sync()

    def _acquire(self) -> None:
        """Return as soon as the lock is had.

        Raises:
            LockError: another one has it, and BEAT_STANDBY is `exit`.
            UnavailableError: the database does not answer, and BEAT_STANDBY is `exit`.
            ConfigurationError: there can be no lock, such as behind a pooler.
        """
        self._lock = _lock()
        if self._lock is None:
            return
        self._pulse.wait_for("the lock")
        said = None
        while True:
            why = self._try()
            if why is None:
                break
            if said != why:
                said = why
                logger.info("beat: Standing by for the lock: %s.", why)
            self._pulse.wait_for(f"the lock: {why}")
            time.sleep(random.uniform(*RETRY))  # noqa: S311 - only to keep out of step
        if said is not None:
            logger.info("beat: Taking over: the lock is free.")

    def _try(self) -> str | None:
        """Return why the lock is not had, or None where it is."""
        from django.db import Error  # type: ignore[import-untyped,import-not-found,unused-ignore]

        kind: type[EntrypointError] = LockError
        try:
            holder = None
            for _ in range(3):  # whoever had it may be gone when it is asked who that is
                if self._lock.try_acquire():
                    return None
                holder = holder or self._lock.holder()
            why = f"{holder or 'another one'} has it"
        except Error as error:
            kind, why = UnavailableError, f"the database does not answer ({type(error).__name__})"
        if os.environ.get("BEAT_STANDBY") == "exit":
            raise kind(f"the lock is not had: {why}.", HINT)
        return why

    def _check(self) -> None:
        """Go on only with the lock.

        Raises:
            Lost: it is lost.
        """
        if self._lock is None:
            return
        try:
            self._lock.check()
        except LockError as error:
            self._lost = error
            raise Lost from error

    def _release(self) -> None:
        if self._lock is None:
            return
        try:
            self._lock.release()
        except Exception as error:  # noqa: BLE001 - the end of the process frees it too
            logger.warning("beat: The lock was not released: %s", type(error).__name__)

    def _guard(self, scheduler: Any) -> None:  # noqa: ANN401
        """Have a scheduler of any class look at the lock and send its pulse."""
        tick, apply_async = scheduler.tick, scheduler.apply_async

        def guarded_tick(*args: Any, **options: Any) -> Any:  # noqa: ANN401
            self._check()
            self._pulse.beat()
            interval = tick(*args, **options)
            return interval if interval is None else min(interval, MAX_INTERVAL)

        def guarded_apply_async(entry: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401
            while True:
                # Between the tick and this, connecting to the broker may have taken long.
                self._check()
                try:
                    result = apply_async(entry, *args, **options)
                except beat.SchedulingError as error:
                    if not _is_outage(error):
                        raise
                    logger.error("beat: %s Trying again in %d s.", error, RESEND)  # noqa: TRY400
                    self._pulse.wait_for(BROKER)
                    options["advance"] = False  # it has, if it was to
                    time.sleep(RESEND)
                else:
                    self._pulse.beat()
                    return result

        scheduler.tick, scheduler.apply_async = guarded_tick, guarded_apply_async
        connect = getattr(scheduler, "_ensure_connected", None)
        if connect is not None:

            def guarded_connect() -> Any:  # noqa: ANN401
                self._pulse.wait_for(BROKER)
                connection = connect()
                self._pulse.beat()
                return connection

            scheduler._ensure_connected = guarded_connect  # noqa: SLF001


def _lock() -> Any:  # noqa: ANN401
    """Return the lock, or None for an app that has no Django settings, and so no database."""
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        logger.warning("beat: No lock: there is no DJANGO_SETTINGS_MODULE. Run one beat only.")
        return None
    from entrypoint.database.lock import lock_for

    return lock_for(LOCK)


def _is_outage(error: Exception) -> bool:
    """Return whether a task could not be sent because the broker is away."""
    from kombu.exceptions import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        OperationalError,
    )

    return isinstance(error.__cause__ or error.__context__, OperationalError)
