"""`configure` and `common`: from the environment to a settings module's names."""

from __future__ import annotations

import os
import sys
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import django  # type: ignore[import-untyped]
from django.conf import global_settings  # type: ignore[import-untyped]

from settings_lib.app import App
from settings_lib.callers import caller as called_by
from settings_lib.configured import NAME, Configured
from settings_lib.declaring import check_overrides, items
from settings_lib.errors import ConfigurationError, DeclarationError, WrongSettings
from settings_lib.fragments import FRAGMENTS, mail, sentry
from settings_lib.fragments.celery import environment as celery_environment
from settings_lib.fragments.celery.project import has_namespace
from settings_lib.fragments.database import sqlite
from settings_lib.reading import read
from settings_lib.schema import SCHEMA, groups_for, own_variables, variables_of
from settings_lib.types.installed import source_of
from settings_lib.types.parsing import Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from settings_lib.errors import Problem
    from settings_lib.values import Values
    from settings_lib.variables import Group, Var


def configure(
    namespace: dict[str, Any],
    *,
    app: str,
    extra: Iterable[Var | Group] = (),
    require: Iterable[str] = (),
    databases: Iterable[str] = (),
    celery: bool | None = None,
    environ: Mapping[str, str] | None = None,
    **overrides: Any,  # noqa: ANN401 - Django settings, of any type
) -> None:
    """Set what the environment decides in a settings module.

    What the module has already stays where the environment says nothing of it; `settings_for` has
    the exceptions. Lists and dictionaries that it imported from a shared module are copied, so that
    changing them afterwards changes nobody else's. A SQLite file that is not there is created
    writable for the group (`settings_lib.fragments.database.sqlite`), and Sentry is started. Two
    names are left behind that are no settings of Django's: SECRET_VARIABLES, which of the
    environment's are secret, and SETTINGS_LIB, a `settings_lib.configured.Configured`.

    Wrong settings end the process: one message on stderr, exit code 78 (3 in a gunicorn worker).
    An exception would not do. ``manage.py`` swallows ``ImproperlyConfigured`` here and goes on,
    Celery prints any ``Exception`` as a usage error with a traceback and exit code 2, and gunicorn
    prints a traceback. All three let ``SystemExit`` through.

    Args:
        namespace: The settings module's ``globals()``.
        app: The app's name.
        extra: The app's own variables; each becomes a setting of the same name. One with the name
            of a common variable takes its place: ``SCHEMA["DB_HOST"].with_aliases("PGHOST")``.
        require: Names of optional variables that this app cannot do without.
        databases: The aliases of further databases: ``replica`` is in ``REPLICA_DATABASE_URL``.
        celery: Whether the app has a Celery app and so needs a broker; by default whether it has a
            module ``celery``.
        environ: The environment; by default this process's.
        overrides: Settings that win over all others.

    Raises:
        WrongSettings: The environment is wrong; it is a SystemExit, and the module has what it had.
        DeclarationError: A declaration is wrong, or a keyword is neither a parameter nor a setting:
            the developer's mistake, seen when the image is built, so it has its traceback.
    """
    _check_keywords(overrides)
    databases = items(databases, "databases", '"replica"')
    groups = groups_for(extra=extra, require=require, databases=databases)
    is_ours = environ is None
    environ = celery_environment.as_given(os.environ) if environ is None else environ
    defaults = _new_defaults(variables_of(groups))
    celery_module = source_of(f"{app}.celery")
    this = App(
        name=app,
        project=defaults | _settings_in(namespace) | overrides,
        django=django.VERSION,
        celery=celery_module is not None if celery is None else celery,
        databases=databases,
        overrides=frozenset(overrides),
        namespace=has_namespace(celery_module),
    )
    configured = Configured(app=this, groups=groups, environ=environ)
    try:
        values = read(configured.variables, environ, this)
    except ConfigurationError as error:
        _end(error.problems, configured)
    changes = settings_for(values, this)
    changes |= {
        var.name: _own(values[var.name])
        for var in own_variables(groups, databases)
        if values.given(var.name) or var.name not in this.project
    }
    for name, value in defaults.items():
        namespace.setdefault(name, value)
    changes = mail.overridden(changes, _copied(overrides))
    for name in mail.superseded(changes):
        namespace.pop(name, None)
    for name, value in namespace.items():
        if name.isupper():
            namespace[name] = _copied(value)
    # `entrypoint build` keeps it, so that `explain` knows what to hide before it has settings.
    namespace["SECRET_VARIABLES"] = configured.secrets
    namespace[NAME] = replace(configured, values=values)
    namespace.update(changes)
    if is_ours:
        celery_environment.agree(values, overrides, os.environ)
    for entry in namespace["DATABASES"].values():
        sqlite.create_shared_file(entry)
    sentry.start(values, configured.secrets)


