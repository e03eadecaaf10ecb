"""Finds and loads an app's settings module, to ask what it has declared."""

from __future__ import annotations

import importlib
import os
import re
import traceback
from importlib.util import find_spec
from typing import TYPE_CHECKING

from settings_lib.app import App
from settings_lib.configured import NAME, Configured
from settings_lib.errors import WrongSettings
from settings_lib.schema import GROUPS

if TYPE_CHECKING:
    from collections.abc import Mapping


_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,}")


class NoSettingsError(Exception):
    """The settings module is not there, or has no use for this library."""


def module_named(environ: Mapping[str, str]) -> str:
    """The settings module that an environment names, by the rule that images have.

    Returns:
        ``DJANGO_SETTINGS_MODULE``, else ``$APP.$SETTINGS``, else ``$APP.settings_docker``; empty
        where nothing names one.
    """
    if environ.get("DJANGO_SETTINGS_MODULE"):
        return environ["DJANGO_SETTINGS_MODULE"]
    if environ.get("APP"):
        return f"{environ['APP']}.{environ.get('SETTINGS') or 'settings_docker'}"
    return ""


def common(environ: Mapping[str, str]) -> Configured:
    """What every app has, with no settings module.

    Args:
        environ: The environment to read it from, where it is read.
    """
    return Configured(app=App(name="APP"), groups=GROUPS, environ=environ)


def declared(module: str) -> Configured:
    """What a settings module declares. It is loaded in build mode, so that it needs no secret.

    Raises:
        NoSettingsError: It is not there, cannot be loaded, or does not call `configure`.
    """
    os.environ["BUILD"] = "1"
    try:
        return load(module)
    except WrongSettings as wrong:
        return wrong.configured


def load(module: str) -> Configured:
    """Load a settings module, and return what it has declared and read.

    `configure` sees this function on the stack, and is silent.

    Raises:
        WrongSettings: The environment is wrong.
        NoSettingsError: As `declared`.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = module
    if not _is_there(module):
        raise NoSettingsError(f"there is no module {module}")
    try:
        loaded = importlib.import_module(module)
    except WrongSettings:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the app's
        raise NoSettingsError(f"{module} cannot be loaded: {_described(error)}") from None
    configured = getattr(loaded, NAME, None)
    if not isinstance(configured, Configured):
        raise NoSettingsError(f"{module} does not call settings_lib.configure")
    return configured


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # a package above it is not there
        return False


def _described(error: BaseException) -> str:
    """An exception by its kind and place. Its text may quote a value, so only names are shown."""
    kind = type(error).__name__
    name = ""
    if isinstance(error, ModuleNotFoundError):
        name = f" {error.name}"
    elif isinstance(error, KeyError) and error.args and _VARIABLE.fullmatch(str(error.args[0])):
        name = f" {error.args[0]}"
    frames = traceback.extract_tb(error.__traceback__)
    inner = [each for each in frames if "importlib" not in each.filename]
    last = inner[-1] if inner else None
    if isinstance(error, SyntaxError):
        return f"{kind} ({error.filename}, line {error.lineno})"
    return f"{kind}{name}" + (f" ({last.filename}, line {last.lineno})" if last else "")
