"""Twelve-factor settings for Django from one schema of variables."""

from settings_lib.configuring import common, configure
from settings_lib.errors import ConfigurationError, DeclarationError
from settings_lib.schema import SCHEMA
from settings_lib.types.parsing import (
    BOOL,
    DURATION,
    FLOAT,
    INT,
    JSON,
    LIST,
    PATH,
    PORT,
    RATE,
    SIZE,
    STR,
    choice,
    list_of,
    url,
)
from settings_lib.variables import Group, Var, When

__version__ = "0.1.0.dev0"

__all__ = [
    "BOOL",
    "DURATION",
    "FLOAT",
    "INT",
    "JSON",
    "LIST",
    "PATH",
    "PORT",
    "RATE",
    "SCHEMA",
    "SIZE",
    "STR",
    "ConfigurationError",
    "DeclarationError",
    "Group",
    "Var",
    "When",
    "__version__",
    "choice",
    "common",
    "configure",
    "list_of",
    "url",
]
