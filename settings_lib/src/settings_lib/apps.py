"""This library as a Django app, for what needs Django to be set up."""

from __future__ import annotations

from django.apps import AppConfig  # type: ignore[import-untyped]


class SettingsLibConfig(AppConfig):  # type: ignore[misc]  # Django has no types
    """The app ``settings_lib``, which `configure` adds to ``INSTALLED_APPS``."""

    name = "settings_lib"
    verbose_name = "Settings"

    def ready(self) -> None:
        """Nothing yet."""
