"""A bucket: a storage of static files that is not in the image, and gives no local path."""

import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import Storage


class Bucket(Storage):
    """Keeps its files below the folder that REMOTE_STATIC names."""

    def _file(self, name):
        return Path(os.environ["REMOTE_STATIC"], name)

    def _open(self, name, mode="rb"):
        return ContentFile(self._file(name).read_bytes(), name)

    def _save(self, name, content):
        self._file(name).parent.mkdir(parents=True, exist_ok=True)
        self._file(name).write_bytes(content.read())
        return name

    def exists(self, name):
        return self._file(name).exists()

    def delete(self, name):
        self._file(name).unlink(missing_ok=True)

    def url(self, name):
        return f"/static/{name}"
