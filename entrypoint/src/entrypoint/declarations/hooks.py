"""Hooks: command lines of the entrypoint's that go before or after a verb."""

from __future__ import annotations

from entrypoint.declarations.values import Problems, read_flag, read_names, read_words, suggest
from entrypoint.verbs import VERBS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from entrypoint.table import HookData
    from entrypoint.verbs.app import AppVerb

HOOKS = ("before", "after")
HOOK_KEYS = ("run", "when", "unless", "may-fail")


def read_hooks(path: str, value: Any, problems: Problems) -> tuple[HookData, ...]:  # noqa: ANN401
    """Return hooks: one, or a list; each a line, a list of words, or a table with `run`."""
    if value is None:
        return ()
    entries = value if isinstance(value, list) else [value]
    found = []
    for index, entry in enumerate(entries):
        at = f"{path}[{index}]" if isinstance(value, list) else path
        hook = entry if isinstance(entry, dict) else {"run": entry}
        if "run" not in hook:
            problems.add(at, "has no run, the command line of the hook")
            continue
        for key in hook:
            if key not in HOOK_KEYS:
                problems.add(f"{at}.{key}", "is no key; " + suggest(key, HOOK_KEYS))
        found.append(
            (
                read_words(at, hook["run"], problems),
                read_names(f"{at}.when", hook.get("when", []), problems),
                read_names(f"{at}.unless", hook.get("unless", []), problems),
                read_flag(f"{at}.may-fail", hook.get("may-fail", False), problems),
            )
        )
    return tuple(found)


def check_hook(
    path: str,
    words: tuple[str, ...],
    known: set[str],
    verbs: Mapping[str, AppVerb],
    problems: Problems,
) -> None:
    """See that a hook names a verb that ends."""
    if not words:
        return
    name = words[0]
    if name not in known:
        hint = suggest(name, tuple(known))
        problems.add(
            path, f"begins with {name!r}, which is no verb (a program: exec {name}); {hint}"
        )
        return
    verb = verbs.get(name) or VERBS[name]
    if verb.role:
        problems.add(path, f"names {name}, a role, which does not end")


def check_cycles(hooks: Mapping[str, Any], problems: Problems) -> None:
    """See that no verb is its own hook, by way of others or not."""
    next_of = {
        name: {words[0] for each in pair for words, *_ in each if words}
        for name, pair in hooks.items()
    }
    for name, first in next_of.items():
        seen: set[str] = set()
        todo = set(first)
        while todo:
            seen |= todo
            todo = {after for each in todo for after in next_of.get(each, ())} - seen
        if name in seen:
            problems.add(f"verbs.{name}", "comes before or after itself, by its hooks")
