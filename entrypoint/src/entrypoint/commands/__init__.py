"""Commands of ours for the app's own manage.py, run in its process: `migrate` and others.

Each module has a function `command(original)`, which takes Django's command of that name, or None
where it has none, and returns the command to run: a `BaseCommand`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def offer(names: tuple[str, ...]) -> None:
    """Let manage.py, which is to run in this interpreter, find commands of ours.

    Django asks `get_commands()` for the app that has a command, and `load_command_class` for the
    command itself (`ManagementUtility.fetch_command`, `call_command` and, from 5.2 on, a system
    check, which takes names alone). It does so once the settings are there.

    Args:
        names: modules of this package.
    """
    from django.core import management  # type: ignore[import-untyped,import-not-found,unused-ignore]

    modules = {name: __import__(f"{__name__}.{name}", fromlist=["command"]) for name in names}
    djangos, load = management.get_commands, management.load_command_class
    ours: dict[str, Any] = {}

    def get_commands() -> dict[str, Any]:
        return {**dict.fromkeys(modules, __name__), **djangos()}

    def load_command_class(app: Any, name: str) -> Any:  # noqa: ANN401 - Django has no types
        if name not in modules:
            return load(app, name)
        if name not in ours:
            ours[name] = modules[name].command(None if app == __name__ else load(app, name))
        return ours[name]

    management.get_commands = get_commands
    management.load_command_class = load_command_class
