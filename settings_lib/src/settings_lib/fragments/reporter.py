"""Django's error pages and mails: what they show of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.variables import Group

if TYPE_CHECKING:
    from settings_lib.app import App
    from settings_lib.values import Values

GROUP = Group(title="Error reports", variables=())

NAME = "DEFAULT_EXCEPTION_REPORTER_FILTER"
FILTER = "settings_lib.reporter.ReporterFilter"


def settings(values: Values, app: App) -> dict[str, Any]:
    """The filter of Django's error reports; the project's stands."""
    return {NAME: app.project.get(NAME, FILTER)}


FRAGMENT = Fragment(group=GROUP, settings=settings)
