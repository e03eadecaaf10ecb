import os
import stat
import tempfile
import time

import pytest

from entrypoint.build import bytecode, layer
from entrypoint.build.environment import build_environment
from entrypoint.errors import BuildError
from entrypoint.project import Project


@pytest.fixture(autouse=True)
def _temporary_folder(monkeypatch, tmp_path_factory):
    """A folder in the place of /tmp, since sealing sets its time."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("tmp")))


def test_what_is_new_gets_one_time(app, monkeypatch):
    root = app("old", "new", "folder/new")
    os.symlink("nowhere", f"{root}/link")
    now = time.time()
    os.utime(f"{root}/old", (now - 1000, now - 1000))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1234567890")
    layer.seal(root, since=now - 10)
    times = {name: os.lstat(f"{root}/{name}").st_mtime for name in ("new", "folder/new", "folder")}
    assert set(times.values()) == {1234567890}
    assert os.lstat(f"{root}/link").st_mtime == 1234567890
    assert os.lstat(root).st_mtime == 1234567890
    assert os.lstat(f"{root}/old").st_mtime == pytest.approx(now - 1000)


def test_everybody_may_read(app):
    root = app("secretive/file", "program")
    os.chmod(f"{root}/secretive/file", 0o600)
    os.chmod(f"{root}/secretive", 0o700)
    os.chmod(f"{root}/program", 0o750)
    layer.seal(root, since=time.time() + 60)
    modes = {
        name: stat.S_IMODE(os.stat(f"{root}/{name}").st_mode)
        for name in ("secretive", "secretive/file", "program")
    }
    assert modes == {"secretive": 0o755, "secretive/file": 0o644, "program": 0o754}


def test_a_wheelhouse_is_removed_and_told(app, capsys):
    root = app("wheelhouse/manifest.json", "wheelhouse/x.whl")
    layer.remove_wheelhouse(root)
    assert not os.path.exists(f"{root}/wheelhouse")
    assert "toolkit build" in capsys.readouterr().out


def test_a_folder_that_is_only_called_so_stays(app):
    root = app("wheelhouse/wood.txt")
    layer.remove_wheelhouse(root)
    assert os.path.exists(f"{root}/wheelhouse/wood.txt")


def test_what_tests_leave_does_not_ship(app, capsys):
    root = app("kept", "data/kept")
    with layer.without_leftovers(root):
        app("data/tasks.sqlite3", ".pytest_cache/v/x", "shop/__pycache__/x.pyc", kept="changed")
    left = sorted(os.path.join(f, n) for f, _, names in os.walk(root) for n in names)
    assert left == [f"{root}/data/kept", f"{root}/kept"]
    assert sorted(os.listdir(root)) == ["data", "kept"]
    said = capsys.readouterr().out
    assert "data/tasks.sqlite3" in said
    assert "pycache" not in said


def test_what_should_be_in_no_image_is_told(app, capsys):
    layer.warn_of_secrets(app("manage.py"))
    assert capsys.readouterr().out == ""
    layer.warn_of_secrets(app(".env", ".git/config"))
    assert ".git and .env" in capsys.readouterr().out


def test_a_build_as_another_user_is_told(app, monkeypatch):
    monkeypatch.setattr(layer.os, "access", lambda *_: False)
    with pytest.raises(BuildError, match="cannot be written"):
        layer.check_writable(app("manage.py"))


def test_byte_code_is_checked_by_its_hash(app):
    root = app(**{"shop/models.py": "x = 1\n", "broken.py": "no python\n"})
    bytecode.compile_tree(root)
    (name,) = os.listdir(f"{root}/shop/__pycache__")
    with open(f"{root}/shop/__pycache__/{name}", "rb") as file:
        flags = int.from_bytes(file.read(8)[4:], "little")
    assert flags == 0b11  # PEP 552: hash-based, checked


def test_byte_code_of_another_kind_is_replaced(app):
    import py_compile

    root = app(**{"models.py": "x = 1\n"})
    path = py_compile.compile(f"{root}/models.py")
    bytecode.compile_tree(root)
    with open(path, "rb") as file:
        assert int.from_bytes(file.read(8)[4:], "little") == 0b11


def test_the_builds_environment_has_no_secret_and_leaves_nothing(antisocial):
    environ = {"APP": "antisocial", "DJANGO_SECRET_KEY": "kept"}
    with build_environment(environ, Project(environ, antisocial)) as first:
        assert first["BUILD"] == "1"
        assert first["DJANGO_SETTINGS_MODULE"] == "antisocial.settings_docker"
        assert first["DJANGO_SECRET_KEY"] == "kept"
        folder = first["TMPDIR"]
        assert os.path.isdir(folder)
    assert not os.path.exists(folder)
    with build_environment(environ, Project(environ, antisocial)) as second:
        assert second["SECRET_KEY"] != first["SECRET_KEY"]
