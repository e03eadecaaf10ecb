import os
import sqlite3

import pytest

from settings_lib.fragments.database.kinds import SQLITE
from settings_lib.fragments.database.sqlite import create_shared_file


@pytest.fixture(autouse=True)
def strict_umask():
    former = os.umask(0o077)
    yield
    os.umask(former)


def mode(path):
    return oct(path.stat().st_mode & 0o777)


def test_the_group_may_write_whatever_the_umask(tmp_path):
    path = tmp_path / "db.sqlite3"
    create_shared_file({"ENGINE": SQLITE.engine, "NAME": str(path)})
    assert mode(path) == "0o664"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t (n)")
    assert mode(tmp_path / "db.sqlite3-wal") == "0o664"
    connection.close()


def test_what_is_there_is_left_alone(tmp_path):
    path = tmp_path / "db.sqlite3"
    path.write_bytes(b"content")
    create_shared_file({"ENGINE": SQLITE.engine, "NAME": path})
    assert path.read_bytes() == b"content"
    assert mode(path) == "0o600"


def test_no_folder_is_made(tmp_path):
    create_shared_file({"ENGINE": SQLITE.engine, "NAME": tmp_path / "missing" / "db.sqlite3"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "entry",
    [
        {"ENGINE": SQLITE.engine, "NAME": ":memory:"},
        {"ENGINE": SQLITE.engine, "NAME": "file:memory?mode=memory"},
        {"ENGINE": "django.db.backends.postgresql", "NAME": "name"},
    ],
)
def test_nothing_to_do(entry, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    create_shared_file(entry)
    assert list(tmp_path.iterdir()) == []
