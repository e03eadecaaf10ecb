"""What every app has: key, debug mode, hosts, time zone, build mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Fragment
from settings_lib.types.parsing import BOOL, HOSTS, LIST, TIME_ZONE
from settings_lib.variables import Group, Var, When

if TYPE_CHECKING:
    from settings_lib.app import App
    from settings_lib.values import Values

GROUP = Group(
    title="Core",
    variables=(
        Var(
            name="SECRET_KEY",
            required=True,
            secret=True,
            aliases=("DJANGO_SECRET_KEY",),
            help=(
                "Django's key for signing, at least 50 random characters. Each app has its own. "
                "Nobody is logged out by a new one while SECRET_KEY_FALLBACKS has the former."
            ),
            example="a-long-random-string",
        ),
        Var(
            name="SECRET_KEY_FALLBACKS",
            type=LIST,
            default=(),
            secret=True,
            aliases=("DJANGO_SECRET_KEY_FALLBACKS",),
            help="Former keys, still accepted while a key is being rotated.",
            example="the-former-key",
        ),
        Var(
            name="DEBUG",
            type=BOOL,
            default=False,
            aliases=("DJANGO_DEBUG",),
            help="Django's debug mode. It shows settings to every visitor: never in production.",
        ),
        Var(
            name="ALLOWED_HOSTS",
            type=HOSTS,
            default=(),
            required=When(
                names=("DEBUG",),
                text="DEBUG is false and the settings module has none",
                holds=lambda values, app: (
                    not values["DEBUG"] and not app.project.get("ALLOWED_HOSTS")
                ),
            ),
            aliases=("DJANGO_ALLOWED_HOSTS",),
            help="The host names that the app answers to.",
            example="antisocial.example.org",
        ),
        Var(
            name="TIME_ZONE",
            type=TIME_ZONE,
            help="The time zone, by its IANA name. Where it is not set, the project's stands.",
            example="UTC",
        ),
        Var(
            name="BUILD",
            type=BOOL,
            default=False,
            help="Build mode: no variable is required and no service is used.",
        ),
        Var(
            name="IMAGE_TAG",
            help="The image's tag, which `toolkit build` sets in it. STATIC_STORAGE=s3 needs it.",
            example="build-42",
        ),
        Var(
            name="IMAGE_REVISION",
            help="The commit that the image is made of. `toolkit build` sets it in the image.",
            example="3ff66fb0c5e1d2a4b6c8e0f2a4c6e8d0b2a4c6e8",
        ),
    ),
)

LIBRARY = "settings_lib"


def settings(values: Values, app: App) -> dict[str, Any]:
    """Key, debug mode, hosts, time zone, and this library's app."""
    apps = app.project.get("INSTALLED_APPS", ())
    result = {
        "INSTALLED_APPS": [*apps, *({LIBRARY} - set(apps))],
        "SECRET_KEY": values["SECRET_KEY"],
        "SECRET_KEY_FALLBACKS": list(values.setting("SECRET_KEY_FALLBACKS", app) or ()),
        "DEBUG": values["DEBUG"],
        "ALLOWED_HOSTS": list(values.setting("ALLOWED_HOSTS", app) or ()),
    }
    if values.given("TIME_ZONE"):
        result["TIME_ZONE"] = values["TIME_ZONE"]
    return result


FRAGMENT = Fragment(group=GROUP, settings=settings, stand_ins={"SECRET_KEY_FALLBACKS": ()})
