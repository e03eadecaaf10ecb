"""What an app's settings module says of Celery, under the names of today or of before 4.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from settings_lib.app import App
    from settings_lib.values import Values

LIMITS = ("CELERY_TASK_TIME_LIMIT", "CELERY_TASK_SOFT_TIME_LIMIT")

OLD = {
    "CELERY_BROKER_URL": "BROKER_URL",
    "CELERY_BROKER_TRANSPORT_OPTIONS": "BROKER_TRANSPORT_OPTIONS",
    "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": "BROKER_CONNECTION_RETRY_ON_STARTUP",
    "CELERY_TASK_TIME_LIMIT": "CELERYD_TASK_TIME_LIMIT",
    "CELERY_TASK_SOFT_TIME_LIMIT": "CELERYD_TASK_SOFT_TIME_LIMIT",
    "CELERY_TASK_ACKS_LATE": "CELERY_ACKS_LATE",
    "CELERY_TASK_REJECT_ON_WORKER_LOST": "CELERY_REJECT_ON_WORKER_LOST",
    "CELERY_WORKER_PREFETCH_MULTIPLIER": "CELERYD_PREFETCH_MULTIPLIER",
    "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": "CELERYD_SOFT_SHUTDOWN_TIMEOUT",
    "CELERY_WORKER_HIJACK_ROOT_LOGGER": "CELERYD_HIJACK_ROOT_LOGGER",
    "CELERY_WORKER_POOL": "CELERYD_POOL",
}
"""Celery's names of before 4.0, which an app without a namespace reads (celery/app/defaults.py)."""


def has_namespace(source: Path | None) -> bool:
    """Whether an app's module ``celery`` reads the settings under a namespace, as its text tells.

    Args:
        source: The module's file. Where there is no such module, that counts as a yes.
    """
    if source is None:
        return True
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return True
    return "namespace" in text or "config_from_object" not in text


def own(name: str, app: App) -> Any:  # noqa: ANN401 - a setting of any type
    """The project's setting, under its name or its old one."""
    value = app.project.get(name)
    return app.project.get(OLD.get(name, "")) if value is None else value


def setting(name: str, values: Values, app: App) -> Any:  # noqa: ANN401 - as above
    """What a setting will be: the environment's, else the project's."""
    return values[name] if values.given(name) else own(name, app)


def has_own_broker(values: Values, app: App) -> bool:
    """Whether the broker is the project's."""
    name = "CELERY_BROKER_URL"
    return bool(own(name, app)) and not values.named(name)


def broker_of(values: Values, app: App) -> Any:  # noqa: ANN401 - the project's may be a list
    """The broker's URL; the project's own stands before a fallback, which may be for others."""
    name = "CELERY_BROKER_URL"
    return own(name, app) if has_own_broker(values, app) else values[name]
