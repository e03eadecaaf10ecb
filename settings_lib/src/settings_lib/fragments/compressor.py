"""django-compressor, where the app has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.variables import Group

if TYPE_CHECKING:
    from settings_lib.app import App
    from settings_lib.values import Values

GROUP = Group(title="Compressor", variables=())


def settings(values: Values, app: App) -> dict[str, Any]:
    """Nothing yet."""
    return {}


FRAGMENT = Fragment(group=GROUP, settings=settings)
