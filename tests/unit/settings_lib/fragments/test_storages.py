from pathlib import Path

import pytest

from settings_lib import configure
from settings_lib.app import App
from settings_lib.errors import ConfigurationError
from settings_lib.fragments import s3, storages
from settings_lib.fragments.s3 import options as s3_options
from settings_lib.reading import read
from settings_lib.schema import SCHEMA

S3 = {
    "AWS_STORAGE_BUCKET_NAME": "bucket",
    "AWS_ACCESS_KEY": "id",
    "AWS_SECRET_KEY": "secret",
    "IMAGE_TAG": "build-42",
}
STATIC_S3 = {**S3, "STATIC_STORAGE": "s3"}
CONNECTION = {"access_key": "id", "secret_key": "secret"}
OTHER = {"BACKEND": "other.Storage", "OPTIONS": {"a": 1}}
PROJECTS_S3 = "storages.backends.s3.S3Storage"


@pytest.fixture(autouse=True)
def packages(monkeypatch):
    """django-storages and boto3 count as installed; tests on images have them."""
    monkeypatch.setattr(s3, "source_of", lambda _: Path())


@pytest.fixture
def ours(complete):
    """Gives the settings that an environment makes of a project's."""

    def settings(project=None, **environ):
        app = App(project=project or {})
        values = read(SCHEMA.values(), complete | environ, app)
        return storages.settings(values, app)

    return settings


@pytest.fixture
def configured(complete):
    """Gives all settings that an environment makes of a project's."""

    def settings(project, **environ):
        namespace = dict(project)
        configure(namespace, app="moon", celery=False, environ=complete | environ)
        return namespace

    return settings


@pytest.fixture
def problems(complete):
    """Gives the names of the variables that are wrong, and with what."""

    def find(project=None, **environ):
        with pytest.raises(ConfigurationError) as error:
            read(SCHEMA.values(), complete | environ, App(project=project or {}))
        return {each.name: each.wrong for each in error.value.problems}

    return find


def test_by_default_the_image_serves_and_a_folder_keeps(ours):
    result = ours({"STORAGES": {"uploads": OTHER}, "BASE_DIR": "/app"})
    assert result == {
        "STORAGES": {
            "uploads": OTHER,
            "default": {"BACKEND": storages.FILES},
            "staticfiles": {"BACKEND": storages.MANIFEST_STORAGE},
        },
        "STATIC_ROOT": Path("/app/staticfiles"),
        "STATIC_URL": "/static/",
        "MEDIA_ROOT": Path("/data/media"),
        "MEDIA_URL": "/media/",
        "MIDDLEWARE": [storages.WHITENOISE],
    }


def test_what_the_project_has_stands(ours):
    project = {
        "STORAGES": {"default": OTHER, "staticfiles": OTHER},
        "STATIC_ROOT": "/s",
        "STATIC_URL": "static/",
        "MEDIA_ROOT": "/m",
        "MEDIA_URL": "m/",
    }
    assert ours(project) == {**project, "MIDDLEWARE": [storages.WHITENOISE]}


def test_the_environment_wins(ours):
    project = {
        "STORAGES": {"default": OTHER, "staticfiles": OTHER},
        "STATIC_URL": "static/",
        "MEDIA_ROOT": "/m",
    }
    result = ours(
        project,
        STATIC_STORAGE="whitenoise",
        MEDIA_STORAGE="filesystem",
        STATIC_URL="https://cdn.example.org/static/",
        MEDIA_ROOT="/uploads",
        MEDIA_URL="/uploads/",
    )
    assert result["STORAGES"]["default"] == {"BACKEND": storages.FILES}
    assert result["STORAGES"]["staticfiles"] == {"BACKEND": storages.MANIFEST_STORAGE}
    assert result["STATIC_URL"] == "https://cdn.example.org/static/"
    assert (result["MEDIA_ROOT"], result["MEDIA_URL"]) == (Path("/uploads"), "/uploads/")


