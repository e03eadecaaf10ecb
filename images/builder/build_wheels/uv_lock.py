"""Sees whether a ``uv.lock`` knows what its project requires, without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from build_wheels.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def check(pyproject: Mapping[str, Any], lock: Mapping[str, Any]) -> None:
    """Refuse a lock file that is older than the project's list of dependencies.

    Only the names count: what versions a requirement allows is uv's to judge (``uv lock --check``),
    and needs the index. A name that is missing would be an ImportError in the running app.

    Args:
        pyproject: the project's ``pyproject.toml``.
        lock: its ``uv.lock``.

    Raises:
        InputError: the project requires something that the lock file has not heard of.
    """
    project = pyproject.get("project", {})
    locked = {str(package.get("name")) for package in lock.get("package", [])}
    asked = {
        str(requirement.get("name"))
        for package in lock.get("package", [])
        for requirement in package.get("metadata", {}).get("requires-dist", [])
    }
    missing = sorted(_names(project.get("dependencies", [])) - locked - asked)
    if missing:
        raise InputError(
            f"uv.lock is older than pyproject.toml: it does not know {', '.join(missing)}",
            then="uv lock",
        )


def _names(requirements: Iterable[str]) -> set[str]:
    try:
        return {str(canonicalize_name(Requirement(text).name)) for text in requirements}
    except InvalidRequirement as error:
        raise InputError(
            "pyproject.toml has a dependency that is none", why=str(error), then="correct it"
        ) from None
