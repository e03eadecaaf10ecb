"""Settings by settings_lib, with what the tests switch on."""

import os
from pathlib import Path

from settings_lib import configure

BASE_DIR = Path(__file__).resolve().parent.parent

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "compressor",
    "website",
]
if os.environ.get("INDEXED"):
    INSTALLED_APPS.append("indexed")
if os.environ.get("OWN_MIGRATE"):
    INSTALLED_APPS.insert(0, "own_migrate")
MIDDLEWARE: list[str] = []
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
ROOT_URLCONF = "website.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "compressor.finders.CompressorFinder",
]
COMPRESS_OFFLINE = True

changes = {}
if os.environ.get("REMOTE_STATIC"):
    remote = {"BACKEND": "website.bucket.Bucket"}
    changes["STORAGES"] = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        **dict.fromkeys(("staticfiles", "compressor", "compressor-offline"), remote),
    }
    changes["COMPRESS_STORAGE_ALIAS"] = "compressor"
    changes["COMPRESS_OFFLINE_MANIFEST_STORAGE_ALIAS"] = "compressor-offline"
configure(globals(), app="racing", **changes)