@pytest.mark.parametrize("backend", storages._MANIFESTS)
def test_a_manifest_is_not_missed_before_collectstatic_in_a_build(ours, backend):
    entry = {"BACKEND": backend, "OPTIONS": {"x": 1}}
    project = {"STORAGES": {"staticfiles": entry}}
    assert ours(project)["STORAGES"]["staticfiles"] == entry
    assert ours(project, BUILD="1")["STORAGES"]["staticfiles"] == {
        "BACKEND": storages.BUILD_STORAGE,
        "OPTIONS": {"x": 1},
    }


def test_nothing_is_on_s3_in_a_build(ours, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    entry = {"BACKEND": PROJECTS_S3, "OPTIONS": {"bucket_name": "b"}}
    project = {"STORAGES": {"default": entry, "staticfiles": entry}}
    for result in (ours(project, BUILD="1"), ours(BUILD="1", **STATIC_S3, MEDIA_ROOT="/data/m")):
        assert result["STORAGES"] == {
            "default": {"BACKEND": storages.FILES},
            "staticfiles": {"BACKEND": storages.BUILD_STORAGE},
        }
        assert result["MEDIA_ROOT"] == tmp_path / "media"
        assert result["STATIC_URL"] == "/static/"


def test_a_bucket_takes_the_uploads(ours):
    result = ours(**S3)
    assert result["STORAGES"]["default"] == {
        "BACKEND": s3_options.BACKEND,
        "OPTIONS": {
            **CONNECTION,
            "bucket_name": "bucket",
            "location": "media",
            "file_overwrite": False,
        },
    }
    assert result["STORAGES"]["staticfiles"] == {"BACKEND": storages.MANIFEST_STORAGE}
    assert result["MEDIA_URL"] == "https://bucket.s3.amazonaws.com/media/"
    assert ours(**S3, MEDIA_STORAGE="filesystem")["STORAGES"]["default"]["BACKEND"].startswith("dj")


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, "https://bucket.s3.amazonaws.com/media/"),
        ({"AWS_S3_REGION_NAME": "eu-central-1"}, "https://bucket.s3.amazonaws.com/media/"),
        (
            {"AWS_S3_REGION_NAME": "eu-central-1", "AWS_STORAGE_BUCKET_NAME": "a.b"},
            "https://s3.eu-central-1.amazonaws.com/a.b/media/",
        ),
        (
            {"AWS_S3_CUSTOM_DOMAIN": "cdn.example.org", "AWS_LOCATION": "/"},
            "https://cdn.example.org/",
        ),
        ({"AWS_S3_ENDPOINT_URL": "http://minio:9000"}, "http://minio:9000/bucket/media/"),
    ],
)
def test_the_address_of_uploads_is_boto3s(ours, environ, url):
    import boto3
    from botocore.config import Config

    result = ours(**{**S3, **environ})
    assert result["MEDIA_URL"] == url
    options = result["STORAGES"]["default"]["OPTIONS"]
    if "custom_domain" not in options:
        client = boto3.client(
            "s3",
            region_name=options.get("region_name"),
            endpoint_url=options.get("endpoint_url"),
            aws_access_key_id="id",
            aws_secret_access_key="secret",
            config=Config(s3={"addressing_style": None}, signature_version=None),
        )
        place = {"Bucket": options["bucket_name"], "Key": "media/x"}
        signed = client.generate_presigned_url("get_object", Params=place)
        assert signed.startswith(f"{url}x?")
        client.close()


def test_every_variable_of_uploads(ours):
    entry = ours(
        **S3,
        AWS_SESSION_TOKEN="token",
        AWS_S3_REGION_NAME="eu-central-1",
        AWS_S3_ENDPOINT_URL="https://s3.example.org/",
        AWS_S3_CUSTOM_DOMAIN="cdn.example.org:8443",
        AWS_LOCATION="/a/b/",
        AWS_QUERYSTRING_AUTH="false",
        AWS_DEFAULT_ACL="public-read",
    )["STORAGES"]["default"]
    assert entry["OPTIONS"] == {
        **CONNECTION,
        "security_token": "token",
        "region_name": "eu-central-1",
        "endpoint_url": "https://s3.example.org",
        "bucket_name": "bucket",
        "custom_domain": "cdn.example.org:8443",
        "location": "a/b",
        "querystring_auth": False,
        "default_acl": "public-read",
        "file_overwrite": False,
    }


