"""What a settings module has declared, for whoever asks after the settings were loaded."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from settings_lib.records import record
from settings_lib.schema import variables_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settings_lib.app import App
    from settings_lib.values import Values
    from settings_lib.variables import Group, Var

NAME = "SETTINGS_LIB"
"""The setting that `configure` leaves it under."""


@record(frozen=True, kw_only=True)
class Configured:
    """An app's variables, and the environment that they were read from.

    Its representation has neither a value nor the environment, since Django shows settings.

    Attributes:
        app: The app, and what its settings module had before.
        groups: Its variables by subject.
        environ: The environment, itself and no copy.
        values: What was read; None where that failed.
    """

    app: App
    groups: tuple[Group, ...] = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)
    values: Values | None = field(repr=False, default=None)

    @property
    def variables(self) -> tuple[Var, ...]:
        """Its variables."""
        return variables_of(self.groups)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every name of every secret variable."""
        names = (name for var in self.variables if var.secret for name in var.names)
        return tuple(dict.fromkeys(names))  # a fallback may be several variables'
