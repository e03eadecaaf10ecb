"""django-compressor, where the app has it: in step with where static files are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.fragments.storages import S3_STORAGE
from settings_lib.types.parsing import BOOL
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from settings_lib.app import App
    from settings_lib.values import Values

GROUP = Group(
    title="Compressor",
    variables=(
        Var(
            name="COMPRESS_ENABLED",
            type=BOOL,
            help="Whether django-compressor, where the app has it, compresses at all.",
            default_text="the project's, else true unless DEBUG and in tests",
        ),
        Var(
            name="COMPRESS_OFFLINE",
            type=BOOL,
            help="Whether `build` and `release` make what pages use, not the first page itself.",
            default_text="the project's, else true unless DEBUG",
        ),
    ),
)

APP = "compressor"
ALIAS = "compressor"
LOCAL = "compressor.storage.GzipCompressorFileStorage"
ON_S3 = "settings_lib.storages.s3.CompressorStorage"


def settings(values: Values, app: App) -> dict[str, Any]:
    """django-compressor's settings; none where the app does not have it.

    On S3, its files and its manifest, by the image's tag, are where the static files are.
    Elsewhere its files are compressed beforehand, as WhiteNoise serves them.
    """
    if APP not in app.project.get("INSTALLED_APPS", ()):
        return {}
    result = {
        "COMPRESS_ENABLED": values.setting("COMPRESS_ENABLED", app),
        "COMPRESS_OFFLINE": values.setting("COMPRESS_OFFLINE", app),
    }
    if result["COMPRESS_OFFLINE"] is None:
        result["COMPRESS_OFFLINE"] = not values["DEBUG"]
    if result["COMPRESS_ENABLED"] is None:
        result["COMPRESS_ENABLED"] = not values["DEBUG"] and not testing()
    static = app.project["STORAGES"]["staticfiles"]
    if static["BACKEND"] == S3_STORAGE:
        return result | _on_s3(static["OPTIONS"], app)
    if values.given("STATIC_URL"):
        result["COMPRESS_URL"] = app.project["STATIC_URL"]
    if "COMPRESS_STORAGE" not in app.project:
        result["COMPRESS_STORAGE"] = LOCAL
    return result


def _on_s3(options: dict[str, Any], app: App) -> dict[str, Any]:
    own = {name: value for name, value in options.items() if name != "tag"}
    folder = app.project.get("COMPRESS_OUTPUT_DIR", "CACHE").strip("/")
    return {
        "STORAGES": {**app.project["STORAGES"], ALIAS: {"BACKEND": ON_S3, "OPTIONS": own}},
        "COMPRESS_STORAGE_ALIAS": ALIAS,
        "COMPRESS_OFFLINE_MANIFEST_STORAGE_ALIAS": ALIAS,
        "COMPRESS_OFFLINE_MANIFEST": f"{folder}/manifest-{options['tag']}.json",
        "COMPRESS_URL": app.project["STATIC_URL"],
        "COMPRESS_ROOT": app.project["STATIC_ROOT"],
    }


def testing() -> bool:
    """Whether this process runs tests. They render pages before anything is compressed."""
    return sys.argv[1:2] == ["test"] or "pytest" in sys.modules


FRAGMENT = Fragment(group=GROUP, settings=settings)
