"""Where the Django project is: its manage.py, its package and its settings module."""

from __future__ import annotations

import os

from entrypoint.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: Where the app's code is in an image.
ROOT = "/app"

#: How many folders below the root manage.py is looked for.
DEPTH = 2

#: Folders that never hold the project's own manage.py.
SKIPPED = {"node_modules", "wheelhouse", "site-packages", "tests", "docs"}


class Project:
    """The Django project in a folder, as the environment describes it.

    Args:
        environ: `APP`, `SETTINGS`, `DJANGO_SETTINGS_MODULE` and `MANAGE_PY` are read.
        root: the folder that holds the app's code.
    """

    def __init__(self, environ: Mapping[str, str], root: str = ROOT) -> None:
        self.root = root
        self._environ = environ
        self._manage_py: str | None = None

    def manage_py(self) -> str:
        """Return the path of manage.py.

        It is `$MANAGE_PY`, relative to the root, or the one found nearest to the root.

        Raises:
            ConfigurationError: there is none, or there are several equally near.
        """
        if self._manage_py is None:
            self._manage_py = self._find_manage_py()
        return self._manage_py

    def _find_manage_py(self) -> str:
        named = self._environ.get("MANAGE_PY")
        if named:
            path = os.path.join(self.root, named)
            if os.path.isfile(path):
                return path
            raise ConfigurationError(
                f"MANAGE_PY names {path}, which does not exist.",
                f"It is relative to {self.root}, for example MANAGE_PY=src/manage.py.",
            )
        folders = [self.root]
        for _ in range(DEPTH + 1):
            found = [path for path in _manage_pys(folders) if os.path.isfile(path)]
            if len(found) == 1:
                return found[0]
            if found:
                names = ", ".join(os.path.relpath(path, self.root) for path in found)
                raise ConfigurationError(
                    f"there are several manage.py: {names}.",
                    "Say which one in the Dockerfile, for example "
                    f"ENV MANAGE_PY={os.path.relpath(found[0], self.root)}",
                )
            folders = [sub for folder in folders for sub in _subfolders(folder)]
        raise ConfigurationError(
            f"there is no manage.py in {self.root} or up to {DEPTH} folders below it.",
            "COPY the Django project to /app, or set MANAGE_PY to its path below /app.",
        )

    def directory(self) -> str:
        """Return the folder of manage.py, from which the project's packages are imported."""
        return os.path.dirname(self.manage_py())

    def app(self) -> str:
        """Return `$APP`, the dotted name of the Django package.

        Raises:
            ConfigurationError: it is not set, or is not the name of a package.
        """
        app = self._environ.get("APP", "")
        if not app:
            raise ConfigurationError("APP is not set.", "Name the Django package" + self._example())
        if not all(part.isidentifier() for part in app.split(".")):
            raise ConfigurationError(
                f"APP is {app!r}, which is not the name of a Python package.",
                "Name the Django package" + self._example(),
            )
        return app

    def settings_module(self) -> str | None:
        """Return the name of the settings module, or None where nothing names one.

        In this order: `$DJANGO_SETTINGS_MODULE`, `$APP.$SETTINGS`, `$APP.settings_docker`.

        Raises:
            ConfigurationError: it does not exist.
        """
        module = self._environ.get("DJANGO_SETTINGS_MODULE")
        if not module:
            if not self._environ.get("APP"):
                return None
            module = f"{self.app()}.{self._environ.get('SETTINGS') or 'settings_docker'}"
        if not self.has_module(module):
            raise ConfigurationError(
                f"there is no settings module {module} "
                f"(looked in {self.directory()} and on the Python path).",
                "Write it, or name another: SETTINGS (a module in the package APP) or "
                "DJANGO_SETTINGS_MODULE (its whole name)" + self._settings_of_manage_py(),
            )
        return module

    def server_module(self, name: str) -> str:
        """Return the dotted name of the app's `wsgi` or `asgi` module.

        Raises:
            ConfigurationError: APP is not importable or has no such module.
        """
        app = self.app()
        module = f"{app}.{name}"
        if self.has_module(module):
            return module
        what = f"has no module {name}" if self.has_module(app) else "is not importable"
        raise ConfigurationError(
            f"APP is {app!r}, which {what} (looked in {self.directory()} and on the Python path).",
            f"Name the package that holds {name}.py" + self._example(name),
        )

    def variables(self) -> dict[str, str]:
        """Return the variables that a verb adds where they are not set."""
        module = self.settings_module()
        if module is None or self._environ.get("DJANGO_SETTINGS_MODULE"):
            return {}
        return {"DJANGO_SETTINGS_MODULE": module}

    def has_module(self, module: str) -> bool:
        """Return whether the dotted name is a module or package, without importing anything."""
        import sys

        top, *rest = module.split(".")
        if _is_module((self.directory(), *sys.path[1:]), module.split(".")):
            return True
        # Installed in a way that is no folder of the path, such as editably.
        from importlib.util import find_spec

        spec = find_spec(top)
        if spec is None:
            return False
        return not rest or _is_module(spec.submodule_search_locations or (), rest)

    def _settings_of_manage_py(self) -> str:
        """Return the end of a hint: the settings module that manage.py itself would take."""
        import re

        with open(self.manage_py(), encoding="utf-8", errors="replace") as file:
            found = re.search(
                r"""setdefault\(\s*["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)""", file.read()
            )
        return f". manage.py's own is: ENV DJANGO_SETTINGS_MODULE={found[1]}" if found else "."

    def _example(self, name: str = "wsgi") -> str:
        """Return the end of a hint, with the packages here that APP could mean."""
        try:
            directory = self.directory()
        except ConfigurationError:
            return " in the Dockerfile, for example ENV APP=antisocial"
        packages = [
            os.path.relpath(folder, directory).replace(os.sep, ".")
            for below in _subfolders(directory)
            for folder in (below, *_subfolders(below))
            if os.path.isfile(os.path.join(folder, name + ".py"))
        ]
        if not packages:
            return f" in the Dockerfile (no package with a {name}.py was found in {directory})."
        return ", one of: " + ", ".join(f"ENV APP={package}" for package in packages)


def _is_module(folders: Iterable[str], names: list[str]) -> bool:
    """Return whether a module or package of these names is in one of the folders."""
    paths = (os.path.join(folder, *names) for folder in folders)
    return any(os.path.isfile(path + ".py") or os.path.isdir(path) for path in paths)


def _manage_pys(folders: list[str]) -> Iterator[str]:
    return (os.path.join(folder, "manage.py") for folder in folders)


def _subfolders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        return []
    return [
        os.path.join(folder, name)
        for name in sorted(names)
        if name not in SKIPPED and not name.startswith((".", "_"))
    ]
