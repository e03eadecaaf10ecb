"""Static files and uploads: served from the image and kept in a folder, or on S3."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.fragments import s3
from settings_lib.fragments.s3 import options as s3_options
from settings_lib.types.parsing import PATH, Type, choice
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from settings_lib.app import App
    from settings_lib.values import Values


def _base_url(text: str) -> str:
    if not re.fullmatch(r"(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?/([!-~]*/)?", text, re.ASCII):
        raise ValueError
    if re.search(r"[?#\\<>\"]|(?<!:)//", text):
        raise ValueError
    return text


BASE_URL = Type(
    name="base url",
    expected="a path or an http URL that begins and ends with a slash: /static/, "
    "https://cdn.example.org/static/",
    example="https://cdn.example.org/static/",
    parse=_base_url,
)

GROUP = Group(
    title="Static files and uploads",
    variables=(
        Var(
            name="STATIC_STORAGE",
            type=choice("whitenoise", "s3"),
            help="Where static files are: in the image, which serves them by WhiteNoise, or on S3, "
            "where `release` puts them.",
            default_text="the project's, else whitenoise",
        ),
        Var(
            name="STATIC_URL",
            type=BASE_URL,
            help="The address of static files. A CDN's goes before WhiteNoise.",
            default_text="the project's, else /static/; on S3 the bucket's or its custom domain's",
        ),
        Var(
            name="MEDIA_STORAGE",
            type=choice("filesystem", "s3"),
            help="Where uploads are: in MEDIA_ROOT or on S3.",
            default_text="s3 where AWS_STORAGE_BUCKET_NAME is set, else the project's, else "
            "filesystem",
        ),
        Var(
            name="MEDIA_ROOT",
            type=PATH,
            help="The folder of uploads: a volume that every host and role shares.",
            default_text="the project's, else /data/media",
            example="/data/media",
        ),
        Var(
            name="MEDIA_URL",
            type=BASE_URL,
            help="The address of uploads in a folder; a server before the app serves them.",
            default_text="the project's, else /media/",
            example="/media/",
        ),
    ),
)

MANIFEST_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
BUILD_STORAGE = "settings_lib.storages.BuildStorage"
S3_STORAGE = "settings_lib.storages.s3.ManifestStorage"
FILES = "django.core.files.storage.FileSystemStorage"
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
SECURITY = "django.middleware.security.SecurityMiddleware"

_DJANGO = "django.contrib.staticfiles.storage"
_DEFAULT_STATIC = f"{_DJANGO}.StaticFilesStorage"
_MANIFESTS = (MANIFEST_STORAGE, f"{_DJANGO}.ManifestStaticFilesStorage")
_MEDIA_ROOT = Path("/data/media")


def settings(values: Values, app: App) -> dict[str, Any]:
    """Where static files and uploads live, and the middleware that serves them.

    A storage that the project chose stays where the environment says nothing of it. In build mode
    nothing is on S3, pages may be rendered before collectstatic, and uploads are in a temporary
    folder.
    """
    project = app.project.get("STORAGES", {})
    storages = {alias: _connected(entry, values) for alias, entry in project.items()}
    storages["default"] = media = _media(values, app, storages.get("default", {}))
    storages["staticfiles"] = static = _static(values, app, storages.get("staticfiles", {}))
    result = {
        "STORAGES": storages,
        "STATIC_ROOT": _static_root(app),
        "STATIC_URL": _static_url(values, app, static),
        "MEDIA_ROOT": _media_root(values, app),
        "MEDIA_URL": _media_url(values, app, media),
    }
    middleware = app.project.get("MIDDLEWARE", ())
    if not _is_s3(static):
        result["MIDDLEWARE"] = with_whitenoise(middleware)
    elif values["STATIC_STORAGE"] == "s3" and not app.project.get("WHITENOISE_ROOT"):
        result["MIDDLEWARE"] = [each for each in middleware if each != WHITENOISE]
    return result


def with_whitenoise(middleware: Sequence[str]) -> list[str]:
    """The middleware with WhiteNoise behind ``SecurityMiddleware``, or first where that is not.

    Args:
        middleware: The setting ``MIDDLEWARE``; it is not changed.

    Returns:
        A new list.
    """
    result = list(middleware)
    if WHITENOISE not in result:
        place = result.index(SECURITY) + 1 if SECURITY in result else 0
        result.insert(place, WHITENOISE)
    return result


def _is_s3(entry: Mapping[str, Any]) -> bool:
    return str(entry.get("BACKEND", "")).startswith((s3_options.PREFIX, S3_STORAGE))


def _connected(entry: dict[str, Any], values: Values) -> dict[str, Any]:
    """A storage of the project's: one of django-storages' for S3 gets what it has no option for."""
    if not _is_s3(entry):
        return entry
    return {**entry, "OPTIONS": {**s3_options.connection(values), **entry.get("OPTIONS", {})}}


def _static(values: Values, app: App, entry: dict[str, Any]) -> dict[str, Any]:
    backend = entry.get("BACKEND", _DEFAULT_STATIC)
    wanted = values["STATIC_STORAGE"]
    if wanted == "s3":
        own = entry.get("OPTIONS", {}) if _is_s3(entry) else {}
        options = s3_options.static_files(values, app, own)
        return {"BACKEND": S3_STORAGE, "OPTIONS": {**options, "tag": values["IMAGE_TAG"]}}
    if values["BUILD"] and _is_s3(entry):
        return {"BACKEND": BUILD_STORAGE}
    if not entry or (wanted and not backend.startswith("whitenoise.")):
        entry = {"BACKEND": MANIFEST_STORAGE}
    if values["BUILD"] and entry["BACKEND"] in _MANIFESTS:
        entry = {**entry, "BACKEND": BUILD_STORAGE}
    return entry


def _media(values: Values, app: App, entry: dict[str, Any]) -> dict[str, Any]:
    backend = entry.get("BACKEND", FILES)
    if "media" in s3.on_s3(values):
        if not backend.startswith(("django.", "storages.")):
            return entry  # the project's own class; made of S3Storage, it reads the settings
        if not _is_s3(entry):
            # Uploads that are there have django-storages' defaults; new ones have safer ones.
            entry = {"BACKEND": s3_options.BACKEND, "OPTIONS": {"location": "media"}}
            if "AWS_LOCATION" in app.project:
                entry["OPTIONS"] = {}
            if "AWS_S3_FILE_OVERWRITE" not in app.project:
                entry["OPTIONS"]["file_overwrite"] = False
        return {**entry, "OPTIONS": {**entry.get("OPTIONS", {}), **s3_options.uploads(values)}}
    folder = backend == FILES or values["MEDIA_STORAGE"] or (values["BUILD"] and _is_s3(entry))
    return {**(entry if backend == FILES else {}), "BACKEND": FILES} if folder else entry


def _static_root(app: App) -> Any:  # noqa: ANN401 - a project's may be text or a path
    """What a manifest storage cannot do without, and `entrypoint build` fills."""
    base = Path(app.project.get("BASE_DIR") or Path.cwd())
    return app.project.get("STATIC_ROOT") or base / "staticfiles"


def _static_url(values: Values, app: App, static: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if values["STATIC_STORAGE"] == "s3" and not values["STATIC_URL"]:
        return s3_options.static_url(app, static["OPTIONS"])
    return values.setting("STATIC_URL", app) or "/static/"


def _media_root(values: Values, app: App) -> Any:  # noqa: ANN401 - as above
    root = values.setting("MEDIA_ROOT", app)
    if not root and values["BUILD"]:
        from tempfile import gettempdir  # noqa: PLC0415 - `entrypoint build` removes it

        return Path(gettempdir()) / "media"
    return root or _MEDIA_ROOT


def _media_url(values: Values, app: App, media: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if "media" in s3.on_s3(values) and _is_s3(media) and not values["MEDIA_URL"]:
        return s3_options.media_url(app, media["OPTIONS"])
    return values.setting("MEDIA_URL", app) or "/media/"


def _apart(values: Values, app: App) -> Iterator[Problem]:
    """What Django refuses when a page with a static file is rendered (staticfiles/utils.py)."""
    ours = settings(values, app)
    static, media = str(ours["STATIC_URL"]), str(ours["MEDIA_URL"])
    within = values["DEBUG"] and media.startswith(static)
    if values.given("STATIC_URL", "MEDIA_URL") and (static == media or within):
        yield Problem(
            name="MEDIA_URL" if values.given("MEDIA_URL") else "STATIC_URL",
            wrong="gives uploads and static files one address",
            right="Give each its own: /media/ and /static/.",
        )
    if values.given("MEDIA_ROOT") and str(ours["MEDIA_ROOT"]) == str(ours["STATIC_ROOT"]):
        yield Problem(
            name="MEDIA_ROOT",
            wrong="is the folder of static files",
            right="Give uploads a folder of their own, on a volume.",
            example="/data/media",
        )


def _tag(values: Values, app: App) -> Iterator[Problem]:
    if values["STATIC_STORAGE"] != "s3":
        return
    if not values["IMAGE_TAG"]:
        yield Problem(
            name="IMAGE_TAG",
            wrong="is not set, and it is required when STATIC_STORAGE is s3",
            right="Build the image with `toolkit build`, which sets it, or: ENV IMAGE_TAG=…",
            example="build-42",
        )
    elif not re.fullmatch(r"\w[\w.-]{0,127}", values["IMAGE_TAG"], re.ASCII):
        yield Problem(
            name="IMAGE_TAG",
            wrong="is not a valid tag of an image",
            right="Expected letters, digits and _.- alone.",
            example="build-42",
        )


def _moving_tag(values: Values, app: App) -> Iterator[Problem]:
    if values["STATIC_STORAGE"] == "s3" and values["IMAGE_TAG"] == "latest":
        yield Problem(
            name="IMAGE_TAG",
            wrong="is `latest`, by which a rollback does not find the static files that it had",
            right="Give each build a tag of its own.",
            example="build-42",
        )


_ADDRESSES = ("STATIC_STORAGE", "STATIC_URL", "MEDIA_STORAGE", "MEDIA_URL", "MEDIA_ROOT", "DEBUG")

FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(
        Check(names=(*_ADDRESSES, *(var.name for var in s3.GROUP.variables)), find=_apart),
        Check(names=("STATIC_STORAGE", "IMAGE_TAG"), find=_tag),
    ),
    warnings=(Check(names=("STATIC_STORAGE", "IMAGE_TAG"), find=_moving_tag),),
    stand_ins=dict.fromkeys(("STATIC_STORAGE", "MEDIA_STORAGE", "MEDIA_ROOT")),
)
