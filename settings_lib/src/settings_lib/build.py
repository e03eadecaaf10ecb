"""Build mode: what stands in for secrets and services while an image is built or tested."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def values() -> Mapping[str, Any]:
    """Values for every variable that names a secret or a service.

    Returns:
        By name: a key that no other process knows, a database in memory, a cache and a broker in
        the process, mail that goes nowhere, and no error reporting.
    """
    return {
        "BUILD": True,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SECRET_KEY_FALLBACKS": (),
        "DATABASE_URL": "sqlite://:memory:",
        "DB_NAME": None,
        "DIRECT_DATABASE_URL": None,
        "CACHE_URL": "locmemcache://",
        "CELERY_BROKER_URL": "memory://",
        "EMAIL_URL": "memorymail://",
        "EMAIL_HOST": None,
        "SENTRY_DSN": None,
    }
