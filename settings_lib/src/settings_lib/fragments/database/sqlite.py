"""A SQLite file that several users of one group may write."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from settings_lib.fragments.database.kinds import SQLITE
from settings_lib.types.urls import IN_MEMORY

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP_WRITABLE = 0o664


def create_shared_file(entry: Mapping[str, Any]) -> None:
    """Create a SQLite database's file, empty and writable for the group, if it is not there.

    SQLite makes its file 0644 whatever the umask is, and its journals like the file; a role that
    runs as another uid of the group then gets "attempt to write a readonly database". An empty
    file is an empty database. A file that exists is left alone, and so is a folder that is missing
    or not writable: SQLite's own error is right there.

    Args:
        entry: The entry ``default`` of ``DATABASES``.
    """
    name = str(entry.get("NAME", ""))
    if (
        entry.get("ENGINE") != SQLITE.engine
        or not name
        or name == IN_MEMORY
        or name.startswith("file:")
    ):
        return
    path = Path(name)
    if path.exists() or not os.access(path.parent, os.W_OK):
        return
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, GROUP_WRITABLE)
    except OSError:  # another process was first, or SQLite will say it better
        return
    try:
        os.fchmod(descriptor, GROUP_WRITABLE)  # the umask took the group's bit away
    finally:
        os.close(descriptor)
