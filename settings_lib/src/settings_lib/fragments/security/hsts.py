"""HSTS in grades: how long, and for which names, a browser insists on https."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.fragments.security import NO_TLS, learns_of_tls
from settings_lib.fragments.security.silences import Silence, silenced
from settings_lib.types.parsing import BOOL, DURATION, choice
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settings_lib.app import App
    from settings_lib.fragments.security.silences import Predicate
    from settings_lib.values import Values

YEAR = 31_536_000
"""Seconds. The least that https://hstspreload.org takes, with includeSubDomains and preload."""

GRADES = {
    "off": (0, False, False),
    "hour": (3_600, False, False),
    "month": (2_592_000, False, False),
    "year": (YEAR, False, False),
    "subdomains": (YEAR, True, False),
    "preload": (2 * YEAR, True, True),
}
"""Each grade's seconds, whether for subdomains too, and whether for browsers' lists."""

SECONDS = "SECURE_HSTS_SECONDS"
SUBDOMAINS = "SECURE_HSTS_INCLUDE_SUBDOMAINS"
PRELOAD = "SECURE_HSTS_PRELOAD"
PARTS = (SECONDS, SUBDOMAINS, PRELOAD)

GROUP = Group(
    title="HSTS",
    variables=(
        Var(
            name="SECURE_HSTS",
            type=choice(*GRADES),
            help=(
                "How firmly browsers insist on https: for an hour, 30 days, a year, a year with "
                "every subdomain, or two years and in browsers' own lists. Begin with hour: a "
                "browser cannot be told otherwise over http."
            ),
            example="hour",
            default_text=("hour where SECURE_PROXY_SSL_HEADER is set, unless DEBUG; else off"),
        ),
        Var(
            name=SECONDS,
            type=DURATION,
            aliases=(f"DJANGO_{SECONDS}",),
            help="How long, in seconds, where SECURE_HSTS is not set.",
            default_text="the default grade's",
        ),
        Var(
            name=SUBDOMAINS,
            type=BOOL,
            aliases=(f"DJANGO_{SUBDOMAINS}",),
            help="For every subdomain too, where SECURE_HSTS is not set.",
            default_text="false",
        ),
        Var(
            name=PRELOAD,
            type=BOOL,
            aliases=(f"DJANGO_{PRELOAD}",),
            help=(
                "Let browsers' lists have the domain, where SECURE_HSTS is not set. Needs a year "
                "and subdomains."
            ),
            default_text="false",
        ),
    ),
)


def _decided(values: Values, app: App) -> bool:
    """Whether the environment or this library says how long, and not the project."""
    return bool(values["SECURE_HSTS"]) or values.given(*PARTS) or SECONDS not in app.project


def _left_out(name: str) -> Predicate:
    return lambda values, app, settings: (
        bool(settings[SECONDS]) and not settings[name] and _decided(values, app)
    )


SILENCES = (
    Silence(
        ids=("security.W004",),
        when=NO_TLS,
        reason="HSTS is sent only over TLS, of which the app never learns. The proxy sends it.",
        holds=lambda values, app, settings: (
            not values.setting("SECURE_PROXY_SSL_HEADER", app) and not settings[SECONDS]
        ),
    ),
    Silence(
        ids=("security.W004",),
        when="the environment has `SECURE_HSTS=off` or `SECURE_HSTS_SECONDS=0`",
        reason="The operator has decided: the proxy sends it, or plain http is meant.",
        holds=lambda values, _app, settings: (
            values.given("SECURE_HSTS", SECONDS) and not settings[SECONDS]
        ),
    ),
    Silence(
        ids=("security.W005",),
        when="the environment's HSTS, or the first grade, leaves subdomains out",
        reason="A grade is deliberate: one that includes subdomains comes later, once all of them "
        "have https.",
        holds=_left_out(SUBDOMAINS),
    ),
    Silence(
        ids=("security.W021",),
        when="the environment's HSTS, or the first grade, leaves preload out",
        reason="A grade is deliberate: to be in browsers' lists is hard to undo, and for a whole "
        "domain only.",
        holds=_left_out(PRELOAD),
    ),
)


def settings(values: Values, app: App) -> dict[str, Any]:
    """The three settings of HSTS.

    Args:
        values: The parsed values by name.
        app: The app.

    Returns:
        Django settings by name.
    """
    grade = _grade(values)
    result: dict[str, Any] = dict(zip(PARTS, GRADES[grade or "off"], strict=True))
    if not grade:
        first = GRADES["hour" if learns_of_tls(values, app) else "off"]
        for name, default in zip(PARTS, first, strict=True):
            value = values.setting(name, app)
            result[name] = default if value is None else value
    result["SILENCED_SYSTEM_CHECKS"] = silenced(SILENCES, values, app, result)
    return result


def _grade(values: Values) -> str | None:
    """The grade, unless it is but an app's default and the environment says it in parts."""
    if values.given(*PARTS) and not values.given("SECURE_HSTS"):
        return None
    grade: str | None = values["SECURE_HSTS"]
    return grade


def _disagreeing(values: Values) -> list[str]:
    grade: Mapping[str, Any] = dict(zip(PARTS, GRADES[values["SECURE_HSTS"]], strict=True))
    return [name for name in PARTS if values.given(name) and values[name] != grade[name]]


def _one_form(values: Values, app: App) -> Iterator[Problem]:
    if _grade(values) and (others := _disagreeing(values)):
        yield Problem(
            name="SECURE_HSTS",
            wrong=f"disagrees with {values.called(*others)}",
            right="Set SECURE_HSTS alone, or the other SECURE_HSTS_ variables alone.",
        )


def _preload_is_whole(values: Values, app: App) -> Iterator[Problem]:
    if _grade(values) or not values[PRELOAD]:
        return
    effective = settings(values, app)
    if effective[SECONDS] < YEAR or not effective[SUBDOMAINS]:
        yield Problem(
            name=PRELOAD,
            wrong=f"is true, and {values.called(SUBDOMAINS)} is not or "
            f"{values.called(SECONDS)} is less than a year",
            right="Browsers' lists take no such domain. Set SECURE_HSTS=preload instead of the "
            f"three, or {PRELOAD}=false.",
        )


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(
        Check(names=("SECURE_HSTS", *PARTS), find=_one_form),
        Check(
            names=("SECURE_HSTS", *PARTS, "SECURE_PROXY_SSL_HEADER", "DEBUG"),
            find=_preload_is_whole,
        ),
    ),
)
