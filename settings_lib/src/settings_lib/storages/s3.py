"""Static files on S3: beside those of other tags, under names with a hash of the content.

Django loads these classes by their dotted paths, and only where static files are on S3: they import
boto3, which takes its time.
"""

from __future__ import annotations

import logging
import re
from functools import cached_property
from hashlib import md5
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from weakref import finalize

from botocore.config import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    Config,
)
from django.conf import settings  # type: ignore[import-untyped]
from django.contrib.staticfiles.storage import (  # type: ignore[import-untyped]
    ManifestFilesMixin,
)
from django.utils.encoding import filepath_to_uri  # type: ignore[import-untyped]
from storages.backends.s3 import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    S3Storage,
)
from storages.utils import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    clean_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

#: What Django and django-compressor put into a name: 12 digits of a hash.
HASHED = re.compile(r"\.[0-9a-f]{12}\.[^./]+$")

#: For names that never mean anything else, and for those that the next release may replace.
FOR_EVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=60"


class MissingManifestError(ValueError):
    """Nobody has uploaded this image's static files. It is a ValueError, as Django's own is."""


#: boto3 would wait a minute for a connection, five times, and a page with it.
PATIENCE = {"connect_timeout": 5, "read_timeout": 30, "retries": {"mode": "standard"}}


class _StaticFiles(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """What both storages do: addresses below ``STATIC_URL``, which need no client, and caching."""

    client_config: Any

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - options of all types
        super().__init__(**options)
        self.client_config = Config(**PATIENCE).merge(self.client_config)

    def url(self, name: str, *_: Any, **__: Any) -> str:  # noqa: ANN401 - S3Storage's, for signing
        """The address of a file, never signed."""
        return f"{settings.STATIC_URL}{filepath_to_uri(clean_name(name)).lstrip('/')}"

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """What is sent with a file: how long it may be cached, unless the project says so."""
        control = FOR_EVER if HASHED.search(name) else SHORTLY
        return {"CacheControl": control, **super().get_object_parameters(name)}


class ManifestStorage(ManifestFilesMixin, _StaticFiles):  # type: ignore[misc]
    """Static files with a manifest of the image's tag, ``staticfiles-TAG.json``.

    A release adds to what is there: old tags keep their files and their manifest, so that pages
    which are open and a rollback find them. What is there with the same content is not uploaded
    again; one listing tells. Uploading needs the rights to list, get and put; serving, to get.

    Args:
        tag: The image's tag.
        options: As django-storages documents them for ``S3Storage``.
    """

    def __init__(self, *, tag: str, **options: Any) -> None:  # noqa: ANN401 - options of all types
        self.manifest_name = f"staticfiles-{tag}.json"
        self.uploaded = 0
        self._sources: dict[str, tuple[Any, str]] = {}
        self.manifest_hash = ""
        super().__init__(**options)

    def read_manifest(self) -> str | None:
        """The manifest's text, or None where there is none, by one request."""
        client = self.connection.meta.client
        key = self._normalize_name(self.manifest_name)
        try:
            answer = client.get_object(Bucket=self.bucket_name, Key=key)
        except client.exceptions.NoSuchKey:
            return None
        text: str = answer["Body"].read().decode()
        return text

    def stored_name(self, name: str) -> str:
        """The name with its hash.

        Raises:
            MissingManifestError: There is no manifest of this tag, in this moment: it is looked for
                again with the next file.
            ValueError: The manifest has no such file.
        """
        if not self.manifest_hash:
            self.hashed_files, self.manifest_hash = self.load_manifest()
        if not self.manifest_hash:
            key = self._normalize_name(self.manifest_name)
            raise MissingManifestError(
                f"The bucket {self.bucket_name} has no {key}, so no page can say where its static "
                "files are. Run the verb `release` of this very image, which uploads them."
            )
        return str(super().stored_name(name))

    def post_process(
        self,
        paths: dict[str, tuple[Any, str]],
        **options: Any,  # noqa: ANN401 - Django's
    ) -> Iterator[Any]:
        """Upload the files with their hashes, and the manifest when all of them are there."""
        self._sources = paths
        yield from super().post_process(paths, **options)
        self._sources = {}
        logger.info(
            "Static files: %s uploaded, %s in %s of the bucket %s now",
            self.uploaded,
            len(self._etags),
            self.location or "/",
            self.bucket_name,
        )

    def open(self, name: str, mode: str = "rb") -> Any:  # noqa: ANN401 - Django has no types
        """The file; while files are uploaded the one here, since another release may be at work."""
        if name in self._sources:
            storage, path = self._sources[name]
            return storage.open(path, mode)
        return super().open(name, mode)

    def exists(self, name: str) -> bool:
        """Whether it is there, by a listing that is asked for once."""
        return self._key(name) in self._etags

    def get_modified_time(self, name: str) -> Any:  # noqa: ANN401 - never returns
        """Nothing: an older file may be the right one.

        ``collectstatic`` then saves each file, and `_save` looks at its content.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError

    def delete(self, name: str) -> None:
        """Nothing: pages that are open may use it. To save is to replace, in one step."""

    def _save(self, name: str, content: Any) -> str:  # noqa: ANN401 - Django has no types
        digest = md5(usedforsecurity=False)
        for chunk in content.chunks():
            digest.update(chunk)
        key, etag = self._key(name), digest.hexdigest()
        if self._etags.get(key) == etag:
            return str(clean_name(name))
        saved = super()._save(name, content)
        self._etags[key] = etag
        self.uploaded += 1
        return str(saved)

    @cached_property
    def _etags(self) -> dict[str, str]:
        """Each file's ETag by its key: an MD5 digest, but for the very large and the encrypted."""
        folder = self.location.strip("/")
        pages = self.connection.meta.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket_name, Prefix=f"{folder}/" if folder else ""
        )
        return {
            each["Key"]: each["ETag"].strip('"')
            for page in pages
            for each in page.get("Contents", ())
        }

    def _key(self, name: str) -> str:
        return str(self._normalize_name(clean_name(name)))


class CompressorStorage(_StaticFiles):
    """What django-compressor makes of static files, and its manifest."""

    def path(self, name: str) -> str:
        """A copy of a file, for django-compressor to read.

        Raises:
            NotImplementedError: It is not there; django-compressor then looks for it itself.
        """
        copy = Path(self._copies, clean_name(name))
        if not copy.exists():
            if not self.exists(name):
                raise NotImplementedError
            copy.parent.mkdir(parents=True, exist_ok=True)
            with self.open(name) as file:
                copy.write_bytes(file.read())
        return str(copy)

    @cached_property
    def _copies(self) -> str:
        folder = mkdtemp(prefix="compress-")
        finalize(self, rmtree, folder, ignore_errors=True)
        return folder
