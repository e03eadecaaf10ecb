"""Celery's own variables: it reads two of them by itself, before and instead of its settings.

``CELERY_BROKER_URL`` and ``CELERY_RESULT_BACKEND`` in the environment win over settings of the same
name (celery/app/utils.py), and the program ``celery`` writes what its options ``--broker`` and
``--result-backend`` say into them, or what ``BROKER_URL`` and ``RESULT_BACKEND`` say
(celery/bin/celery.py).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from settings_lib.sources import FILE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from settings_lib.values import Values

ALIASES = {"CELERY_BROKER_URL": "BROKER_URL", "CELERY_RESULT_BACKEND": "RESULT_BACKEND"}
_PROGRAM = "celery.bin.celery"
_AT_START = Path("/proc/self/environ")


def as_given(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment without what the program ``celery`` has written into it.

    Or else two names that disagree would agree in a worker, a name beside its ``_FILE`` would be
    set twice, and ``--broker`` would disagree with the environment that it is there to overrule.

    Args:
        environ: The process's environment.

    Returns:
        The same one, or a copy with the values that the process began with.
    """
    if _PROGRAM not in sys.modules:
        return environ
    began = _began_with()
    changed = {}
    for name, alias in ALIASES.items():
        names = (each + suffix for each in (name, alias) for suffix in ("", FILE_SUFFIX))
        if environ.get(name) != began.get(name) and any(map(began.get, names)):
            changed[name] = began.get(name, "")
    return {**environ, **changed} if changed else environ


def agree(
    values: Values, overrides: Mapping[str, object], environ: MutableMapping[str, str]
) -> None:
    """See to it that Celery reads from the environment what the settings say.

    Where the text there has white space around it, Celery would take it for a part of the URL. In
    build mode it would connect to a broker that nobody is to use.

    Args:
        values: The parsed values by name.
        overrides: The settings that win over the environment.
        environ: The process's environment; nothing is added to it.
    """
    for name in ALIASES:
        text = environ.get(name)
        if text and name in overrides:
            environ[name] = str(overrides[name] or "")
        elif text and values["BUILD"]:
            del environ[name]
        elif text and text.strip() == values[name]:
            environ[name] = values[name]


def _began_with() -> Mapping[str, str]:
    """The environment that this process was started with, where the kernel tells."""
    try:
        entries = _AT_START.read_bytes().split(b"\0")
    except OSError:
        return {}
    pairs = (os.fsdecode(entry).partition("=") for entry in entries)
    return {name: text for name, _, text in pairs}
