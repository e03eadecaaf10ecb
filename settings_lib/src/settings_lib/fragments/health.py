"""The health end points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.types.parsing import DURATION
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings_lib.app import App
    from settings_lib.values import Values

GROUP = Group(
    title="Health",
    variables=(
        Var(
            name="DRAIN_FILE",
            default="/run/app/drain",
            help="While this file exists, /__lbheartbeat__ answers 503.",
        ),
        Var(
            name="HEARTBEAT_TIMEOUT",
            type=DURATION,
            default=3,
            help="When /__heartbeat__ answers though a backend has not, in seconds.",
            example="3s",
        ),
    ),
)

MIDDLEWARE = "settings_lib.health.HealthMiddleware"


def settings(values: Values, app: App) -> dict[str, Any]:
    """The middleware, before every other, and what it goes by."""
    others = [name for name in app.project.get("MIDDLEWARE", ()) if name != MIDDLEWARE]
    return {
        "DRAIN_FILE": values["DRAIN_FILE"],
        "HEARTBEAT_TIMEOUT": values.setting("HEARTBEAT_TIMEOUT", app),
        "IMAGE_TAG": values.setting("IMAGE_TAG", app),
        "IMAGE_REVISION": values.setting("IMAGE_REVISION", app),
        "MIDDLEWARE": [MIDDLEWARE, *others],
    }


def _some_time(values: Values, app: App) -> Iterator[Problem]:
    if values["HEARTBEAT_TIMEOUT"] == 0:
        yield Problem(
            name="HEARTBEAT_TIMEOUT",
            wrong="is 0, in which time no backend can answer",
            right="Give them a second or more.",
            example="3s",
        )


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(Check(names=("HEARTBEAT_TIMEOUT",), find=_some_time),),
)
