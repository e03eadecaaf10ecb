"""TLS, cookies and headers. Its modules ``hsts`` and ``csp`` have variables of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.fragments.security.silences import Silence, silenced
from settings_lib.fragments.storages import SECURITY, WHITENOISE
from settings_lib.types.parsing import BOOL, HEADER, ORIGINS, choice, list_of
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Sequence

    from settings_lib.app import App
    from settings_lib.fragments.security.silences import Predicate
    from settings_lib.values import Values

REFERRER_POLICIES = (
    "same-origin", "no-referrer", "strict-origin", "strict-origin-when-cross-origin", "origin",
    "origin-when-cross-origin", "no-referrer-when-downgrade", "unsafe-url",
)  # fmt: skip
"""The tokens of https://www.w3.org/TR/referrer-policy/."""

GROUP = Group(
    title="Security",
    variables=(
        Var(
            name="CSRF_TRUSTED_ORIGINS",
            type=ORIGINS,
            default=(),
            aliases=("DJANGO_CSRF_TRUSTED_ORIGINS",),
            help="Origins whose forms are trusted, with their scheme.",
            example="https://antisocial.example.org",
        ),
        Var(
            name="SECURE_PROXY_SSL_HEADER",
            type=HEADER,
            aliases=("DJANGO_SECURE_PROXY_SSL_HEADER",),
            help=(
                "The header by which a proxy says that a request came over TLS. Set it only where "
                "a proxy overwrites that header: anybody can send it. Redirects and HSTS begin "
                "with it."
            ),
            example="HTTP_X_FORWARDED_PROTO,https",
        ),
        Var(
            name="SECURE_SSL_REDIRECT",
            type=BOOL,
            aliases=("DJANGO_SECURE_SSL_REDIRECT",),
            help="Redirect http to https. The health end points are never redirected.",
            default_text="true where SECURE_PROXY_SSL_HEADER is set, unless DEBUG; else false",
        ),
        Var(
            name="USE_X_FORWARDED_HOST",
            type=BOOL,
            default=False,
            aliases=("DJANGO_USE_X_FORWARDED_HOST",),
            help="Take the host from X-Forwarded-Host, where a proxy changes Host and sets that.",
        ),
        Var(
            name="USE_X_FORWARDED_PORT",
            type=BOOL,
            default=False,
            aliases=("DJANGO_USE_X_FORWARDED_PORT",),
            help="Take the port from X-Forwarded-Port, where a proxy sets that.",
        ),
        Var(
            name="SESSION_COOKIE_SECURE",
            type=BOOL,
            aliases=("DJANGO_SESSION_COOKIE_SECURE",),
            help="Send the session cookie over https only.",
            default_text="true unless DEBUG",
        ),
        Var(
            name="CSRF_COOKIE_SECURE",
            type=BOOL,
            aliases=("DJANGO_CSRF_COOKIE_SECURE",),
            help="Send the CSRF cookie over https only. Forms over plain http need false.",
            default_text="true unless DEBUG",
        ),
        Var(
            name="SECURE_CONTENT_TYPE_NOSNIFF",
            type=BOOL,
            default=True,
            aliases=("DJANGO_SECURE_CONTENT_TYPE_NOSNIFF",),
            help="Send X-Content-Type-Options: nosniff, so that browsers guess no types.",
        ),
        Var(
            name="SECURE_REFERRER_POLICY",
            type=list_of(choice(*REFERRER_POLICIES)),
            default=("same-origin",),
            aliases=("DJANGO_SECURE_REFERRER_POLICY",),
            help="How much of its address a page tells the next; the last that a browser knows.",
            example="strict-origin-when-cross-origin",
        ),
        Var(
            name="SECURE_CROSS_ORIGIN_OPENER_POLICY",
            type=choice("same-origin", "same-origin-allow-popups", "unsafe-none"),
            default="same-origin",
            aliases=("DJANGO_SECURE_CROSS_ORIGIN_OPENER_POLICY",),
            help="Which windows may have a hold on one another.",
        ),
        Var(
            name="X_FRAME_OPTIONS",
            type=choice("DENY", "SAMEORIGIN"),
            default="DENY",
            aliases=("DJANGO_X_FRAME_OPTIONS",),
            help="Who may show the app's pages in a frame: nobody, or the app itself.",
        ),
    ),
)

FRAMES = "django.middleware.clickjacking.XFrameOptionsMiddleware"

