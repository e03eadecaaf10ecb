"""Error reporting to Sentry, where there is a DSN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def start(values: Mapping[str, Any]) -> None:
    """Start Sentry's SDK if the environment has a DSN; `settings_lib.checks` saw it installed.

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
