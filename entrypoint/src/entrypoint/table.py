"""The static table: the verbs, roles and hooks that an app and its packages add.

`entrypoint build` resolves them once (entrypoint.declarations) and writes them down with what they
were resolved from, so that a container neither parses TOML nor looks through packages. Where the
table is missing, or something has changed since, they are resolved anew, which takes longer, with a
warning.
"""

from __future__ import annotations

import marshal
import os
import sys

from entrypoint.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from entrypoint.project import Project
    from entrypoint.verbs.app import AppVerb

    #: A hook: its words; variables of which one must be set; variables of which none may be;
    #: whether it may fail.
    HookData = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], bool]
    Hooks = tuple[tuple[HookData, ...], tuple[HookData, ...]]

#: Where `entrypoint build` writes it. Not in /app: a developer mounts other code there.
PATH = "/usr/share/django-container/verbs"

#: The group of entry points by which packages add verbs.
GROUP = "django_container.verbs"

#: The form of the file; a file of another form is as good as none.
FORM = 1


class Table:
    """What an app and its packages add to the registry.

    Args:
        verbs: by name.
        hooks: by verb, a pair: the hooks before it and those after it.
        secrets: the names of variables that are secret by the settings' own schema.
    """

    __slots__ = ("_stored", "_verbs", "hooks", "secrets")

    def __init__(
        self,
        verbs: dict[str, AppVerb] | None = None,
        hooks: dict[str, Hooks] | None = None,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self._stored: dict[str, Any] = {}
        self._verbs = verbs or {}
        self.hooks = hooks or {}
        self.secrets = secrets

    @property
    def verbs(self) -> dict[str, AppVerb]:
        """The verbs, by name; made of what was read when somebody asks for one."""
        if self._stored:
            from entrypoint.verbs.app import AppVerb

            self._verbs = {name: AppVerb(**fields) for name, fields in self._stored.items()}
            self._stored = {}
        return self._verbs

    def data(self) -> tuple[Any, ...]:
        """Return it as what marshal can write: tuples, dicts and strings."""
        verbs = {name: verb.data() for name, verb in self.verbs.items()}
        return verbs, self.hooks, tuple(self.secrets)

    @classmethod
    def from_data(cls, verbs: Any, hooks: Any, secrets: Any) -> Table:  # noqa: ANN401
        """Return the table that `data` came from."""
        found = cls(None, hooks, secrets)
        found._stored = verbs
        return found


def load(project: Project, path: str | None = None) -> Table:
    """Return the static table or, where it will not do, one that is resolved anew.

    Raises:
        ConfigurationError: pyproject.toml cannot be read, or a declaration in it is wrong.
    """
    found = _read(path or PATH)
    _, pyproject = declaring_pyproject(project)
    if found is not None and found[1:3] == (pyproject, _distributions()):
        return Table.from_data(*found[3:])
    if not pyproject and not declaring_distributions():
        return Table()  # there is nothing to resolve
    why = "is not there" if found is None else "is older than what it was made from"
    print(
        f"entrypoint: warning: the table of the app's verbs {why}; it takes a while to make it "
        "anew each time. `RUN entrypoint build` in the Dockerfile, as its last step, makes it.",
        file=sys.stderr,
    )
    from entrypoint import declarations

    return declarations.resolve(project)


def save(project: Project, table: Table, path: str = PATH) -> None:
    """Write the static table.

    Raises:
        OSError: it cannot be written.
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    inputs = (declaring_pyproject(project)[1], _distributions())
    with open(path, "wb") as file:
        marshal.dump((FORM, *inputs, *table.data()), file)


def _read(path: str) -> tuple[Any, ...] | None:
    """Return what is in the file; None where there is none, or of another form."""
    try:
        with open(path, "rb") as file:
            found = marshal.load(file)  # noqa: S302 - written by the image's build, root's
    except (OSError, EOFError, ValueError, TypeError):
        return None
    right = isinstance(found, tuple) and found[:1] == (FORM,)
    return found if right else None


def declaring_pyproject(project: Project) -> tuple[str, bytes]:
    """Return the pyproject.toml that has a table of ours: its folder, and its text.

    It is the root's, or the one beside manage.py. Where none has, the text is empty.

    Raises:
        ConfigurationError: it is there, and cannot be read.
    """
    folder = project.root
    content = _content(folder)
    if not content:
        try:
            folder = project.directory()
        except ConfigurationError:
            return project.root, b""
        if folder != project.root:
            content = _content(folder)
    return folder, content


def _content(folder: str) -> bytes:
    path = os.path.join(folder, "pyproject.toml")
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error.strerror}.",
            "It must be readable for the container's user: any uid in group 0.",
        ) from None
    return content if b"tool.entrypoint" in content else b""


def declaring_distributions() -> list[str]:
    """Return the installed distributions that have entry points of ours, as NAME-VERSION."""
    found = []
    for name in _distributions():
        try:
            with open(os.path.join(_site(), name, "entry_points.txt"), "rb") as file:
                if GROUP.encode() in file.read():
                    found.append(name)
        except OSError:  # most have none
            continue
    return found


def _distributions() -> tuple[str, ...]:
    """Return the metadata folders of what is installed: another version has another name."""
    try:
        names = os.listdir(_site())
    except OSError:
        return ()
    return tuple(sorted(name for name in names if name.endswith(".dist-info")))


def _site() -> str:
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return os.path.join(sys.prefix, "lib", version, "site-packages")
