import sys
from pathlib import Path

import pytest

from settings_lib.app import App
from settings_lib.fragments import compressor, s3, storages
from settings_lib.reading import read
from settings_lib.schema import SCHEMA

S3 = {
    "STATIC_STORAGE": "s3",
    "AWS_STORAGE_BUCKET_NAME": "bucket",
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "IMAGE_TAG": "build-42",
}


@pytest.fixture
def ours(complete, monkeypatch):
    """Gives the settings that an environment makes of a project's, outside of tests."""
    monkeypatch.setattr(compressor, "testing", lambda: False)
    monkeypatch.setattr(s3, "source_of", lambda _: Path())

    def settings(project=None, **environ):
        base = {"INSTALLED_APPS": ["compressor"], "STATIC_ROOT": "/app/staticfiles"}
        app = App(project=base | (project or {}))
        values = read(SCHEMA.values(), complete | environ, app)
        later = App(project={**app.project, **storages.settings(values, app)})
        return compressor.settings(values, later)

    return settings


def test_nothing_without_the_app(ours):
    assert ours({"INSTALLED_APPS": []}, COMPRESS_ENABLED="1") == {}


def test_in_the_image(ours):
    assert ours() == {
        "COMPRESS_ENABLED": True,
        "COMPRESS_OFFLINE": True,
        "COMPRESS_STORAGE": compressor.LOCAL,
    }
    debug = ours(DEBUG="1")
    assert (debug["COMPRESS_ENABLED"], debug["COMPRESS_OFFLINE"]) == (False, False)


def test_the_project_is_heeded_and_the_environment_more(ours):
    project = {"COMPRESS_ENABLED": False, "COMPRESS_OFFLINE": False, "COMPRESS_STORAGE": "own"}
    assert ours(project) == {"COMPRESS_ENABLED": False, "COMPRESS_OFFLINE": False}
    assert ours(project, COMPRESS_ENABLED="1", COMPRESS_OFFLINE="1") == {
        "COMPRESS_ENABLED": True,
        "COMPRESS_OFFLINE": True,
    }


def test_a_cdn_is_its_address_too(ours):
    project = {"STATIC_URL": "/static/", "COMPRESS_URL": "/static/"}
    assert "COMPRESS_URL" not in ours(project)
    cdn = ours(project, STATIC_URL="https://cdn.example.org/static/")
    assert cdn["COMPRESS_URL"] == "https://cdn.example.org/static/"


def test_tests_render_before_anything_is_compressed(ours, monkeypatch):
    monkeypatch.setattr(compressor, "testing", lambda: True)
    assert ours()["COMPRESS_ENABLED"] is False
    assert ours(BUILD="1")["COMPRESS_ENABLED"] is False


def test_what_runs_tests(monkeypatch):
    assert compressor.testing()  # this does
    monkeypatch.delitem(sys.modules, "pytest")
    for argv, is_test in (
        (["manage.py", "test"], True),
        (["manage.py", "compress"], False),
        (["manage.py", "feed", "test"], False),
        (["manage.py"], False),
    ):
        monkeypatch.setattr(sys, "argv", argv)
        assert compressor.testing() is is_test


def test_on_s3_it_is_where_static_files_are(ours):
    result = ours({"COMPRESS_STORAGE": "own", "COMPRESS_OUTPUT_DIR": "min"}, **S3)
    entry = result["STORAGES"]["compressor"]
    assert entry["BACKEND"] == compressor.ON_S3
    static = result["STORAGES"]["staticfiles"]["OPTIONS"]
    assert {**entry["OPTIONS"], "tag": "build-42"} == static
    assert result["COMPRESS_STORAGE_ALIAS"] == "compressor"
    assert result["COMPRESS_OFFLINE_MANIFEST_STORAGE_ALIAS"] == "compressor"
    assert result["COMPRESS_OFFLINE_MANIFEST"] == "min/manifest-build-42.json"
    assert result["COMPRESS_URL"] == "https://bucket.s3.amazonaws.com/static/"
    assert result["COMPRESS_ROOT"] == "/app/staticfiles"
