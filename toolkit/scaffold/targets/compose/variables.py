"""The variables of an app under compose, and which file has them.

What follows from the services of the compose file is in that file; what a person fills in, and what
may differ from machine to machine, is in `.env`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.manifest.defaults import CELERY
from toolkit.scaffold.targets.base import variables

if TYPE_CHECKING:
    from toolkit.manifest import Manifest

#: The name of the database's password, which the compose file gives to both sides.
PASSWORD = "POSTGRES_PASSWORD"  # noqa: S105 - the variable's name

_PASSWORD = f"${{{PASSWORD}:?fill in .env}}"

#: The databases of Redis, by the names of the variables that lead there; the usual one first.
_REDIS = {
    ("CELERY_BROKER_URL", "BROKER_URL"): "redis://redis:6379/0",
    ("CACHE_URL", "REDIS_URL"): "redis://redis:6379/1",
}

#: What makes plain http on localhost work; a proxy with TLS needs the opposite.
_HTTP = {"SESSION_COOKIE_SECURE": "false", "CSRF_COOKIE_SECURE": "false"}

LOCALHOST = "localhost,127.0.0.1"


def addresses(manifest: Manifest) -> dict[str, str]:
    """The variables by which the app finds the services, in the compose file's own form.

    A manifest that names older variables, such as DB_HOST, gets those. What it gives a value by
    itself, it keeps.

    Args:
        manifest: The app's.
    """
    named, clear = set(manifest.env.secret), set(manifest.env.clear)
    found: dict[str, str] = {}
    if manifest.compose.postgres:
        parts = _database(manifest.name)
        url = f"postgres://{manifest.name}:{_PASSWORD}@postgres:5432/{manifest.name}"
        older = {name: value for name, value in parts.items() if name in named}
        found |= older if older and "DATABASE_URL" not in named else {"DATABASE_URL": url}
    if manifest.compose.redis:
        # Without Celery the app may have no client of Redis.
        celery = any(role in CELERY for role in manifest.roles)
        for names, url in _REDIS.items():
            asked = [name for name in names if name in named]
            found |= dict.fromkeys(asked or names[: int(celery)], url)
    return {name: value for name, value in found.items() if name not in clear}


def _database(name: str) -> dict[str, str]:
    return {
        "DB_HOST": "postgres",
        "DB_PORT": "5432",
        "DB_NAME": name,
        "DB_USER": name,
        "DB_PASSWORD": _PASSWORD,
    }


def secret(manifest: Manifest) -> tuple[str, ...]:
    """The names of the variables that a person gives a value."""
    known = addresses(manifest)
    names = [name for name in manifest.env.secret if name not in known]
    if manifest.compose.postgres and PASSWORD not in (*names, *manifest.env.clear):
        names.append(PASSWORD)
    return tuple(names)


def local(manifest: Manifest) -> dict[str, str]:
    """The variables by which the app answers at http://localhost, unless the manifest has them."""
    domains = variables(manifest).get("ALLOWED_HOSTS")
    made = {"ALLOWED_HOSTS": f"{LOCALHOST},{domains}" if domains else LOCALHOST, **_HTTP}
    said = {*manifest.env.clear, *manifest.env.secret}
    return {name: value for name, value in made.items() if name not in said}


def clear(manifest: Manifest) -> dict[str, str]:
    """The variables that the manifest gives a value."""
    return dict(manifest.env.clear)
