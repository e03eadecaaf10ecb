"""What a fragment is: all that the library knows of one subject, such as the cache."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from settings_lib.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from settings_lib.app import App
    from settings_lib.errors import Problem
    from settings_lib.values import Values
    from settings_lib.variables import Group


@record(frozen=True, kw_only=True)
class Check:
    """A rule over several variables, each of which is right on its own.

    Attributes:
        names: The variables that it looks at; if one of them is wrong by itself, it is not asked.
        find: Takes the values and the app, gives what is wrong.
    """

    names: tuple[str, ...]
    find: Callable[[Values, App], Iterator[Problem]]


@record(frozen=True, kw_only=True)
class Fragment:
    """One subject.

    Attributes:
        group: Its variables.
        settings: Takes the values and the app, whose project has what earlier fragments set; gives
            Django settings by name. Pure: it changes nothing, and shares no list with anybody.
        checks: What must hold between its variables.
        warnings: What should hold; what they find ends nothing.
        stand_ins: What its secrets and services are in build mode, by variable.
    """

    group: Group
    settings: Callable[[Values, App], dict[str, Any]]
    checks: tuple[Check, ...] = ()
    warnings: tuple[Check, ...] = ()
    stand_ins: Mapping[str, Any] = field(default_factory=dict)