NO_TLS = "`SECURE_PROXY_SSL_HEADER` is not set"
"""When the app never learns that a request came over TLS, for the lists of silences."""


def _off(name: str) -> Predicate:
    """Whether the environment says false."""
    return lambda values, _app, settings: values.given(name) and not settings[name]


SILENCES = (
    Silence(
        ids=("security.W008",),
        when=NO_TLS,
        reason="Every request looks like http to the app, so a redirect would lead to itself. The "
        "proxy redirects.",
        holds=lambda _values, _app, settings: (
            not settings["SECURE_PROXY_SSL_HEADER"] and not settings["SECURE_SSL_REDIRECT"]
        ),
    ),
    Silence(
        ids=("security.W008",),
        when="the environment has `SECURE_SSL_REDIRECT=false`",
        reason="The operator has decided: the proxy redirects, or plain http is meant.",
        holds=_off("SECURE_SSL_REDIRECT"),
    ),
    Silence(
        ids=("security.W010", "security.W011", "security.W012"),
        when="the environment has `SESSION_COOKIE_SECURE=false`",
        reason="The operator has decided: the app is used over plain http.",
        holds=_off("SESSION_COOKIE_SECURE"),
    ),
    Silence(
        ids=("security.W016",),
        when="the environment has `CSRF_COOKIE_SECURE=false`",
        reason="The operator has decided: the app is used over plain http.",
        holds=_off("CSRF_COOKIE_SECURE"),
    ),
    Silence(
        ids=("security.W006",),
        when="the environment has `SECURE_CONTENT_TYPE_NOSNIFF=false`",
        reason="The operator has decided: the proxy sends the header.",
        holds=_off("SECURE_CONTENT_TYPE_NOSNIFF"),
    ),
    Silence(
        ids=("security.W019",),
        when="the environment has `X_FRAME_OPTIONS=SAMEORIGIN`",
        reason="The operator has decided: the app shows its own pages in frames.",
        holds=lambda values, _app, settings: (
            values.given("X_FRAME_OPTIONS") and settings["X_FRAME_OPTIONS"] != "DENY"
        ),
    ),
)


def learns_of_tls(values: Values, app: App) -> bool:
    """Whether the app is told that a request came over TLS, and is in production."""
    return bool(values.setting("SECURE_PROXY_SSL_HEADER", app)) and not values["DEBUG"]


def settings(values: Values, app: App) -> dict[str, Any]:
    """The security settings.

    No header of a proxy is trusted until the environment or the project says so: anybody could
    send it where none stands before the container. The one that says so starts the redirect.

    ``SecurityMiddleware`` is put first where it is missing, since most of these settings do nothing
    without it, and the one for frames where the environment has X_FRAME_OPTIONS. A project without
    it that was not asked may be meant to be shown in frames, and is left so.

    Args:
        values: The parsed values by name.
        app: The app.

    Returns:
        Django settings by name.
    """
    names = {var.name for var in GROUP.variables}
    result = {name: values.setting(name, app) for name in sorted(names)}
    result["CSRF_TRUSTED_ORIGINS"] = list(result["CSRF_TRUSTED_ORIGINS"] or ())
    if result["SECURE_SSL_REDIRECT"] is None:
        result["SECURE_SSL_REDIRECT"] = learns_of_tls(values, app)
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        if result[name] is None:
            result[name] = not values["DEBUG"]
    if isinstance(result["X_FRAME_OPTIONS"], str):
        result["X_FRAME_OPTIONS"] = result["X_FRAME_OPTIONS"].upper()
    middleware = list(app.project.get("MIDDLEWARE") or ())
    if SECURITY not in middleware:
        middleware.insert(0, SECURITY)
    if values.given("X_FRAME_OPTIONS"):
        middleware = behind_static_files(FRAMES, middleware)
    result["MIDDLEWARE"] = middleware
    result["SILENCED_SYSTEM_CHECKS"] = silenced(SILENCES, values, app, result)
    return result


def behind_static_files(name: str, middleware: Sequence[str]) -> list[str]:
    """The middleware with one more, if it lacks it: before all that makes pages.

    Args:
        name: The one.
        middleware: The setting ``MIDDLEWARE``; it is not changed.

    Returns:
        A new list.
    """
    result = list(middleware)
    if name not in result:
        place = max(
            (result.index(each) + 1 for each in (SECURITY, WHITENOISE) if each in result), default=0
        )
        result.insert(place, name)
    return result


FRAGMENT = Fragment(group=GROUP, settings=settings)
