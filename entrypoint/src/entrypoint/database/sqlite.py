"""SQLite: a lock on a file beside the database's, by flock(2)."""

from __future__ import annotations

import fcntl
import os
import socket
import time

from entrypoint.database import connection
from entrypoint.database.base import Lock
from entrypoint.errors import LockError, WriteError

#: Any uid of the group may take the lock, whatever the umask of the one that was first.
MODE = 0o664

#: The longest text that is read from the file, in bytes.
LONGEST = 200


class FileLock(Lock):
    """A lock on `DATABASE.PURPOSE.lock`.

    The kernel frees it when its process is gone. The file stays: removing it would leave two
    processes with a lock each, on two files of one name.
    """

    def __init__(self, purpose: str, alias: str, path: str) -> None:
        super().__init__(purpose, alias)
        self.path = f"{path}.{purpose}.lock"
        self._file: int | None = None

    def try_acquire(self) -> bool:
        """See `Lock`.

        Raises:
            WriteError: the file cannot be made.
        """
        if self._file is not None:
            try:
                self.check()
            except LockError:
                pass  # so it is taken anew
            else:
                return True
        file = self._open()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        os.ftruncate(file, 0)
        text = f"container {socket.gethostname()} (process {os.getpid()}, since {now} UTC)\n"
        os.pwrite(file, text.encode(), 0)
        self._file = file
        return True

    def holder(self) -> str | None:
        """See `Lock`."""
        file = self._open()
        try:
            if self._file is None:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass
                else:
                    return None
            text = os.pread(file, LONGEST, 0).decode(errors="replace").strip()
        finally:
            os.close(file)
        return text or "somebody, just now,"

    def check(self) -> None:
        """See `Lock`."""
        if self._file is None:
            raise self._lost("it was given back")
        try:
            same = os.path.samestat(os.fstat(self._file), os.stat(self.path))
        except OSError:
            same = False
        if not same:
            self.release()
            raise self._lost(f"somebody removed {self.path}")

    def release(self) -> None:
        """See `Lock`."""
        file, self._file = self._file, None
        if file is not None:
            fcntl.flock(file, fcntl.LOCK_UN)  # a child that was forked has it open too
            os.close(file)

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CLOEXEC
        try:
            try:
                file = os.open(self.path, flags | os.O_CREAT | os.O_EXCL, MODE)
            except FileExistsError:
                return os.open(self.path, flags)
            os.fchmod(file, MODE)  # the umask took the group's bit away
        except OSError as error:
            raise WriteError(
                f"{self.path}, the lock for {self.purpose}, cannot be written: {error.strerror}.",
                "The folder of a SQLite database has to be writable; its files, for group 0.",
            ) from None
        return file


def file_of(alias: str) -> str | None:
    """Return the path of a SQLite database, or None where it is in memory."""
    name = os.fspath(connection.direct(alias)["NAME"] or "")
    if not name or name == ":memory:" or "mode=memory" in name:
        return None
    if name.startswith("file:"):  # https://www.sqlite.org/uri.html
        from urllib.parse import unquote, urlsplit

        return unquote(urlsplit(name).path)
    return os.path.abspath(name)