def test_a_projects_storage_on_s3_gets_what_the_environment_says(ours):
    entry = {"BACKEND": PROJECTS_S3, "OPTIONS": {"location": "old", "bucket_name": "x"}}
    found = ours({"STORAGES": {"default": entry}}, **S3)["STORAGES"]["default"]
    assert found == {
        "BACKEND": entry["BACKEND"],
        "OPTIONS": {**CONNECTION, "location": "old", "bucket_name": "bucket"},
    }
    assert "access_key" not in entry["OPTIONS"]


def test_a_class_of_the_projects_own_reads_the_settings(configured):
    """It may be made of S3Storage, or of another class that knows none of its options."""
    entry = {"BACKEND": "config.storages.Media", "OPTIONS": {"location": "old"}}
    made = configured({"STORAGES": {"default": entry}}, **S3)
    assert made["STORAGES"]["default"] == entry
    assert made["MEDIA_URL"] == "/media/"
    assert made["AWS_STORAGE_BUCKET_NAME"] == "bucket"
    assert (made["AWS_ACCESS_KEY_ID"], made["AWS_SECRET_ACCESS_KEY"]) == ("id", "secret")


def test_keys_under_the_names_that_django_storages_reads_first(configured):
    made = configured({"AWS_S3_ACCESS_KEY_ID": "old"}, **S3)
    assert made["AWS_S3_ACCESS_KEY_ID"] == "id"
    made = configured({"AWS_ACCESS_KEY_ID": "old", "AWS_SECRET_ACCESS_KEY": "old"}, AWS_PROFILE="p")
    assert (made["AWS_S3_SESSION_PROFILE"], made["AWS_ACCESS_KEY_ID"]) == ("p", None)


def test_the_projects_plain_static_files_stay_plain(ours):
    entry = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    assert ours({"STORAGES": {"staticfiles": entry}})["STORAGES"]["staticfiles"] == entry
    chosen = ours({"STORAGES": {"staticfiles": entry}}, STATIC_STORAGE="whitenoise")
    assert chosen["STORAGES"]["staticfiles"]["BACKEND"] == storages.MANIFEST_STORAGE


def test_a_projects_other_storage_gives_way(ours):
    entry = {"BACKEND": "storages.backends.gcloud.GoogleCloudStorage", "OPTIONS": {"x": 1}}
    found = ours({"STORAGES": {"default": entry}}, **S3)["STORAGES"]["default"]
    assert found["BACKEND"] == s3_options.BACKEND
    assert "x" not in found["OPTIONS"]


def test_a_projects_further_bucket_gets_the_keys(ours):
    entry = {"BACKEND": PROJECTS_S3, "OPTIONS": {"bucket_name": "reports", "access_key": "own"}}
    found = ours({"STORAGES": {"reports": entry, "uploads": OTHER}}, **S3)["STORAGES"]
    assert found["reports"]["OPTIONS"] == {
        "access_key": "own",
        "secret_key": "secret",
        "bucket_name": "reports",
    }
    assert found["uploads"] == OTHER


def test_a_projects_global_settings_stand(ours):
    project = {
        "AWS_STORAGE_BUCKET_NAME": "projects",
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_LOCATION": "old",
        "AWS_S3_FILE_OVERWRITE": True,
        "AWS_S3_CUSTOM_DOMAIN": "cdn.example.org",
    }
    result = ours(project, STATIC_STORAGE="s3", MEDIA_STORAGE="s3", IMAGE_TAG="t")
    assert result["STORAGES"]["default"]["OPTIONS"] == {}
    assert result["STORAGES"]["staticfiles"]["OPTIONS"]["bucket_name"] == "projects"
    assert result["MEDIA_URL"] == "https://cdn.example.org/old/"
    assert result["STATIC_URL"] == "https://cdn.example.org/static/"


