"""`check`: whether this environment is right."""

from __future__ import annotations

from entrypoint.plan import Plan
from entrypoint.verbs.django import plan_manage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project

#: Options of Django's `check` that check nothing.
TELLING = ("-h", "--help", "--list-tags", "--version")


def plan_check(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Tell every problem of this environment at once, and print no secret.

    First what the verbs need: APP, manage.py, modules, numbers, paths. Then the settings. Then
    Django's `check --deploy`, which gets all other arguments (`--database default`, `--tag`,
    `--fail-level`). A warning where migrations are pending, if the database answers within 3 s.

    With `--json`, one object on standard output. The exit code is 78 where the environment is
    wrong, else Django's own, which is 1 where there are errors.
    """
    if any(word in TELLING for word in args):
        return plan_manage(("check", *args), environ, project)
    return Plan(("python", "-m", "entrypoint.checking", *args), inline=True)
