"""Twelve-factor settings for Django from one schema of variables."""

from settings_lib.configuring import configure
from settings_lib.errors import ConfigurationError
from settings_lib.parsing import BOOL, DURATION, FLOAT, INT, LIST, PORT, RATE, STR, choice, url
from settings_lib.variables import Var, When

__version__ = "0.1.0.dev0"

__all__ = [
    "BOOL",
    "DURATION",
    "FLOAT",
    "INT",
    "LIST",
    "PORT",
    "RATE",
    "STR",
    "ConfigurationError",
    "Var",
    "When",
    "__version__",
    "choice",
    "configure",
    "url",
]
