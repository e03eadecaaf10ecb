"""Where the app's static files live, by its settings: in the image, or elsewhere.

It runs in the app's process, with its Django set up; Django is the app's, of any version.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class StaticFiles:
    """Where static files go.

    Attributes:
        remote: their storage is not a folder of this file system: `release` uploads them.
        nothing: why there is nothing to collect at all, or None.
        unset: pages need what cannot be collected, since there is no STATIC_ROOT.
        offline: django-compressor expects its files to be made in advance.
        compress: it is switched on as well, so `compress` is to make them.
    """

    __slots__ = ("compress", "nothing", "offline", "remote", "unset")

    def __init__(
        self, *, remote: bool, nothing: str | None, unset: bool, offline: bool, compress: bool
    ) -> None:
        self.remote = remote
        self.nothing = nothing
        self.unset = unset
        self.offline = offline
        self.compress = compress


def look() -> StaticFiles:
    """Return what the settings of this process say."""
    from django.conf import settings  # type: ignore[import-untyped,import-not-found,unused-ignore]

    remote = unset = False
    nothing = None
    if "django.contrib.staticfiles" not in settings.INSTALLED_APPS:
        nothing = "django.contrib.staticfiles is not installed: nothing to collect"
    else:
        remote, unset = _storage(settings)
        if not remote and not unset and not settings.STATIC_ROOT:
            nothing = "STATIC_ROOT is not set: nothing to collect"
    offline = "compressor" in settings.INSTALLED_APPS and bool(
        getattr(settings, "COMPRESS_OFFLINE", False)
    )
    compress = offline and bool(getattr(settings, "COMPRESS_ENABLED", True))
    return StaticFiles(
        remote=remote, nothing=nothing, unset=unset, offline=offline, compress=compress
    )


def _storage(settings: Any) -> tuple[bool, bool]:  # noqa: ANN401 - Django has no types
    """Return whether the storage is elsewhere, and whether it lacks STATIC_ROOT."""
    from django.contrib.staticfiles.storage import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        staticfiles_storage,
    )
    from django.core.exceptions import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        ImproperlyConfigured,
    )
    from django.core.files.storage import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        FileSystemStorage,
    )

    try:
        return not isinstance(staticfiles_storage, FileSystemStorage), False
    except ImproperlyConfigured:  # a storage with a manifest looks for it in STATIC_ROOT
        if settings.STATIC_ROOT:
            raise
        return False, True
