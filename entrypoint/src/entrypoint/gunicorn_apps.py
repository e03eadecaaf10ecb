"""The app's own gunicorn.conf.py, over the image's settings."""

from __future__ import annotations

import functools
import os
import pkgutil
import runpy

from gunicorn.config import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    KNOWN_SETTINGS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def settings(path: str, ours: Mapping[str, Any]) -> dict[str, Any]:
    """Return gunicorn's settings that a file makes, with our hooks kept beside its own.

    Args:
        path: the file; it need not exist.
        ours: the settings so far.
    """
    if not os.path.isfile(path):
        return {}
    made = runpy.run_path(path)
    found = {each.name: made[each.name] for each in KNOWN_SETTINGS if each.name in made}
    for name, value in found.items():
        if _is_hook(ours.get(name)):
            found[name] = both(ours[name], value)
    return found


def both(ours: Callable[..., Any], apps: Callable[..., Any] | str) -> Callable[..., Any]:
    """Return a hook that calls two. gunicorn takes `module.function` for one, too."""
    second = pkgutil.resolve_name(apps) if isinstance(apps, str) else apps

    @functools.wraps(ours)  # gunicorn counts its arguments
    def hook(*args: Any) -> Any:  # noqa: ANN401
        ours(*args)
        return second(*args)

    return hook


def _is_hook(value: object) -> bool:
    return callable(value) and not isinstance(value, type)
