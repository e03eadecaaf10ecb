"""What the environment makes of the options of storages on S3, and of the files' addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settings_lib.app import App
    from settings_lib.values import Values

PREFIX = "storages.backends.s3"
"""How the dotted paths of django-storages' own classes begin, the older ``s3boto3`` too."""

BACKEND = f"{PREFIX}.S3Storage"

_CONNECTION = {
    "access_key": "AWS_ACCESS_KEY_ID",
    "secret_key": "AWS_SECRET_ACCESS_KEY",
    "security_token": "AWS_SESSION_TOKEN",
    "region_name": "AWS_S3_REGION_NAME",
    "endpoint_url": "AWS_S3_ENDPOINT_URL",
}
_UPLOADS = {
    "bucket_name": "AWS_STORAGE_BUCKET_NAME",
    "custom_domain": "AWS_S3_CUSTOM_DOMAIN",
    "location": "AWS_LOCATION",
    "querystring_auth": "AWS_QUERYSTRING_AUTH",
    "default_acl": "AWS_DEFAULT_ACL",
}


def connection(values: Values) -> dict[str, Any]:
    """The options of an ``S3Storage`` that the environment has for any bucket.

    A profile by its name is passed on unless there are keys, which django-storages would refuse.
    """
    options = _given(values, _CONNECTION)
    if values.named("AWS_PROFILE"):
        options["session_profile"] = None if "access_key" in options else values["AWS_PROFILE"]
    return options


def uploads(values: Values) -> dict[str, Any]:
    """The same, for the bucket of uploads."""
    return connection(values) | _given(values, _UPLOADS)


def static_files(values: Values, app: App, own: Mapping[str, Any]) -> dict[str, Any]:
    """The same, for static files. A file that is there is replaced, never renamed.

    Args:
        values: The parsed values.
        app: The app.
        own: The options that the project's storage of static files has, where it is on S3 too.
    """
    bucket = values["AWS_STATIC_BUCKET_NAME"]
    domain = values["AWS_STATIC_CUSTOM_DOMAIN"]
    if not domain and (not bucket or values["AWS_STORAGE_BUCKET_NAME"] == bucket):
        domain = values["AWS_S3_CUSTOM_DOMAIN"] or own.get("custom_domain")
        domain = domain or app.project.get("AWS_S3_CUSTOM_DOMAIN")
    location = values["AWS_STATIC_LOCATION"]
    if not values.given("AWS_STATIC_LOCATION"):
        location = own.get("location", location)
    return {
        **own,
        **connection(values),
        **_given(values, {"default_acl": "AWS_DEFAULT_ACL"}),
        "bucket_name": bucket
        or values["AWS_STORAGE_BUCKET_NAME"]
        or own.get("bucket_name")
        or app.project.get("AWS_STORAGE_BUCKET_NAME"),
        "custom_domain": domain,
        "location": location,
        "file_overwrite": True,
    }


def static_url(app: App, options: Mapping[str, Any]) -> str:
    """Where browsers find static files: a URL that ends in a slash.

    Args:
        app: The app.
        options: Of their storage.
    """
    place = _place(app, options, regional=True)
    return _url(options["custom_domain"], place, options["location"])


def media_url(app: App, options: Mapping[str, Any]) -> str:
    """Where browsers find uploads: what boto3's addresses begin with, signed ones too.

    Args:
        app: The app.
        options: Of the storage of uploads.
    """
    domain, location = (
        options.get(option, app.project.get(_UPLOADS[option]))
        for option in ("custom_domain", "location")
    )
    return _url(domain, _place(app, options, regional=False), location or "")


def _place(app: App, options: Mapping[str, Any], *, regional: bool) -> str:
    """The address of a bucket, without a slash at its end.

    Args:
        app: The app, whose global settings hold where a storage has no option.
        options: The storage's.
        regional: Whether a host's name that begins with the bucket has the region in it too.
            boto3's do not.
    """
    bucket, endpoint, region = (
        options.get(option) or app.project.get(name) or ""
        for option, name in (
            ("bucket_name", "AWS_STORAGE_BUCKET_NAME"),  # that it is missing is told elsewhere
            ("endpoint_url", "AWS_S3_ENDPOINT_URL"),
            ("region_name", "AWS_S3_REGION_NAME"),
        )
    )
    if endpoint:
        return f"{endpoint.rstrip('/')}/{bucket}"
    in_host = "." not in bucket  # a certificate's * stands for one label
    host = "s3.amazonaws.com"
    if region and (regional or not in_host):
        host = f"s3.{region}.amazonaws.com"
    return f"https://{bucket}.{host}" if in_host else f"https://{host}/{bucket}"


def _url(domain: str | None, place: str, location: str) -> str:
    folder = quote(location.strip("/"))
    return "/".join([f"https://{domain}" if domain else place, *filter(None, [folder]), ""])


def _given(values: Values, names: Mapping[str, str]) -> dict[str, Any]:
    return {option: values[name] for option, name in names.items() if values.given(name)}
