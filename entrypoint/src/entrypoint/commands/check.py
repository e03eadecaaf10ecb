"""manage.py's `check`, whose findings are kept as data instead of printed."""

from __future__ import annotations

import threading

from entrypoint.checking.problems import Problem
from entrypoint.dispatch import building
from entrypoint.services import database
from entrypoint.services.reasons import detail, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Seconds that the database has to tell which migrations it has.
PATIENCE = 3.0

#: How many migrations are named.
MOST = 5


class Found:
    """What Django's checks gave.

    Args:
        problems: the messages that are not silenced.
        silenced: how many are.
        failed: Django's `check` would have ended with 1.
    """

    def __init__(self, problems: list[Problem], silenced: int, *, failed: bool) -> None:
        self.problems = problems
        self.silenced = silenced
        self.failed = failed


#: What the command has found; None until it has run.
FOUND: Found | None = None


def command(original: Any) -> Any:  # noqa: ANN401 - Django has no types
    """Return Django's command, which reads its own arguments, with another way to end."""
    original.check = collect
    return original


def collect(
    app_configs: Any = None,  # noqa: ANN401
    *,
    fail_level: int | None = None,
    display_num_errors: bool = False,  # noqa: ARG001 - Django's
    **options: Any,  # noqa: ANN401
) -> None:
    """Run the checks as Django's `BaseCommand.check` does, whose arguments these are."""
    from django.core import checks  # type: ignore[import-untyped,import-not-found,unused-ignore]

    issues = checks.run_checks(app_configs=app_configs, **options)
    shown = [issue for issue in issues if not issue.is_silenced()]
    level = checks.ERROR if fail_level is None else fail_level
    # Django has its checks in a set.
    problems = sorted((_problem(issue) for issue in shown), key=lambda each: (each.id, each.name))
    if not options.get("tags") and not app_configs:
        problems += migrations()
    failed = any(issue.is_serious(level) for issue in shown)
    global FOUND  # noqa: PLW0603 - Django makes and runs the command; nobody gets what it returns
    FOUND = Found(problems, len(issues) - len(shown), failed=failed)


def _problem(issue: Any) -> Problem:  # noqa: ANN401 - Django's CheckMessage
    names = ((50, "critical"), (40, "error"), (30, "warning"), (20, "info"))
    level = next((name for number, name in names if issue.level >= number), "debug")
    meta = getattr(issue.obj, "_meta", None)
    name = "" if issue.obj is None else str(getattr(meta, "label", None) or issue.obj)
    return Problem(
        "django",
        issue.id or "",
        level=level,
        name=name,
        wrong=" ".join(str(issue.msg).split()),
        right=" ".join(str(issue.hint or "").split()),
    )


def migrations() -> list[Problem]:
    """Return a warning where migrations are pending, or where the database does not answer."""
    import os

    from django.conf import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        settings,
    )

    entry = settings.DATABASES.get("default") or {}
    engine, name = entry.get("ENGINE", ""), str(entry.get("NAME", ""))
    in_file = engine.endswith(("sqlite3", "spatialite"))
    if building(os.environ) or not engine or engine.endswith(".dummy"):
        return []
    if in_file and not os.path.isfile(name):  # to ask would create it
        return []
    answer: list[list[str] | Exception] = []

    def ask() -> None:
        from entrypoint.database.pending import Migrations

        connection = None
        try:
            connection = database.connect("default", PATIENCE)
            answer.append(Migrations().pending())
        except Exception as error:  # noqa: BLE001 - any driver's
            answer.append(error)
        finally:
            if connection is not None:
                connection.close()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    found = answer[0] if answer else TimeoutError("timed out")
    return [_of_migrations(found)] if found else []


def _of_migrations(answer: list[str] | Exception) -> Problem:
    if isinstance(answer, Exception):
        why = f"{reason(answer)}: {detail(answer)}"
        return Problem(
            "django",
            "entrypoint.database",
            level="warning",
            name="database default",
            wrong=f"it could not be asked about migrations: {why}.",
            right="`wait database` waits for it.",
        )
    names = ", ".join(answer[:MOST]) + (", …" if len(answer) > MOST else "")
    return Problem(
        "django",
        "entrypoint.migrations",
        level="warning",
        name="database default",
        wrong=f"{len(answer)} pending migrations: {names}",
        right="`migrate` applies them.",
    )
