"""What `python -m settings_lib check` finds: every problem of an environment, and no value."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from settings_lib.command.loading import NoSettingsError, common, load
from settings_lib.errors import ConfigurationError, Problem, WrongSettings, message
from settings_lib.reading import read
from settings_lib.suspicions import suspicions

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found.

    Attributes:
        app: The app's name; empty where only the common variables were looked at.
        problems: What is wrong.
        warnings: What may be.
    """

    app: str = ""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def exit_code(self) -> int:
        """78 (``EX_CONFIG``) where something is wrong, else 0."""
        return os.EX_CONFIG if self.problems else os.EX_OK

    def text(self) -> str:
        """For a person."""
        found = message(self.problems, self.warnings, self.app)
        if self.problems:
            return found
        where = f" of {self.app}" if self.app else ""
        return f"{found}\nOtherwise they are right." if found else f"The settings{where} are right."

    def data(self) -> str:
        """For a program: one JSON object."""
        return json.dumps(
            {
                "ok": not self.problems,
                "app": self.app,
                "problems": [each.data() for each in self.problems],
                "warnings": [each.data() for each in self.warnings],
            },
            indent=2,
            ensure_ascii=False,
        )


def check_module(module: str) -> Report:
    """Load a settings module, as a role of the app's would, and say what is wrong.

    Args:
        module: Its name.
    """
    try:
        configured = load(module)
    except WrongSettings as wrong:
        return Report(
            app=wrong.configured.app.name, problems=wrong.problems, warnings=wrong.warnings
        )
    except NoSettingsError as error:
        problem = Problem(
            name="DJANGO_SETTINGS_MODULE",
            wrong=f"names no settings that can be looked at: {error}",
            right="Name the module that calls configure.",
            example="antisocial.settings_docker",
        )
        return Report(problems=(problem,))
    return Report(app=configured.app.name, warnings=suspicions(configured))


def check_environment(environ: Mapping[str, str]) -> Report:
    """Read the common variables alone, and say what is wrong.

    Args:
        environ: The environment.
    """
    configured = common(environ)
    problems: tuple[Problem, ...] = ()
    try:
        values = read(configured.variables, environ, configured.app)
        configured = replace(configured, values=values)
    except ConfigurationError as error:
        problems = error.problems
    return Report(problems=problems, warnings=suspicions(configured, problems))
