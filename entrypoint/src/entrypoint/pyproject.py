"""The table `[tool.entrypoint]` of an app's pyproject.toml."""

from __future__ import annotations

import glob
import os
import sys

from entrypoint.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Its keys.
KEYS = ("test", "verbs")


def table(folder: str) -> dict[str, Any]:
    """Return the table in a folder's pyproject.toml; empty where there is none.

    Raises:
        ConfigurationError: the file or the table is malformed, or a key is unknown.
    """
    path = os.path.join(folder, "pyproject.toml")
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return {}
    if b"tool.entrypoint" not in content:
        return {}
    toml = _parser()
    try:
        found = toml.loads(content.decode()).get("tool", {}).get("entrypoint", {})
    except ValueError as error:
        raise ConfigurationError(f"{path} is malformed: {error}.") from None
    unknown = [key for key in found if key not in KEYS] if isinstance(found, dict) else ["…"]
    if unknown:
        raise ConfigurationError(
            f"{path}: [tool.entrypoint] has no {', '.join(map(repr, unknown))}.",
            f"It knows: {', '.join(KEYS)}.",
        )
    return dict(found)


def _parser() -> Any:  # noqa: ANN401 - one of three modules with the same interface
    """Return a TOML parser: Python's own since 3.11, tomli, or the one inside Debian's pip."""
    try:
        import tomllib
    except ImportError:
        pass
    else:
        return tomllib
    wheels = sorted(glob.glob("/usr/share/python-wheels/pip-*.whl"))
    if wheels:
        sys.path.append(wheels[-1])
    for name in ("tomli", "pip._vendor.tomli"):
        try:
            return __import__(name, fromlist=["loads"])
        except ImportError:
            continue
    raise ConfigurationError(
        f"Python {sys.version_info[0]}.{sys.version_info[1]} has no parser for pyproject.toml.",
        "Add tomli to the requirements, or do without [tool.entrypoint].",
    )
