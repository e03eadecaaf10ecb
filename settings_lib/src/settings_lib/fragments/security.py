"""Hosts, cookies, TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.parsing import BOOL, DURATION, HEADER, ORIGINS
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from settings_lib.app import App
    from settings_lib.values import Values

GROUP = Group(
    title="Security",
    variables=(
        Var(
            name="CSRF_TRUSTED_ORIGINS",
            type=ORIGINS,
            default=(),
            help="Origins whose forms are trusted, with their scheme.",
            example="https://antisocial.example.org",
        ),
        Var(
            name="SECURE_PROXY_SSL_HEADER",
            type=HEADER,
            help=(
                "The header by which a proxy says that a request came over TLS. Set it only where "
                "a proxy overwrites that header: anybody can send it."
            ),
            example="HTTP_X_FORWARDED_PROTO,https",
        ),
        Var(
            name="SECURE_SSL_REDIRECT",
            type=BOOL,
            default=False,
            aliases=("DJANGO_SECURE_SSL_REDIRECT",),
            help="Redirect http to https. The health end points are never redirected.",
        ),
        Var(
            name="SECURE_HSTS_SECONDS",
            type=DURATION,
            default=0,
            aliases=("DJANGO_SECURE_HSTS_SECONDS",),
            help="How long browsers insist on https, in seconds. Start small: it cannot be undone.",
        ),
        Var(
            name="SECURE_HSTS_INCLUDE_SUBDOMAINS",
            type=BOOL,
            default=False,
            aliases=("DJANGO_SECURE_HSTS_INCLUDE_SUBDOMAINS",),
            help="The same for every subdomain.",
        ),
        Var(
            name="SECURE_HSTS_PRELOAD",
            type=BOOL,
            default=False,
            aliases=("DJANGO_SECURE_HSTS_PRELOAD",),
            help="Allow browsers to ship the domain in their HSTS lists.",
        ),
        Var(
            name="SESSION_COOKIE_SECURE",
            type=BOOL,
            help="Send the session cookie over https only.",
            default_text="true unless DEBUG",
        ),
        Var(
            name="CSRF_COOKIE_SECURE",
            type=BOOL,
            help="Send the CSRF cookie over https only. Forms over plain http need false.",
            default_text="true unless DEBUG",
        ),
    ),
)


def settings(values: Values, app: App) -> dict[str, Any]:
    """The security settings.

    HSTS starts at 0 and no proxy header is trusted until the environment says so: both depend on
    what stands before the container, and a wrong guess locks visitors out or lets them lie.
    """
    result = {
        name: values.setting(name, app)
        for name in (
            "SECURE_PROXY_SSL_HEADER",
            "SECURE_SSL_REDIRECT",
            "SECURE_HSTS_SECONDS",
            "SECURE_HSTS_INCLUDE_SUBDOMAINS",
            "SECURE_HSTS_PRELOAD",
            "SESSION_COOKIE_SECURE",
            "CSRF_COOKIE_SECURE",
        )
    }
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        if result[name] is None:
            result[name] = not values["DEBUG"]
    result["CSRF_TRUSTED_ORIGINS"] = list(values.setting("CSRF_TRUSTED_ORIGINS", app))
    return result


FRAGMENT = Fragment(group=GROUP, settings=settings)