def common(
    *,
    app: str = "",
    project: str = "",
    base: str | Path = "",
    **options: Any,  # noqa: ANN401 - Django settings, of any type
) -> dict[str, Any]:
    """Return what `configure` would set, for ``locals().update(common(app=…, base=…, …))``.

    It is called from a settings module, and looks at what that module has as `configure` does.

    Args:
        app: The app's name.
        project: Another word for ``app``.
        base: The folder of the app's package; the project's root is above it.
        options: Upper-case names are settings that count as the module's own. The others are
            `configure`'s parameters.

    Returns:
        Django settings by name, in upper case all of them: the module's, with what `configure`
        changes. No list or dictionary in it is the module's, or in what another call returned.

    Raises:
        WrongSettings: As `configure`.
        DeclarationError: As `configure`.
    """
    if bool(app) == bool(project):
        raise DeclarationError('common() needs the app\'s name: common(app="antisocial", …).')
    caller = sys._getframe(1).f_globals  # noqa: SLF001 - as collections.namedtuple does
    given = {name: value for name, value in options.items() if name.isupper()}
    namespace = _settings_in(caller) | given
    if base:
        namespace.setdefault("BASE_DIR", Path(base).resolve().parent)
    rest = {name: value for name, value in options.items() if name not in given}
    configure(namespace, app=app or project, **rest)
    for name in mail.superseded(namespace):
        caller.pop(name, None)
    return namespace


def settings_for(values: Values, app: App) -> dict[str, Any]:
    """The settings that an environment makes of a project's; a pure function.

    Args:
        values: The parsed values.
        app: The app.

    Returns:
        Django settings by name.
    """
    result: dict[str, Any] = {}
    project = dict(app.project)
    for fragment in FRAGMENTS:
        changes = fragment.settings(values, replace(app, project=project))
        result |= changes
        project |= changes
    return {
        name: tuple(value) if (list, tuple) == (type(value), type(app.project.get(name))) else value
        for name, value in _copied(result).items()
    }


def _settings_in(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a module, without what it imported from here to declare variables."""
    return {
        name: value
        for name, value in namespace.items()
        if name.isupper() and not isinstance(value, Type) and value is not SCHEMA
    }


def _new_defaults(variables: Iterable[Var]) -> dict[str, Any]:
    """The defaults that an app has changed, of variables that are settings: as its module's."""
    return {
        var.name: var.default
        for var in variables
        if var.name in SCHEMA
        and var.default != SCHEMA[var.name].default
        and (hasattr(global_settings, var.name) or var.name.startswith("CELERY_"))
    }


def _own(value: Any) -> Any:  # noqa: ANN401 - a setting of any type
    """The value of an app's own variable: Django's settings are lists, which a module adds to."""
    return _copied(list(value) if type(value) is tuple else value)


def _check_keywords(overrides: Iterable[str]) -> None:
    parameters = ("app", "extra", "require", "databases", "celery", "environ")
    check_overrides(overrides, parameters)


def _end(problems: Iterable[Problem], configured: Configured) -> NoReturn:
    """End the process, with one message on standard error unless our own program asks."""
    from settings_lib.suspicions import suspicions  # noqa: PLC0415 - hardly ever needed
    from settings_lib.terminal import tell  # noqa: PLC0415 - as above

    problems = tuple(problems)
    warnings = suspicions(configured, problems)
    wrong = WrongSettings(problems, warnings=warnings, configured=configured)
    if not called_by("settings_lib.command.loading", "load"):
        tell(wrong.message)
    raise wrong from None


def _copied(value: Any) -> Any:  # noqa: ANN401 - a setting of any type
    """A setting whose lists, dictionaries and sets nobody else has; other objects stay."""
    if type(value) in {dict, OrderedDict}:
        return type(value)((key, _copied(each)) for key, each in value.items())
    if type(value) in {list, tuple}:
        return type(value)(_copied(each) for each in value)
    return set(value) if type(value) is set else value
