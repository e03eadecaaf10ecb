"""The parent's settings, and two apps more."""

from website.settings_docker import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "evolving", "squashed"]  # noqa: F405
