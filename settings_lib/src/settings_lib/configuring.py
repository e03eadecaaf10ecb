"""`configure`: from the environment to a settings module's names."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django  # type: ignore[import-untyped]

from settings_lib import (
    cache,
    celery,
    database,
    logs,
    mail,
    security,
    sentry,
    sqlite,
    staticfiles,
)
from settings_lib.errors import ConfigurationError, WrongSettings, exit_code
from settings_lib.reading import Values, read
from settings_lib.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from settings_lib.variables import Var

HEALTH = "settings_lib.health.HealthMiddleware"


def configure(
    namespace: dict[str, Any],
    *,
    app: str,
    extra: Iterable[Var] = (),
    require: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
    **overrides: Any,  # noqa: ANN401 - Django settings, of any type
) -> None:
    """Set what the environment decides in a settings module.

    What the module has already stays, but for what is set here: see `settings_for`. Lists that it
    imported from a shared module are copied, never appended to. A SQLite file that is not there is
    created writable for the group (`settings_lib.sqlite`), and Sentry is started.

    Wrong settings end the process: one message on stderr, exit code 78 (3 in a gunicorn worker).
    An exception would not do. ``manage.py`` swallows ``ImproperlyConfigured`` here and goes on,
    Celery prints any ``Exception`` as a usage error with a traceback and exit code 2, and gunicorn
    prints a traceback. All three let ``SystemExit`` through.

    Args:
        namespace: The settings module's ``globals()``.
        app: The app's name.
        extra: The app's own variables; each becomes a setting of the same name.
        require: Names of optional variables that this app cannot do without.
        environ: The environment; by default this process's.
        overrides: Settings that win over all others.

    Raises:
        WrongSettings: The environment is wrong; it is a SystemExit.
    """
    extra = tuple(extra)
    schema = schema_for(extra=extra, require=require)
    secrets = tuple(name for var in schema if var.secret for name in var.names)
    try:
        values = read(schema, os.environ if environ is None else environ)
    except ConfigurationError as error:
        message = error.message(app) + "\n"
        sys.stderr.write(message)
        sys.stderr.flush()
        raise WrongSettings(exit_code(), error.problems, message, secrets) from None
    own = {var.name: values[var.name] for var in extra}
    changes = settings_for(values, namespace, app=app) | own | overrides
    if "MAILERS" in changes:
        for name in mail.SUPERSEDED:
            namespace.pop(name, None)
    # `entrypoint build` keeps it, so that `explain` knows what to hide before it has settings.
    namespace["SECRET_VARIABLES"] = secrets
    namespace.update(changes)
    sqlite.create_shared_file(namespace["DATABASES"]["default"])
    sentry.start(values)


def schema_for(*, extra: Iterable[Var] = (), require: Iterable[str] = ()) -> tuple[Var, ...]:
    """Every variable of an app: the common ones, with those in ``require`` required, and its own.

    Raises:
        ValueError: A name is declared twice, or required but not declared.
    """
    required = set(require)
    variables = (*(var for group in SCHEMA for var in group.variables), *extra)
    names = [name for var in variables for name in (var.name, *var.aliases)]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"Declared twice: {', '.join(sorted(twice))}")
    unknown = required - set(names)
    if unknown:
        raise ValueError(f"Required but not declared: {', '.join(sorted(unknown))}")
    return tuple(replace(var, required=True) if var.name in required else var for var in variables)


def settings_for(values: Values, project: Mapping[str, Any], *, app: str) -> dict[str, Any]:
    """The settings that an environment makes of a project's; a pure function.

    Args:
        values: The parsed values.
        project: The settings that the project has. ``MIDDLEWARE`` gets the health end point and
            WhiteNoise; ``DATABASES``, ``CACHES`` and ``STORAGES`` keep their other entries.
        app: The app's name.

    Returns:
        Django settings by name.
    """
    result = (
        security.settings(values)
        | database.settings(values)
        | cache.settings(values, app)
        | mail.settings(values, django.VERSION)
        | celery.settings(values, project)
        | logs.settings(values)
        | staticfiles.settings(build=values["BUILD"], storages=project.get("STORAGES", {}))
    )
    for name in ("DATABASES", "CACHES"):
        result[name] = {**project.get(name, {}), **result[name]}
    middleware = staticfiles.with_whitenoise(project.get("MIDDLEWARE", ()))
    others = [name for name in middleware if name != HEALTH]
    result["MIDDLEWARE"] = [HEALTH, *others]
    if not project.get("STATIC_ROOT"):
        # What the manifest storage above cannot do without, and `entrypoint build` fills.
        result["STATIC_ROOT"] = Path(project.get("BASE_DIR") or Path.cwd()) / "staticfiles"
    result["DRAIN_FILE"] = values["DRAIN_FILE"]
    if values["TIME_ZONE"]:
        result["TIME_ZONE"] = values["TIME_ZONE"]
    return result
