"""Hosts, cookies, TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """The security settings.

    HSTS starts at 0 and no proxy header is trusted until the environment says so: both depend on
    what stands before the container, and a wrong guess locks visitors out or lets them lie.

    Args:
        values: The parsed values by name.

    Returns:
        Django settings.
    """
    secure = not values["DEBUG"]
    cookies = {
        name: secure if values[name] is None else values[name]
        for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    }
    plain = {
        name: values[name]
        for name in (
            "SECRET_KEY",
            "DEBUG",
            "SECURE_PROXY_SSL_HEADER",
            "SECURE_SSL_REDIRECT",
            "SECURE_HSTS_SECONDS",
            "SECURE_HSTS_INCLUDE_SUBDOMAINS",
            "SECURE_HSTS_PRELOAD",
        )
    }
    lists = {
        name: list(values[name])
        for name in ("SECRET_KEY_FALLBACKS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS")
    }
    return plain | lists | cookies
