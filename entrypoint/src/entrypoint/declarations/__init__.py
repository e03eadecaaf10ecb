"""What apps and packages declare: `[tool.entrypoint.verbs]` and entry points, checked as a whole.

`entrypoint build` calls this, and so does a container whose static table will not do. Every problem
is reported at once, each with its path in the file.
"""

from __future__ import annotations

import os

from entrypoint import pyproject, table
from entrypoint.declarations.hooks import HOOKS, check_cycles, check_hook, read_hooks
from entrypoint.declarations.values import (
    FUNCTION,
    NAME,
    Problems,
    read_flag,
    read_health,
    read_line,
    read_stop,
    read_variables,
    read_words,
    suggest,
)
from entrypoint.dispatch import WITHOUT_HOOKS
from entrypoint.errors import ConfigurationError
from entrypoint.verbs import VERBS
from entrypoint.verbs.app import KINDS, AppVerb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from entrypoint.project import Project
    from entrypoint.table import Hooks, Table
    from entrypoint.verbs import Verb

#: The source of what the app declares itself.
OWN = "pyproject.toml"

VERB_KEYS = (
    *KINDS,
    *("help", "arguments", "settings", "variables", "role", "health", "stop"),
    *HOOKS,
)


def resolve(project: Project) -> Table:
    """Return what the app's pyproject.toml and the installed packages declare.

    Raises:
        ConfigurationError: something is wrong; all of it is listed.
    """
    folder, text = table.declaring_pyproject(project)
    resolution = _Resolution()
    for source, entries in _packages(resolution.problems):
        resolution.add(source, entries)
    if text:
        resolution.add(OWN, pyproject.table(folder).get("verbs", {}))
    resolution.check_hooks()
    found = resolution.problems.found
    if found:
        where = os.path.join(folder, "pyproject.toml")
        listed = "".join(f"\n  - {each}" + ("" if each.endswith("?") else ".") for each in found)
        raise ConfigurationError(
            f"the verbs that this app adds have {len(found)} problem{'s' * (len(found) > 1)} "
            f"({where}):{listed}"
        )
    return table.Table(resolution.verbs, resolution.hooks)


