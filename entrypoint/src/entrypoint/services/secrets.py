"""The secrets in the app's settings, wherever it has them from: they are in no output."""

from __future__ import annotations

import os

from entrypoint.redact import Redactor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

#: The settings that hold credentials, by the beginnings of their names.
SETTINGS = (
    "BROKER", "CACHES", "CELERY_BROKER", "CELERY_RESULT", "DATABASE", "DIRECT_DATABASE",
    "EMAIL_HOST_PASSWORD", "EMAIL_URL", "MAILERS", "SECRET_KEY", "SENTRY_DSN", "STORAGES",
)  # fmt: skip


def redactor() -> Redactor:
    """Return what takes the secrets of this process out of texts: environment's and settings'."""
    from django.conf import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        settings,
    )
    from django.core.exceptions import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        ImproperlyConfigured,
    )

    values = {}
    for name in dir(settings):
        if name.startswith(SETTINGS):
            try:
                values[name] = getattr(settings, name)
            except ImproperlyConfigured:  # SECRET_KEY is empty
                continue
    return Redactor(
        {**dict(_flat(values, "")), **os.environ}, getattr(settings, "SECRET_VARIABLES", ())
    )


def _flat(values: Mapping[Any, Any], within: str) -> Iterator[tuple[str, str]]:
    """Give the texts in nested settings, each with a name such as DATABASES.default.PASSWORD."""
    for key, value in values.items():
        name = f"{within}{key}"
        if isinstance(value, dict):
            yield from _flat(value, name + ".")
        elif isinstance(value, (list, tuple)):
            yield from _flat(dict(enumerate(value)), name + ".")
        elif isinstance(value, str):
            yield name, value
