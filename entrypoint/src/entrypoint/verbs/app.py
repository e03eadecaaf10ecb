"""Verbs that an app or a package adds: a command of manage.py's, a program, or a function."""

from __future__ import annotations

from entrypoint.errors import ConfigurationError
from entrypoint.plan import Plan
from entrypoint.verbs import Verb
from entrypoint.writable import RUNTIME, TEMPORARY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from entrypoint.project import Project

KINDS = ("manage", "argv", "function")


class AppVerb(Verb):
    """A verb that was declared outside of this package.

    Args:
        kind: `manage` (words for manage.py), `argv` (a program and its words) or `function`
            (one word, `package.module:function`).
        words: the command's words; they may hold placeholders (entrypoint.placeholders).
        source: where it was declared, for people.
        health: for a role, how `health` asks it: see entrypoint.role.
        sets: variables that it gets where they are not set; placeholders too. An empty value
            leaves it unset.
        declared: as of any verb.
    """

    __slots__ = ("health", "kind", "sets", "source", "words")

    def __init__(
        self,
        *,
        kind: str,
        words: tuple[str, ...],
        source: str,
        health: tuple[str, ...] = ("process",),
        sets: Mapping[str, str] | None = None,
        **declared: Any,  # noqa: ANN401 - Verb's
    ) -> None:
        super().__init__("app", **declared)
        self.kind = kind
        self.words = words
        self.source = source
        self.health = health
        self.sets = dict(sets or {})

    def data(self) -> dict[str, Any]:
        """Return the arguments that it was made with."""
        names = [name for name in (*AppVerb.__slots__, *Verb.__slots__) if name != "module"]
        return {name: getattr(self, name) for name in names}


def plan_app(
    verb: AppVerb, args: tuple[str, ...], environ: Mapping[str, str], project: Project
) -> Plan:
    """Plan a verb of an app's.

    Raises:
        ConfigurationError: a placeholder stands for a variable that is not set.
    """
    words, health, sets = verb.words, verb.health, verb.sets
    if "{" in "".join((*words, *health, *sets.values())):
        from entrypoint.placeholders import expand

        words = tuple(expand(word, environ, project) for word in words)
        health = tuple(expand(word, environ, project) for word in health)
        sets = {name: expand(value, environ, project) for name, value in sets.items()}
    variables = {n: value for n, value in sets.items() if value and not environ.get(n)}
    if verb.settings:
        variables.update(project.variables())
    if health == ("http",):
        from entrypoint.sizing import port

        health = ("http", str(port(environ)))
    writable = (TEMPORARY, RUNTIME) if verb.role else ()
    if verb.kind == "manage":
        from entrypoint.verbs.django import plan_manage

        plan = plan_manage((*words, *args), environ, project)
        plan.variables.update(variables)
        plan.health, plan.writable = health, writable
        return plan
    if verb.kind == "function":
        words = ("python", "-m", "entrypoint.calling", *words)
    return Plan(
        (*words, *args),
        directory=_directory(project),
        variables=variables,
        health=health,
        writable=writable,
    )


def _directory(project: Project) -> str:
    try:
        return project.directory()
    except ConfigurationError:  # a program that has nothing to do with Django
        return project.root
