"""The static table: the verbs, roles and hooks that an app and its packages add.

`entrypoint build` resolves them once (entrypoint.declarations) and writes them down with what they
were resolved from, so that a container neither parses TOML nor looks through packages. Where the
table is missing or something has changed since, they are resolved anew, which takes longer, with a
warning.
"""

from __future__ import annotations

import marshal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from entrypoint.project import Project

#: Where the base image has a folder for it. Not in /app: a developer mounts other code there.
PATH = "/usr/share/django-container/verbs"

#: The group of entry points by which packages add verbs.
GROUP = "django_container.verbs"

#: The table's own form; a table of another one is missing.
FORM = 1


class Table:
    """What apps add.

    Args:
        verbs: by name, each verb as `entrypoint.declarations` normalises it.
        hooks: by verb, the hooks `before` and `after` it.
        secrets: names of variables that hold secrets, by the app's own schema.
    """

    __slots__ = ("hooks", "secrets", "verbs")

    def __init__(
        self,
        verbs: dict[str, Any] | None = None,
        hooks: dict[str, Any] | None = None,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self.verbs = verbs or {}
        self.hooks = hooks or {}
        self.secrets = secrets


def load(project: Project, path: str = PATH) -> Table:
    """Return the table of an app: the static one, or where that will not do, a new one.

    Raises:
        ConfigurationError: it is resolved anew, and something in it is wrong.
    """
    try:
        with open(path, "rb") as file:
            form, sources, verbs, hooks, secrets = marshal.load(file)  # noqa: S302 - root's file
    except (OSError, EOFError, ValueError, TypeError):
        form, sources = 0, None
    now = inputs(project.root)
    if form == FORM and sources == now:
        return Table(verbs, hooks, secrets)
    if not now[0] and not now[1]:
        return Table()  # nothing here adds anything
    why = "is stale" if sources else "is not there"
    print(
        f"entrypoint: warning: the table of this image's verbs {why}, and was made anew. "
        "`RUN entrypoint build` in the Dockerfile makes it once.",
        file=sys.stderr,
    )
    from entrypoint import declarations

    return declarations.resolve(project)


def save(project: Project, table: Table, path: str = PATH) -> None:
    """Write the static table."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        content = (FORM, inputs(project.root), table.verbs, table.hooks, tuple(table.secrets))
        marshal.dump(content, file)


def inputs(root: str) -> tuple[bytes, tuple[str, ...]]:
    """Return what a table is resolved from.

    Returns:
        pyproject.toml, where it has a table of ours, and the folders of the packages that declare
        entry points of ours.
    """
    try:
        with open(os.path.join(root, "pyproject.toml"), "rb") as file:
            pyproject = file.read()
    except OSError:
        pyproject = b""
    if b"tool.entrypoint" not in pyproject:
        pyproject = b""
    return pyproject, _packages()


def _packages() -> tuple[str, ...]:
    """Return the metadata folders of the packages with entry points of ours, as `name-version`."""
    site = os.path.join(
        sys.prefix, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}", "site-packages"
    )
    try:
        names = os.listdir(site)
    except OSError:
        return ()
    found = []
    for name in names:
        if name.endswith(".dist-info"):
            try:
                with open(os.path.join(site, name, "entry_points.txt"), "rb") as file:
                    if GROUP.encode() in file.read():
                        found.append(name)
            except OSError:
                continue
    return tuple(sorted(found))
