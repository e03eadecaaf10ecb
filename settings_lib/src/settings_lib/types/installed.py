"""Whether a dotted path leads somewhere, found out without importing what it names.

A settings module cannot import an app's modules: they may want settings, which are not there yet.
"""

from __future__ import annotations

import re
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path


def source_of(module: str) -> Path | None:
    """The file of a module, or None where there is no such module.

    Of ``a.b.c`` nothing is imported, not even ``a``.

    Args:
        module: Its dotted name.
    """
    top, *rest = module.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    name = top
    for part in rest:
        if spec is None or spec.submodule_search_locations is None:
            return None
        name = f"{name}.{part}"
        spec = PathFinder.find_spec(name, list(spec.submodule_search_locations))
    if spec is None:
        return None
    return Path(spec.origin or "")


def leads_somewhere(dotted: str) -> bool:
    """Whether a module has an object of this name, as far as its source can tell.

    A name that is nowhere in the source is not there, unless the module takes all names of another
    one or makes them when asked. What is not Python source counts as right.

    Args:
        dotted: The path of an object: ``package.module.Class``.
    """
    module, _, name = dotted.rpartition(".")
    source = source_of(module)
    if source is None:
        return False
    if source.suffix != ".py":
        return True
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return True
    return bool(re.search(rf"\b{re.escape(name)}\b|import \*|def __getattr__", text))
