"""S3, Amazon's or another's: buckets, credentials, addresses.

What lives there `settings_lib.fragments.storages` decides. The variables are called like
django-storages' settings, and each stands for that setting of the project's where it is not set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.types.installed import source_of
from settings_lib.types.parsing import BOOL, Type, choice
from settings_lib.variables import Group, Var, When

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settings_lib.app import App
    from settings_lib.values import Values

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = rf"{_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?"
_ADDRESS = rf"{_DOMAIN}(/[A-Za-z0-9._~-]+)*"
_BUCKET = r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]"
_ENDPOINT = rf"[hH][tT][tT][pP][sS]?://({_DOMAIN}|\[[0-9A-Fa-f:.]+\](:[0-9]{{1,5}})?)(/[!-~]*)?"
_ACLS = (
    "private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read",
    "bucket-owner-read", "bucket-owner-full-control",
)  # fmt: skip


def _of_pattern(name: str, pattern: str, expected: str, example: str) -> Type:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError
        return text

    return Type(
        name=name, expected=expected, example=example, pattern=f"^({pattern})$", parse=parse
    )


def _endpoint(text: str) -> str:
    if not re.fullmatch(_ENDPOINT, text, re.ASCII) or re.search(r"[?#]", text):
        raise ValueError
    _ = urlsplit(text).port
    return text.rstrip("/")


def _location(text: str) -> str:
    parts = text.strip("/").split("/")
    if not text.isprintable() or "\\" in text or {".", ".."} & set(parts) or "" in parts[1:]:
        raise ValueError
    return "/".join(parts)


BUCKET = _of_pattern(
    "bucket",
    _BUCKET,
    "a bucket's name: 3 letters, digits, full stops, hyphens or more",
    "antisocial",
)
DOMAIN = _of_pattern(
    "domain", _ADDRESS, "a host name without scheme, perhaps with a path", "cdn.example.org"
)
REGION = _of_pattern("region", rf"{_LABEL}", "a region's name", "eu-central-1")
KEY = _of_pattern("key", r"[!-~]+", "text without white space", "AKIAEXAMPLE")
ENDPOINT = Type(
    name="endpoint",
    expected="the URL of an S3 API, with scheme and without user, query and bucket",
    example="https://s3.example.org",
    parse=_endpoint,
)
LOCATION = Type(
    name="location",
    expected="a folder in a bucket; / is the bucket itself",
    example="antisocial/media",
    parse=_location,
)


def on_s3(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of what the environment puts on S3: of ``media``, ``static``.

    Uploads are there too where a bucket is named and nothing else is said.
    """
    media = values.get("MEDIA_STORAGE") or ("s3" if values.get("AWS_STORAGE_BUCKET_NAME") else "")
    return (
        *(("media",) if media == "s3" else ()),
        *(("static",) if values.get("STATIC_STORAGE") == "s3" else ()),
    )


def _own_bucket(values: Values, app: App) -> bool:
    """Whether something needs the bucket that is not only static files'."""
    options = app.project.get("STORAGES", {}).get("default", {}).get("OPTIONS", {})
    if app.project.get("AWS_STORAGE_BUCKET_NAME") or options.get("bucket_name"):
        return False
    found = on_s3(values)
    return "media" in found or ("static" in found and not values["AWS_STATIC_BUCKET_NAME"])


