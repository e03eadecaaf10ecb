"""Static files: WhiteNoise serves them from the image, under names with a hash of the content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MANIFEST_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
BUILD_STORAGE = "settings_lib.storages.BuildStorage"
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
SECURITY = "django.middleware.security.SecurityMiddleware"


def settings(*, build: bool, storages: Mapping[str, Any]) -> dict[str, Any]:
    """The setting ``STORAGES``.

    Args:
        build: Whether this is build mode, in which pages may be rendered before collectstatic.
        storages: What the project's ``STORAGES`` has already; its other entries stay.

    Returns:
        Django settings: ``STORAGES`` with ``default`` and ``staticfiles``.
    """
    return {
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            **storages,
            "staticfiles": {"BACKEND": BUILD_STORAGE if build else MANIFEST_STORAGE},
        }
    }


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
