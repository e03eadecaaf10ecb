"""Static files on S3, on each Django: the server itself is in tests/images/test_storages.py."""

import gc
import hashlib
import io
import json
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import UserSettingsHolder, global_settings, settings
from django.core.files.storage import FileSystemStorage

from settings_lib.storages import s3

URL = "https://cdn.example.org/static/"


class Bucket:
    """What boto3 has of a bucket, as far as django-storages and we ask, and who asked what."""

    def __init__(self):
        self.files = {}
        self.asked = []
        self.meta = SimpleNamespace(client=self)
        self.exceptions = SimpleNamespace(NoSuchKey=KeyError)

    def Bucket(self, _):  # noqa: N802 - boto3's name
        return self

    def Object(self, key):  # noqa: N802 - boto3's name
        def upload(content, ExtraArgs, Config):  # noqa: N803 - boto3's names
            self.asked.append(f"PUT {key}")
            self.files[key] = (content.read(), ExtraArgs)

        def download(file, **_):
            file.write(self.files[key][0])

        return SimpleNamespace(
            upload_fileobj=upload, download_fileobj=download, load=lambda **_: None, key=key
        )

    def head_object(self, *, Key, **_):  # noqa: N803 - boto3's name
        if Key not in self.files:
            raise ClientError({"ResponseMetadata": {"HTTPStatusCode": 404}}, "HeadObject")

    def get_object(self, *, Key, **_):  # noqa: N803 - boto3's name
        self.asked.append(f"GET {Key}")
        return {"Body": io.BytesIO(self.files[Key][0])}

    def get_paginator(self, _):
        def page(Prefix, **_):  # noqa: N803 - boto3's name
            self.asked.append(f"LIST {Prefix}")
            found = {key: data for key, (data, _) in self.files.items() if key.startswith(Prefix)}
            etags = {key: hashlib.md5(data).hexdigest() for key, data in found.items()}
            return [{"Contents": [{"Key": k, "ETag": f'"{v}"'} for k, v in etags.items()]}]

        return SimpleNamespace(paginate=page)


@pytest.fixture
def bucket(monkeypatch):
    holder = UserSettingsHolder(global_settings)
    holder.STATIC_URL = URL
    found = Bucket()
    monkeypatch.setattr(s3.S3Storage, "connection", property(lambda _: found))
    before, settings._wrapped = settings._wrapped, holder
    yield found
    settings._wrapped = before


@pytest.fixture
def sources(tmp_path):
    """The files of an app, as collectstatic gives them to a storage."""
    (tmp_path / "style.css").write_text('body { background: url("icon.svg") }')
    (tmp_path / "icon.svg").write_text("<svg/>")
    storage = FileSystemStorage(tmp_path)
    return {name: (storage, name) for name in ("style.css", "icon.svg")}


def storage_of(tag):
    return s3.ManifestStorage(tag=tag, bucket_name="b", location="static", file_overwrite=True)


def collect(storage, sources):
    """What collectstatic does."""
    for name, (source, path) in sources.items():
        if storage.exists(name):
            with pytest.raises(NotImplementedError):
                storage.get_modified_time(name)
        with source.open(path) as file:
            assert storage.save(name, file) == name
    for _, _, processed in storage.post_process(sources):
        assert not isinstance(processed, Exception), processed


def test_a_release_adds_to_what_is_there(bucket, sources, caplog):
    caplog.set_level(logging.INFO, "settings_lib.storages.s3")
    first = storage_of("a")
    collect(first, sources)
    assert set(bucket.files) == {
        "static/style.css",
        "static/icon.svg",
        f"static/{first.stored_name('style.css')}",
        f"static/{first.stored_name('icon.svg')}",
        "static/staticfiles-a.json",
    }
    assert "Static files: 5 uploaded, 5 in static of the bucket b now" in caplog.text
    bucket.asked.clear()
    collect(storage_of("a"), sources)
    assert bucket.asked == ["GET static/staticfiles-a.json", "LIST static/"]
    bucket.asked.clear()
    sources["style.css"][0].delete("style.css")
    with sources["style.css"][0].open("style.css", "w") as file:
        file.write("p {}")
    second = storage_of("b")
    collect(second, sources)
    assert bucket.asked == [
        "GET static/staticfiles-b.json",
        "LIST static/",
        "PUT static/style.css",
        f"PUT static/{second.stored_name('style.css')}",
        "PUT static/staticfiles-b.json",
    ]
    # A rollback finds its own.
    assert storage_of("a").url("style.css") == first.url("style.css") != second.url("style.css")
    assert json.loads(bucket.files["static/staticfiles-a.json"][0])["paths"]["style.css"]


def test_a_style_sheet_names_the_hashed_file(bucket, sources):
    storage = storage_of("a")
    collect(storage, sources)
    style = bucket.files[f"static/{storage.stored_name('style.css')}"][0].decode()
    assert style == f'body {{ background: url("{storage.stored_name("icon.svg")}") }}'


def test_addresses_and_caching(bucket, sources):
    storage = storage_of("a")
    collect(storage, sources)
    hashed = storage.stored_name("icon.svg")
    assert storage.url("icon.svg") == URL + hashed
    assert bucket.files[f"static/{hashed}"][1]["CacheControl"] == s3.FOR_EVER
    assert bucket.files["static/icon.svg"][1]["CacheControl"] == s3.SHORTLY
    assert bucket.files["static/icon.svg"][1]["ContentType"] == "image/svg+xml"
    own = s3.CompressorStorage(bucket_name="b", object_parameters={"CacheControl": "own"})
    assert own.get_object_parameters("x")["CacheControl"] == "own"


def test_a_missing_manifest_is_loud_until_it_is_there(bucket, sources):
    page = storage_of("a")
    for _ in range(2):
        with pytest.raises(
            s3.MissingManifestError, match=r"no static/staticfiles-a\.json.*release"
        ):
            page.url("icon.svg")
    collect(storage_of("a"), sources)
    assert page.url("icon.svg").startswith(f"{URL}icon.")
    with pytest.raises(ValueError, match="Missing staticfiles manifest entry for 'other'"):
        page.url("other")


def test_nothing_is_deleted(bucket, sources):
    storage = storage_of("a")
    collect(storage, sources)
    storage.delete("icon.svg")
    assert "static/icon.svg" in bucket.files


def test_the_client_is_not_patient_unless_the_project_says_so(bucket):
    plain = s3.CompressorStorage(bucket_name="b").client_config
    assert (plain.connect_timeout, plain.retries) == (5, {"mode": "standard"})
    own = s3.CompressorStorage(bucket_name="b", client_config=Config(connect_timeout=1))
    assert own.client_config.connect_timeout == 1
    assert own.client_config.read_timeout == 30


def test_django_compressor_reads_a_copy(bucket):
    storage = s3.CompressorStorage(bucket_name="b", location="static")
    bucket.files["static/a/style.css"] = (b"p {}", {})
    copy = Path(storage.path("a/style.css"))
    assert copy.read_text() == "p {}"
    with pytest.raises(NotImplementedError):
        storage.path("other.css")
    del storage
    gc.collect()
    assert not copy.exists()
