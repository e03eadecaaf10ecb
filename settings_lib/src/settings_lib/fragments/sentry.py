"""Error reporting to Sentry, where there is a DSN."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.parsing import RATE, url
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings_lib.app import App
    from settings_lib.values import Values

GROUP = Group(
    title="Sentry",
    variables=(
        Var(
            name="SENTRY_DSN",
            type=url("http", "https"),
            secret=True,
            aliases=("RAVEN_DSN",),
            help="Where errors are reported. Needs the package sentry-sdk.",
        ),
        Var(name="SENTRY_ENVIRONMENT", help="The environment's name in Sentry."),
        Var(
            name="SENTRY_TRACES_SAMPLE_RATE",
            type=RATE,
            default=0.0,
            help="The share of requests that is traced.",
        ),
    ),
)


def _sentry_installed(values: Values, app: App) -> Iterator[Problem]:
    if values["SENTRY_DSN"] and find_spec("sentry_sdk") is None:
        yield Problem(
            name="SENTRY_DSN",
            wrong="is set, but the package sentry-sdk is not installed",
            right="Add sentry-sdk to the app's requirements, or unset the variable.",
        )


def settings(values: Values, app: App) -> dict[str, Any]:
    """Nothing: `start` does it."""
    return {}


def start(values: Values) -> None:
    """Start Sentry's SDK if the environment has a DSN; the check saw it installed.

    Args:
        values: The parsed values by name.
    """
    if not values["SENTRY_DSN"]:
        return
    import sentry_sdk  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415 - optional

    sentry_sdk.init(
        dsn=values["SENTRY_DSN"],
        environment=values["SENTRY_ENVIRONMENT"],
        traces_sample_rate=values["SENTRY_TRACES_SAMPLE_RATE"],
        send_default_pii=False,
    )


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(Check(names=("SENTRY_DSN",), find=_sentry_installed),),
    stand_ins={"SENTRY_DSN": None},
)