def _packages(problems: Problems) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what each installed package declares, one entry point a verb."""
    if not table.declaring_distributions():
        return
    from importlib.metadata import distributions

    for distribution in distributions():
        entries: dict[str, Any] = {}
        source = f"package {distribution.metadata['Name']}"
        for point in distribution.entry_points:
            if point.group != table.GROUP:
                continue
            try:
                target = point.load()
            except Exception as error:  # noqa: BLE001 - somebody else's code
                problems.add(f"{source}: {point.name}", f"cannot be loaded: {error!r}")
                continue
            if callable(target):
                doc = (target.__doc__ or "").strip().splitlines()
                target = {"function": point.value, "help": doc[0] if doc else ""}
            entries[point.name] = target
        if entries:
            yield source, entries


class _Resolution:
    """What was found so far: verbs, hooks, and what is wrong with them."""

    def __init__(self) -> None:
        self.verbs: dict[str, AppVerb] = {}
        self.hooks: dict[str, Hooks] = {}
        self.problems = Problems()

    def add(self, source: str, entries: Any) -> None:  # noqa: ANN401 - whatever the file holds
        """Add what one source declares. The app's own come last, and win."""
        prefix = "" if source == OWN else f"{source}: "
        if not isinstance(entries, dict):
            self.problems.add(f"{prefix}verbs", "is not a table of verbs")
            return
        for name, entry in entries.items():
            path = f"{prefix}verbs.{name}"
            if not NAME.fullmatch(name):
                self.problems.add(
                    path,
                    "is not a name: small letters, digits, - and _, beginning with a letter",
                )
                continue
            fields = {"manage": entry} if isinstance(entry, (str, list)) else entry
            if not isinstance(fields, dict):
                self.problems.add(path, "is neither a command nor a table")
                continue
            self._add_one(path, name, fields, source)

    def _add_one(self, path: str, name: str, fields: Mapping[str, Any], source: str) -> None:
        """Add one declared verb, or the hooks of one that is there."""
        for key in fields:
            if key not in VERB_KEYS:
                self.problems.add(f"{path}.{key}", "is no key; " + suggest(key, VERB_KEYS))
        before, after = (
            read_hooks(f"{path}.{when}", fields.get(when), self.problems) for when in HOOKS
        )
        if (before or after) and name in WITHOUT_HOOKS:
            self.problems.add(path, f"has hooks, which {name} cannot have")
        elif before or after:
            known_before, known_after = self.hooks.get(name, ((), ()))
            self.hooks[name] = ((*known_before, *before), (*known_after, *after))
        if name in VERBS:
            own = [key for key in fields if key in VERB_KEYS and key not in HOOKS]
            if own:
                self.problems.add(
                    path,
                    "shadows a verb that every image has: take another name "
                    f"({', '.join(own)} cannot be changed; before and after can)",
                )
        elif source != OWN and name in self.verbs:
            self.problems.add(path, f"is declared by {self.verbs[name].source} too")
        elif fields:
            self._add_verb(path, name, fields, source)

    def _add_verb(self, path: str, name: str, fields: Mapping[str, Any], source: str) -> None:
        problems = self.problems
        kinds = [kind for kind in KINDS if kind in fields]
        if len(kinds) != 1:
            problems.add(path, f"needs exactly one of {', '.join(KINDS)}")
            return
        kind = kinds[0]
        words = read_words(f"{path}.{kind}", fields[kind], problems)
        if kind == "function" and words and (len(words) > 1 or not FUNCTION.fullmatch(words[0])):
            problems.add(f"{path}.function", "is not of the form package.module:function")
        base = self._base(f"{path}.verb", words) if kind == "verb" and words else None
        role = fields.get("role", (base and base.role) or False)
        role = name if role is True else role
        if role is not False and not (isinstance(role, str) and NAME.fullmatch(role)):
            problems.add(f"{path}.role", "is neither true nor the name of a role")
        for key in ("health", "stop"):
            if key in fields and not role:
                problems.add(f"{path}.{key}", "is for roles: add role = true")
        health = read_health(f"{path}.health", fields.get("health", {}), problems)
        stop = read_stop(f"{path}.stop", fields.get("stop", {}), problems)
        if base is not None:
            health = health if "health" in fields else ()
            stop = stop if "stop" in fields else base.stop
        self.verbs[name] = AppVerb(
            kind=kind,
            words=words,
            source=source,
            help=read_line(f"{path}.help", fields.get("help", ""), problems) or _line(kind, words),
            arguments=read_line(f"{path}.arguments", fields.get("arguments", "[ARGS…]"), problems),
            settings=read_flag(f"{path}.settings", fields.get("settings", True), problems),
            role=role or None,
            health=health,
            stop=stop,
            sets=read_variables(f"{path}.variables", fields.get("variables", {}), problems),
        )

    def _base(self, path: str, words: tuple[str, ...]) -> Verb | None:
        """Return the verb that another one is a name for."""
        base = VERBS.get(words[0])
        if base is None:
            hint = suggest(words[0], tuple(VERBS))
            self.problems.add(
                path, f"begins with {words[0]!r}, which is no verb of every image; {hint}"
            )
        return base

    def check_hooks(self) -> None:
        """See that each hook names a verb that ends, and that none is its own."""
        known = {*VERBS, *self.verbs}
        for name, pair in self.hooks.items():
            for when, hooks in zip(HOOKS, pair):
                for words, *_ in hooks:
                    path = f"verbs.{name}.{when}"
                    check_hook(path, words, known, self.verbs, self.problems)
        check_cycles(self.hooks, self.problems)


def _line(kind: str, words: tuple[str, ...]) -> str:
    """Return the help of a verb that has none."""
    before = {"manage": "manage.py ", "function": "the function ", "verb": "the verb "}
    return before.get(kind, "") + " ".join(words)
