"""The verbs that the app and its packages add: resolved once, into the static table."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from entrypoint import declarations, table
from entrypoint.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from entrypoint.project import Project


def resolve(project: Project) -> table.Table:
    """Return what is declared, and print it.

    Raises:
        ConfigurationError: something declared is wrong.
    """
    found = declarations.resolve(project)
    for name, verb in found.verbs.items():
        print(f"    {name}: {verb.help} ({verb.source})")
    for name in found.hooks:
        print(f"    hooks of {name}")
    return found


def save(
    project: Project, found: table.Table, secrets: Iterable[str], path: str = table.PATH
) -> None:
    """Write the table, dated as the rest of the layer.

    Args:
        project: the app.
        found: what is declared.
        secrets: names of variables that the app's settings call secret.
        path: where to.

    Raises:
        BuildError: it cannot be written.
    """
    found.secrets = tuple(secrets)
    try:
        table.save(project, found, path)
    except OSError as error:
        raise BuildError(
            f"{path} cannot be written: {error.strerror}.",
            "Run `entrypoint build` before `USER app`.",
        ) from None
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)
    for each in (path, os.path.dirname(path)):
        os.utime(each, (epoch, epoch))
