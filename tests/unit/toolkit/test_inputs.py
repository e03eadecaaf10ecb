import json
import os
import time

import pytest

from toolkit import inputs

OPTIONS = ("sha256:builder", "--with", "six")
NAMES = ["requirements.txt", "base.txt", "lib", "uv.lock"]


@pytest.fixture
def app(tmp_path):
    """An app whose wheelhouse was made a while ago, from what is there now."""
    (tmp_path / "requirements.txt").write_text("-r base.txt\n./lib\n")
    (tmp_path / "base.txt").write_text("six\n")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "setup.py").write_text("")
    wheelhouse = tmp_path / "wheelhouse"
    wheelhouse.mkdir()
    (wheelhouse / "six.whl").write_text("")
    (wheelhouse / "debs").mkdir()
    (wheelhouse / "debs" / "libpq5.deb").write_text("")
    manifest = {
        "inputs": NAMES,
        "packages": [{"filename": "six.whl"}],
        "debs": [{"filename": "libpq5.deb"}],
    }
    (wheelhouse / "manifest.json").write_text(json.dumps(manifest))
    inputs.record(tmp_path, wheelhouse, OPTIONS, since=time.time() + 60)
    return tmp_path


def unchanged(app, options=OPTIONS):
    return inputs.unchanged(app, app / "wheelhouse", options)


def test_nothing_changed(app):
    assert unchanged(app)
    (app / "views.py").write_text("x")
    os.utime(app / "base.txt", (0, 0))
    assert unchanged(app)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "-r base.txt\n"),
        ("base.txt", "six>1\n"),
        ("lib/setup.py", "x = 1\n"),
        ("lib/new.py", ""),
        ("uv.lock", ""),
    ],
)
def test_what_it_was_made_from_changed(app, name, text):
    (app / name).write_text(text)
    assert not unchanged(app)


def test_options_and_builder_count(app):
    assert not unchanged(app, ("sha256:builder",))
    assert not unchanged(app, ("sha256:other", *OPTIONS[1:]))


def test_caches_in_a_local_folder_do_not_count(app):
    (app / "lib" / "__pycache__").mkdir()
    (app / "lib" / "__pycache__" / "x.pyc").write_text("")
    assert unchanged(app)


@pytest.mark.parametrize("name", ["six.whl", "debs/libpq5.deb", "manifest.json", "inputs.sha256"])
def test_a_wheelhouse_that_is_not_whole(app, name):
    (app / "wheelhouse" / name).unlink()
    assert not unchanged(app)


def test_a_manifest_of_another_kind(app):
    (app / "wheelhouse" / "manifest.json").write_text("[]")
    assert not unchanged(app)


def test_an_edit_while_it_was_made_is_not_lost(app):
    inputs.record(app, app / "wheelhouse", OPTIONS, since=time.time() - 60)
    assert not unchanged(app)
