"""This library as a Django app, for what needs Django to be set up."""

from __future__ import annotations

from django.apps import AppConfig  # type: ignore[import-untyped]

from settings_lib import system_check


class SettingsLibConfig(AppConfig):  # type: ignore[misc]  # Django has no types
    """The app ``settings_lib``, which `configure` adds to ``INSTALLED_APPS``."""

    name = "settings_lib"
    verbose_name = "Settings"

    def ready(self) -> None:
        """Connect to what the app uses, and warn of what may be wrong in the environment."""
        from settings_lib.logs import celery as celery_log  # noqa: PLC0415 - it reads the settings

        celery_log.connect()
        system_check.connect()
