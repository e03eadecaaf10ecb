"""The reference of an app's variables, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settings_lib.command.documents import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settings_lib.variables import Group, Var

_HEAD = """\
# Settings

<!-- Made from the schema by `python -m settings_lib docs`; do not edit. -->

Every variable that {who} reads. Each name, aliases included, also has the form
`NAME_FILE`: the path of a file that holds the value; one newline at its end is not part of it.

An empty value counts as not set. A name and an alias that disagree are an error; a fallback is used
only where neither is set. What Docker's links and Kubernetes inject by themselves
(`DB_PORT=tcp://…`) is ignored. In build mode (`BUILD=1`) no variable is required.

Wrong settings end the process with exit code 78 (3 in a gunicorn worker) and one message that
lists every problem.
"""


def markdown(groups: Iterable[Group], app: str = "") -> str:
    """The reference: one table a group, then what the types mean.

    Args:
        groups: The variables; a group without any is left out.
        app: The name of the app that they are of; empty for those that all apps have.
    """
    groups = tuple(group for group in groups if group.variables)
    types = _types(var for group in groups for var in group.variables)
    parts = [_HEAD.format(who=app or "an app with `settings_lib`")]
    for group in groups:
        rows = "".join(_row(var, types) for var in group.variables)
        parts.append(
            f"## {group.title}\n\n"
            "| variable | type | default | also accepted | what |\n"
            "| --- | --- | --- | --- | --- |\n"
            f"{rows}"
        )
    rows = "".join(f"| {name} | {_cell(text)} |\n" for name, text in sorted(types.items()))
    parts.append(f"## Types\n\n| type | a value is |\n| --- | --- |\n{rows}")
    return "\n".join(parts)


def _types(variables: Iterable[Var]) -> dict[str, str]:
    """What each type expects, where that is the same for all variables of the type."""
    found: dict[str, set[str]] = {}
    for var in variables:
        found.setdefault(var.type.name, set()).add(var.type.expected)
    return {name: min(texts) for name, texts in found.items() if len(texts) == 1}


def _row(var: Var, types: dict[str, str]) -> str:
    also = [f"`{name}`" for name in var.aliases]
    also += [f"fallback `{name}`" for name in var.fallbacks]
    text = [words.sentence(var.help)]
    if var.type.name not in types:
        text.append(words.sentence(words.expected(var)))
    if var.secret:
        text.append("Secret.")
    cells = (
        f"`{var.name}`",
        var.type.name,
        _cell(_default(var)),
        ", ".join(also),
        _cell(" ".join(filter(None, text))),
    )
    return f"| {' | '.join(cells)} |\n"


def _default(var: Var) -> str:
    if words.required(var):
        return words.required(var)
    if var.default_text:
        return var.default_text
    return f"`{words.default(var)}`" if words.default(var) else "none"


def _cell(text: str) -> str:
    """A text in a table: what has a meaning in Markdown stands for itself."""
    for character in "\\|*<":
        text = text.replace(character, "\\" + character)
    return text
