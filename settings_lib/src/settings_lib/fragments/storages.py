"""Static files: WhiteNoise serves them from the image, under names with a hash of the content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.variables import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from settings_lib.app import App
    from settings_lib.values import Values

GROUP = Group(title="Static files and uploads", variables=())

MANIFEST_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
BUILD_STORAGE = "settings_lib.storages.BuildStorage"
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
SECURITY = "django.middleware.security.SecurityMiddleware"


def settings(values: Values, app: App) -> dict[str, Any]:
    """Where static files and uploads live, and the middleware that serves them.

    In build mode pages may be rendered before collectstatic.
    """
    result: dict[str, Any] = {
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            **app.project.get("STORAGES", {}),
            "staticfiles": {"BACKEND": BUILD_STORAGE if values["BUILD"] else MANIFEST_STORAGE},
        },
        "MIDDLEWARE": with_whitenoise(app.project.get("MIDDLEWARE", ())),
    }
    if not app.project.get("STATIC_ROOT"):
        # What the manifest storage above cannot do without, and `entrypoint build` fills.
        result["STATIC_ROOT"] = Path(app.project.get("BASE_DIR") or Path.cwd()) / "staticfiles"
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


FRAGMENT = Fragment(group=GROUP, settings=settings)
