"""The file of beat's schedule: where it is, and what happens when it cannot be read.

It holds when each task was sent last, and has to outlive its container: without it, a job that is
due once a day waits a day from every deploy.
"""

from __future__ import annotations

import gc
import os
import shelve
import time

from celery import beat  # type: ignore[import-untyped,import-not-found,unused-ignore]
from celery.utils.log import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    get_logger,
)

from entrypoint.errors import WriteError
from entrypoint.writable import DATA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: What the libraries behind `dbm` add to a file's name.
SUFFIXES = ("", ".db", ".dat", ".bak", ".dir", ".pag", "-wal", "-shm", "-journal")

logger = get_logger("celery.beat")


def path(name: str) -> str:
    """Return where the schedule is: a relative name, as Celery's own, is on the data volume."""
    return os.path.join(DATA, name)


def open_scheduler(make: Callable[..., Any], filename: str) -> Any:  # noqa: ANN401
    """Make a scheduler, with a new schedule where the old one cannot be read.

    Celery replaces a file that it cannot open, and fails where it could be opened and what is in it
    cannot be read. Such a file is put aside here.

    Args:
        make: makes it; with `lazy=True`, one that is only to be looked at.
        filename: the schedule's, for a scheduler that has a file.

    Raises:
        WriteError: the folder of the file is not writable.
    """
    if not isinstance(make(lazy=True), beat.PersistentScheduler):
        scheduler = make()
    else:
        _check_writable(os.path.dirname(filename))
        try:
            scheduler = make()
        except Exception as error:  # noqa: BLE001 - whatever is in the file
            scheduler, why = None, repr(error)
        if scheduler is None:
            gc.collect()  # closes the file, which is about to have another name
            logger.error(
                "beat: The schedule %s cannot be read (%s) and is put aside as %s. Intervals begin "
                "anew.",
                filename,
                why,
                put_aside(filename),
            )
            scheduler = make()
    if isinstance(scheduler, beat.Scheduler) and not scheduler.sync_every_tasks:
        # Saved with each task, and not every three minutes: the next beat, after a KILL, must not
        # send them again. The setting beat_sync_every says otherwise.
        scheduler.sync_every_tasks = 1
    return scheduler


def forget(scheduler: Any) -> None:  # noqa: ANN401
    """Have a scheduler not save what it remembers: its file is somebody else's by now."""
    store = getattr(scheduler, "_store", None)
    if isinstance(store, shelve.Shelf):
        getattr(store, "cache", {}).clear()


def put_aside(filename: str) -> str:
    """Rename the files of a schedule. Return the new name."""
    aside = f"{filename}.unreadable-{int(time.time())}"
    for suffix in SUFFIXES:
        try:
            os.rename(filename + suffix, aside + suffix)
        except FileNotFoundError:
            pass
    return aside


def _check_writable(folder: str) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WriteError(
            f"beat's schedule cannot be kept: {folder} is not writable for user {os.geteuid()}.",
            f"Mount a volume that is writable for group 0: --volume NAME:{folder}. A scheduler "
            "that keeps its schedule in the database needs none.",
        )
