"""Commands of ours for the app's own manage.py, run in its process: `migrate` under a lock, and more.

Each module has a function `command(original)`, which takes Django's command of that name, or None
where it has none, and returns the command to run: a `BaseCommand`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def offer(names: tuple[str, ...]) -> None:
    """Let manage.py, which is to run in this interpreter, find commands of ours.

    Django looks a command up in `get_commands()`, where a name may stand for a command that is
    loaded already (`ManagementUtility.fetch_command` and `call_command`). It does so once the
    settings are there.

    Args:
        names: modules of this package.
    """
    from django.core import management  # type: ignore[import-untyped,import-not-found,unused-ignore]

    modules = {
        name: __import__(f"{__name__}.{name}", fromlist=["command"]) for name in names
    }
    djangos = management.get_commands
    ours: dict[str, Any] = {}

    def get_commands() -> dict[str, Any]:
        found: dict[str, Any] = djangos()
        for name, module in modules.items():
            if name not in ours:
                ours[name] = None  # the command may look for others meanwhile
                ours[name] = module.command(_load(management, found.get(name), name))
        return {**found, **{name: ready for name, ready in ours.items() if ready is not None}}

    management.get_commands = get_commands


def _load(management: Any, app: Any, name: str) -> Any:  # noqa: ANN401 - Django has no types
    """Return Django's command of a name, or None."""
    if app is None or not isinstance(app, str):
        return app
    return management.load_command_class(app, name)
