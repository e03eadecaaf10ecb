"""Verbs that an app or a package adds.

Each is a command of manage.py's, a program, a function, or another name for a verb that every image
has, with arguments.
"""

from __future__ import annotations

from entrypoint.errors import ConfigurationError
from entrypoint.plan import Plan
from entrypoint.project import Project
from entrypoint.verbs import Verb, planner
from entrypoint.writable import RUNTIME, TEMPORARY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

KINDS = ("manage", "argv", "function", "verb")


class AppVerb(Verb):
    """A verb that was declared outside of this package.

    Args:
        kind: `manage` (words for manage.py), `argv` (a program and its words), `function`
            (one word, `package.module:function`) or `verb` (a verb of the registry and its words).
        words: the command's words; they may hold placeholders (entrypoint.placeholders).
        source: where it was declared, for people.
        health: for a role, how `health` asks it: see entrypoint.role. Empty is as its verb has it.
        sets: variables that it gets where they are not set; placeholders too. An empty value
            leaves it unset. Placeholders know those that stand before them.
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
        UsageError: it is another name for a verb that does not take these arguments.
        ConfigurationError: a placeholder stands for a variable that is not set.
    """
    words, health, variables = verb.words, verb.health, {}
    if verb.sets:
        variables = _variables(verb.sets, environ, project)
        environ = {**environ, **variables}
        project = Project(environ, project.root)
    if "{" in "".join((*words, *health)):
        from entrypoint.placeholders import expand_words

        words = expand_words(words, environ, project)
        health = (*health[:1], *expand_words(health[1:], environ, project))
    if health:
        health = _rule(health, environ)
    if verb.settings:
        variables.update(project.variables())
    if verb.kind == "verb":
        plan = planner(words[0])((*words[1:], *args), environ, project)
    elif verb.kind == "manage":
        from entrypoint.verbs.django import plan_manage

        plan = plan_manage((*words, *args), environ, project)
    else:
        if verb.kind == "function":
            words = ("python", "-m", "entrypoint.calling", *words)
        plan = Plan((*words, *args), directory=_directory(project))
    plan.variables.update(variables)
    plan.health = health or plan.health
    if verb.role and not plan.writable:
        plan.writable = (TEMPORARY, RUNTIME)
    return plan


def _variables(
    sets: Mapping[str, str], environ: Mapping[str, str], project: Project
) -> dict[str, str]:
    """Return the variables that a verb gets, one after another: later ones may use earlier ones."""
    from entrypoint.placeholders import expand

    found: dict[str, str] = {}
    for name, text in sets.items():
        if environ.get(name):
            continue
        value = expand(text, {**environ, **found}, project)
        if value:
            found[name] = value
    return found


def _rule(health: tuple[str, ...], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the rule of a role's health, with its number where it has one.

    Raises:
        ConfigurationError: what should be a number is none.
    """
    if health == ("http",):
        from entrypoint.sizing import port

        return ("http", str(port(environ)))
    if health[0] in ("http", "heartbeat") and not "".join(health[1:]).isdecimal():
        raise ConfigurationError(
            f"the role's health asks for a number ({health[0]}), and its placeholder gives none.",
            "Set the variable that it names in pyproject.toml to one.",
        )
    return health


def _directory(project: Project) -> str:
    try:
        return project.directory()
    except ConfigurationError:  # a program that has nothing to do with Django
        return project.root
