"""The lock beside a SQLite database, with real files and real processes."""

import os
import signal
import stat
import subprocess
import sys

import pytest

from entrypoint.database.sqlite import FileLock
from entrypoint.errors import LockError, WriteError

HOLD = """
import sys, time
from entrypoint.database.sqlite import FileLock
assert FileLock("migrate", "default", sys.argv[1]).try_acquire()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "db.sqlite3")


@pytest.fixture
def lock(path):
    """Makes locks of one database; purposes differ at will."""
    made = []

    def make(purpose="migrate"):
        made.append(FileLock(purpose, "default", path))
        return made[-1]

    yield make
    for each in made:
        each.release()


def test_one_has_it(lock):
    first, second = lock(), lock()
    assert first.try_acquire()
    assert first.try_acquire()
    assert not second.try_acquire()
    first.release()
    assert second.try_acquire()
    assert not first.try_acquire()


def test_purposes_do_not_exclude_each_other(lock):
    assert lock("migrate").try_acquire()
    assert lock("beat").try_acquire()


def test_holder_is_named_while_there_is_one(lock):
    first, second = lock(), lock()
    assert second.holder() is None
    first.try_acquire()
    assert f"process {os.getpid()}" in second.holder()
    assert first.holder() == second.holder()
    first.release()
    assert second.holder() is None


def test_any_uid_of_the_group_may_take_it(lock, path):
    before = os.umask(0o077)
    try:
        lock().try_acquire()
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(path + ".migrate.lock").st_mode) == 0o664


def test_acquire_gives_up_and_names_the_holder(lock, capsys):
    lock().try_acquire()
    with pytest.raises(LockError, match=f"within 0.1 s: container .*{os.getpid()}"):
        lock().acquire(0.1)
    assert capsys.readouterr().err.count("waiting for the lock for migrate") == 1


def test_with_gives_it_back(lock):
    with lock().acquire(0) as held:
        held.check()
        assert not lock().try_acquire()
    assert lock().try_acquire()
    with pytest.raises(LockError, match="given back"):
        held.check()


def test_a_file_that_somebody_removed_is_a_lost_lock(lock, path):
    held = lock()
    held.try_acquire()
    os.unlink(path + ".migrate.lock")
    with pytest.raises(LockError, match="lost: somebody removed"):
        held.check()
    assert held.try_acquire()


def test_the_holders_death_frees_it(lock, path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        assert not lock().try_acquire()
        holder.send_signal(signal.SIGKILL)
    assert lock().try_acquire()


def test_a_child_of_the_holder_does_not_keep_it(lock):
    held = lock()
    held.try_acquire()
    child = os.fork()
    if child == 0:
        signal.pause()
    try:
        held.release()
        assert lock().try_acquire()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_folder_that_is_not_there(tmp_path):
    lock = FileLock("migrate", "default", str(tmp_path / "nowhere" / "db"))
    with pytest.raises(WriteError, match="nowhere/db.migrate.lock, the lock for migrate"):
        lock.try_acquire()