def test_static_files_on_s3(ours):
    result = ours({"MIDDLEWARE": [storages.WHITENOISE, "last"]}, **STATIC_S3)
    assert result["STORAGES"]["staticfiles"] == {
        "BACKEND": storages.S3_STORAGE,
        "OPTIONS": {
            **CONNECTION,
            "bucket_name": "bucket",
            "custom_domain": None,
            "location": "static",
            "file_overwrite": True,
            "tag": "build-42",
        },
    }
    assert result["MIDDLEWARE"] == ["last"]
    kept = ours({"MIDDLEWARE": [storages.WHITENOISE], "WHITENOISE_ROOT": "/r"}, **STATIC_S3)
    assert "MIDDLEWARE" not in kept


def test_options_of_a_projects_static_files_on_s3_are_kept(ours):
    options = {"location": "s", "gzip": True, "endpoint_url": "https://own.example.org/"}
    project = {"STORAGES": {"staticfiles": {"BACKEND": PROJECTS_S3, "OPTIONS": options}}}
    assert storages.WHITENOISE not in ours(project).get("MIDDLEWARE", [])
    result = ours(project, **STATIC_S3)
    found = result["STORAGES"]["staticfiles"]["OPTIONS"]
    assert (found["location"], found["gzip"], found["tag"]) == ("s", True, "build-42")
    assert result["STATIC_URL"] == "https://own.example.org/bucket/s/"
    options["custom_domain"] = "own.example.net"
    assert ours(project, **STATIC_S3)["STATIC_URL"] == "https://own.example.net/s/"


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, "https://bucket.s3.amazonaws.com/static/"),
        ({"AWS_REGION": "eu-west-1"}, "https://bucket.s3.eu-west-1.amazonaws.com/static/"),
        ({"AWS_STORAGE_BUCKET_NAME": "a.b"}, "https://s3.amazonaws.com/a.b/static/"),
        ({"AWS_S3_ENDPOINT_URL": "http://minio:9000"}, "http://minio:9000/bucket/static/"),
        ({"AWS_S3_CUSTOM_DOMAIN": "cdn.example.org"}, "https://cdn.example.org/static/"),
        ({"AWS_STATIC_LOCATION": "/"}, "https://bucket.s3.amazonaws.com/"),
        ({"STATIC_URL": "https://x.example.org/y/"}, "https://x.example.org/y/"),
        (
            {"AWS_STATIC_BUCKET_NAME": "other", "AWS_S3_CUSTOM_DOMAIN": "cdn.example.org"},
            "https://other.s3.amazonaws.com/static/",
        ),
        (
            {"AWS_STATIC_BUCKET_NAME": "other", "AWS_STATIC_CUSTOM_DOMAIN": "s.example.org"},
            "https://s.example.org/static/",
        ),
    ],
)
def test_the_address_of_static_files(ours, environ, url):
    assert ours(**{**STATIC_S3, **environ})["STATIC_URL"] == url


def test_a_profile_takes_the_place_of_keys(ours):
    bucket = {"AWS_STORAGE_BUCKET_NAME": "bucket"}
    named = ours(**bucket, AWS_PROFILE="p")["STORAGES"]["default"]["OPTIONS"]
    assert named["session_profile"] == "p"
    assert "access_key" not in named
    for name in ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        assert "session_profile" not in ours(**bucket, **{name: "x"})["STORAGES"]["default"]
    assert ours(**bucket, AWS_S3_USE_IAM_PROFILE="1")["STORAGES"]["default"]["OPTIONS"] == {
        "bucket_name": "bucket",
        "location": "media",
        "file_overwrite": False,
    }
    # django-storages refuses to have both.
    assert ours(**S3, AWS_PROFILE="p")["STORAGES"]["default"]["OPTIONS"]["session_profile"] is None