def _keys(values: Values, app: App) -> bool:
    """Whether keys have to be given: boto3 is not told of credentials anywhere else."""
    named = values.given("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    elsewhere = values["AWS_S3_USE_IAM_PROFILE"] or values.given("AWS_PROFILE")
    projects = app.project.get("AWS_ACCESS_KEY_ID") or app.project.get("AWS_S3_ACCESS_KEY_ID")
    return named or (bool(on_s3(values)) and not elsewhere and not projects)


_WHERE = ("STATIC_STORAGE", "MEDIA_STORAGE", "AWS_STORAGE_BUCKET_NAME")
_KEYS = When(
    names=(*_WHERE, "AWS_PROFILE", "AWS_S3_USE_IAM_PROFILE"),
    text="the other key is set, or something is on S3 and neither AWS_PROFILE nor "
    "AWS_S3_USE_IAM_PROFILE is set",
    holds=_keys,
)

GROUP = Group(
    title="S3",
    variables=(
        Var(
            name="AWS_STORAGE_BUCKET_NAME",
            type=BUCKET,
            required=When(
                names=("STATIC_STORAGE", "MEDIA_STORAGE", "AWS_STATIC_BUCKET_NAME"),
                text="MEDIA_STORAGE is s3, or STATIC_STORAGE is and AWS_STATIC_BUCKET_NAME is not "
                "set",
                holds=_own_bucket,
            ),
            aliases=("DJANGO_AWS_STORAGE_BUCKET_NAME",),
            help="The bucket. Where it is set, uploads are in it, unless MEDIA_STORAGE says else.",
            example="antisocial",
        ),
        Var(
            name="AWS_ACCESS_KEY_ID",
            type=KEY,
            required=_KEYS,
            aliases=("AWS_ACCESS_KEY", "AWS_S3_ACCESS_KEY_ID", "DJANGO_AWS_ACCESS_KEY_ID"),
            help="The access key's name.",
        ),
        Var(
            name="AWS_SECRET_ACCESS_KEY",
            type=KEY,
            required=_KEYS,
            secret=True,
            aliases=("AWS_SECRET_KEY", "AWS_S3_SECRET_ACCESS_KEY", "DJANGO_AWS_SECRET_ACCESS_KEY"),
            help="The access key itself.",
            example="a-long-secret",
        ),
        Var(
            name="AWS_SESSION_TOKEN",
            type=KEY,
            secret=True,
            aliases=("AWS_SECURITY_TOKEN",),
            help="What a temporary access key has besides.",
            example="a-long-token",
        ),
        Var(
            name="AWS_PROFILE",
            aliases=("AWS_S3_SESSION_PROFILE",),
            fallbacks=(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            ),
            help="boto3 finds the keys itself: in a profile, or by what Amazon's platforms set, "
            "which are the fallbacks.",
            example="antisocial",
        ),
        Var(
            name="AWS_S3_USE_IAM_PROFILE",
            type=BOOL,
            default=False,
            help="The machine itself has credentials, by an instance profile or in ~/.aws.",
        ),
        Var(
            name="AWS_S3_REGION_NAME",
            type=REGION,
            aliases=("DJANGO_AWS_S3_REGION_NAME",),
            fallbacks=("AWS_REGION", "AWS_DEFAULT_REGION"),
            help="The bucket's region.",
        ),
        Var(
            name="AWS_S3_ENDPOINT_URL",
            type=ENDPOINT,
            aliases=("DJANGO_AWS_S3_ENDPOINT_URL",),
            fallbacks=("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
            help="Where S3 is, if not at Amazon.",
            default_text="Amazon's",
        ),
        Var(
            name="AWS_S3_CUSTOM_DOMAIN",
            type=DOMAIN,
            aliases=("DJANGO_AWS_S3_CUSTOM_DOMAIN",),
            help="The host of the files' addresses, such as a CDN's. They are not signed then.",
            default_text="the bucket's own",
        ),
        Var(
            name="AWS_LOCATION",
            type=LOCATION,
            aliases=("DJANGO_AWS_LOCATION",),
            help="The folder of uploads in the bucket.",
            default_text="media",
        ),
        Var(
            name="AWS_QUERYSTRING_AUTH",
            type=BOOL,
            aliases=("DJANGO_AWS_QUERYSTRING_AUTH",),
            help="Sign the addresses of uploads, for an hour. Public buckets need false.",
            default_text="true",
        ),
        Var(
            name="AWS_DEFAULT_ACL",
            type=choice(*_ACLS),
            aliases=("DJANGO_AWS_DEFAULT_ACL",),
            help="The ACL of what is uploaded. Newer buckets refuse any.",
            default_text="none, so private",
        ),
        Var(
            name="AWS_STATIC_BUCKET_NAME",
            type=BUCKET,
            help="A bucket of their own for static files.",
            default_text="AWS_STORAGE_BUCKET_NAME",
            example="antisocial-static",
        ),
        Var(
            name="AWS_STATIC_CUSTOM_DOMAIN",
            type=DOMAIN,
            help="A host of their own for static files.",
            default_text="AWS_S3_CUSTOM_DOMAIN, in the same bucket",
            example="static.example.org",
        ),
        Var(
            name="AWS_STATIC_LOCATION",
            type=LOCATION,
            default="static",
            help="The folder of static files in the bucket.",
            example="antisocial/static",
        ),
    ),
)


def _packages(values: Values, app: App) -> Iterator[Problem]:
    found = on_s3(values)
    if found and None in (source_of("boto3"), source_of("storages.backends.s3")):
        yield Problem(
            name="STATIC_STORAGE" if "static" in found else "MEDIA_STORAGE",
            wrong="is s3, and the package for it is not installed",
            right="Add django-storages[s3], 1.14 or later, to the app's requirements.",
        )


def _apart(values: Values, app: App) -> Iterator[Problem]:
    static = values["AWS_STATIC_BUCKET_NAME"] or values["AWS_STORAGE_BUCKET_NAME"]
    if (
        on_s3(values) == ("media", "static")
        and static == values["AWS_STORAGE_BUCKET_NAME"]
        and values["AWS_LOCATION"] == values["AWS_STATIC_LOCATION"]
    ):
        yield Problem(
            name="AWS_LOCATION",
            wrong="is where static files are, too: an upload could take the place of one",
            right="Give each a folder of its own.",
            example="media",
        )


_SETTINGS = (
    "AWS_STORAGE_BUCKET_NAME", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_S3_REGION_NAME", "AWS_S3_ENDPOINT_URL", "AWS_S3_CUSTOM_DOMAIN", "AWS_LOCATION",
    "AWS_QUERYSTRING_AUTH", "AWS_DEFAULT_ACL",
)  # fmt: skip
"""Variables that are django-storages' settings, too."""

_KEYS_SETTINGS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
"""Settings that django-storages also, and first, reads as ``AWS_S3_ACCESS_KEY_ID`` and so on."""


def settings(values: Values, app: App) -> dict[str, Any]:
    """What the environment has, as django-storages' settings.

    They reach every storage that has no option of its own: a class of the project's that is made of
    ``S3Storage``, one that a model's field makes, another entry of ``STORAGES``.
    """
    result = {name: values[name] for name in _SETTINGS if values.given(name)}
    if values.named("AWS_PROFILE") and not values.given("AWS_ACCESS_KEY_ID"):
        # django-storages refuses a profile beside keys.
        result |= dict.fromkeys(_KEYS_SETTINGS) | {"AWS_S3_SESSION_PROFILE": values["AWS_PROFILE"]}
    other = {f"AWS_S3_{name.removeprefix('AWS_')}": result[name] for name in result}
    return result | {name: value for name, value in other.items() if name in app.project}


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(
        Check(names=_WHERE, find=_packages),
        Check(
            names=(*_WHERE, "AWS_STATIC_BUCKET_NAME", "AWS_LOCATION", "AWS_STATIC_LOCATION"),
            find=_apart,
        ),
    ),
    stand_ins=dict.fromkeys(
        ("AWS_STORAGE_BUCKET_NAME", "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_STATIC_BUCKET_NAME")
    ),
)
