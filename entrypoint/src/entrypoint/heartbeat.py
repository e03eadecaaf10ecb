"""The heartbeat of a role, and what it waits for: the files that `health` looks at.

`entrypoint.role` says what they mean. A role that is no worker of Celery's may write them itself:

    from entrypoint import heartbeat
    while True:
        heartbeat.touch()
        …

Nothing here raises: a file system that is full or read-only makes `health` wrong, which it will
say, and is no reason to stop working.
"""

from __future__ import annotations

import os

from entrypoint.role import HEARTBEAT, MODE, WAITING


def touch() -> bool:
    """Say that the role is alive. Cheap enough for every turn of a loop.

    Returns:
        Whether it could be written.
    """
    try:
        try:
            os.utime(HEARTBEAT)
        except FileNotFoundError:
            os.close(os.open(HEARTBEAT, os.O_WRONLY | os.O_CREAT, MODE))
    except OSError:
        return False
    return True


def wait_for(what: str) -> bool:
    """Say that the role waits for something: it is alive, not ready, and need not touch.

    Args:
        what: what it waits for, as one line that `health` prints; no secret.

    Returns:
        Whether it could be written.
    """
    new = WAITING + ".new"
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
        try:
            os.fchmod(descriptor, MODE)
            os.write(descriptor, (what + "\n").encode("utf-8", "replace"))
        except OSError:
            pass  # a full file system still takes a file without content, and that is what counts
        finally:
            os.close(descriptor)
        os.replace(new, WAITING)
    except OSError:
        return False
    return True


def ready() -> bool:
    """Say that the role waits for nothing any more.

    Returns:
        Whether it could be written.
    """
    try:
        os.unlink(WAITING)
    except FileNotFoundError:
        pass
    except OSError:
        return False
    return True