KEYS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"MEDIA_STORAGE": "s3"}, {"AWS_STORAGE_BUCKET_NAME", *KEYS}),
        ({"STATIC_STORAGE": "s3"}, {"AWS_STORAGE_BUCKET_NAME", "IMAGE_TAG", *KEYS}),
        ({"STATIC_STORAGE": "s3", "AWS_STATIC_BUCKET_NAME": "bucket"}, {"IMAGE_TAG", *KEYS}),
        ({"AWS_STORAGE_BUCKET_NAME": "bucket"}, KEYS),
        ({"AWS_ACCESS_KEY": "id"}, {"AWS_SECRET_ACCESS_KEY"}),
        ({**STATIC_S3, "IMAGE_TAG": "a/b"}, {"IMAGE_TAG"}),
        ({**STATIC_S3, "AWS_LOCATION": "static"}, {"AWS_LOCATION"}),
        ({"STATIC_URL": "/media/"}, {"STATIC_URL"}),
        ({"MEDIA_URL": "/static/"}, {"MEDIA_URL"}),
        ({"MEDIA_URL": "/static/m/", "DEBUG": "1"}, {"MEDIA_URL"}),
        ({"MEDIA_ROOT": str(Path.cwd() / "staticfiles")}, {"MEDIA_ROOT"}),
    ],
)
def test_what_does_not_fit(problems, environ, names):
    assert set(problems(**environ)) == names


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STATIC_STORAGE", "s4"),
        ("MEDIA_STORAGE", "ftp"),
        ("STATIC_URL", "static"),
        ("STATIC_URL", "/static"),
        ("STATIC_URL", "//cdn.example.org/"),
        ("STATIC_URL", "ftp://cdn.example.org/"),
        ("MEDIA_URL", "https://cdn.example.org/m/?x/"),
        ("MEDIA_ROOT", "media"),
        ("AWS_S3_CUSTOM_DOMAIN", "https://cdn.example.org"),
        ("AWS_S3_CUSTOM_DOMAIN", "cdn.example.org/static/"),
        ("AWS_STATIC_CUSTOM_DOMAIN", "cdn.example.org/"),
        ("AWS_STORAGE_BUCKET_NAME", "a/b"),
        ("AWS_STORAGE_BUCKET_NAME", "s3://bucket"),
        ("AWS_S3_REGION_NAME", "eu central 1"),
        ("AWS_S3_ENDPOINT_URL", "minio:9000"),
        ("AWS_S3_ENDPOINT_URL", "https://user:pw@minio"),
        ("AWS_S3_ENDPOINT_URL", "https://minio:99999"),
        ("AWS_S3_ENDPOINT_URL", "https://minio/?x"),
        ("AWS_LOCATION", "../up"),
        ("AWS_LOCATION", "a//b"),
        ("AWS_QUERYSTRING_AUTH", "ture"),
        ("AWS_DEFAULT_ACL", "public"),
        ("AWS_SECRET_KEY", "a b"),
        ("AWS_S3_USE_IAM_PROFILE", "maybe"),
    ],
)
def test_malformed_values(problems, name, value):
    canonical = {"AWS_SECRET_KEY": "AWS_SECRET_ACCESS_KEY"}.get(name, name)
    assert problems(**{**STATIC_S3, name: value})[canonical].startswith("is not a valid ")


def test_packages_are_missing(problems, complete, monkeypatch):
    monkeypatch.setattr(s3, "source_of", lambda _: None)
    read(SCHEMA.values(), complete)
    read(SCHEMA.values(), complete | {**STATIC_S3, "BUILD": "1"})
    assert set(problems(**S3)) == {"MEDIA_STORAGE"}
    assert "is s3, and the package" in problems(**STATIC_S3)["STATIC_STORAGE"]


def test_a_tag_that_moves_is_a_warning(values):
    [check] = storages.FRAGMENT.warnings
    assert not list(check.find(values(**STATIC_S3), App()))
    assert not list(check.find(values(IMAGE_TAG="latest"), App()))
    [problem] = check.find(values(**{**STATIC_S3, "IMAGE_TAG": "latest"}), App())
    assert problem.name == "IMAGE_TAG"


def test_whitenoise_comes_after_security():
    given = ["first", storages.SECURITY, "last"]
    result = storages.with_whitenoise(given)
    assert result == ["first", storages.SECURITY, storages.WHITENOISE, "last"]
    assert len(given) == 3
    assert storages.with_whitenoise(result) == result
    assert storages.with_whitenoise(["only"]) == [storages.WHITENOISE, "only"]
