"""The health end points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
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
    ),
)

MIDDLEWARE = "settings_lib.health.HealthMiddleware"


def settings(values: Values, app: App) -> dict[str, Any]:
    """The middleware, before every other, and the file that says that this is draining."""
    others = [name for name in app.project.get("MIDDLEWARE", ()) if name != MIDDLEWARE]
    return {"DRAIN_FILE": values["DRAIN_FILE"], "MIDDLEWARE": [MIDDLEWARE, *others]}


FRAGMENT = Fragment(group=GROUP, settings=settings)
