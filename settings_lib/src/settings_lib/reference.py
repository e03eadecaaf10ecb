"""The schema as documents: the reference and an example environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settings_lib.variables import Group, Var, When

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Set in the example: what most environments have to.
_ALWAYS = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL")

_HEAD = """\
# Settings

<!-- Made from settings_lib/schema.py by `python -m settings_lib docs`; do not edit. -->

Every variable that an app with `settings_lib` reads. Each name, aliases included, also has the form
`NAME_FILE`: the path of a file that holds the value; one newline at its end is not part of it.

An empty value counts as not set. A name and an alias that disagree are an error; a fallback is used
only where neither is set. What Docker's links and Kubernetes inject by themselves
(`DB_PORT=tcp://…`) is ignored. In build mode (`BUILD=1`) no variable is required.

Wrong settings end the process with exit code 78 (3 in a gunicorn worker) and one message that
lists every problem.
"""


def markdown(schema: Iterable[Group]) -> str:
    """The reference in Markdown: one table a group."""
    parts = [_HEAD]
    for group in schema:
        rows = "\n".join(_row(var) for var in group.variables)
        parts.append(
            f"## {group.title}\n\n"
            "| variable | type | default | also accepted | what |\n"
            "| --- | --- | --- | --- | --- |\n"
            f"{rows}\n"
        )
    return "\n".join(parts)


def env_example(schema: Iterable[Group]) -> str:
    """An example environment in Docker's env-file form: what is required is set, the rest is not.

    Values stand as they are, without quotes, which that form would keep.
    """
    parts = []
    for group in schema:
        lines = [f"## {group.title}"]
        for var in group.variables:
            lines += ["", f"# {var.help}", _assignment(var)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _row(var: Var) -> str:
    also = ", ".join(f"`{name}`" for name in var.aliases)
    if var.fallbacks:
        fallbacks = ", ".join(f"`{name}`" for name in var.fallbacks)
        also = f"{also}; " if also else ""
        also += f"fallback {fallbacks}"
    text = f"{var.help} Expected: {var.type.expected}." if var.type.name != "str" else var.help
    secret = " Secret." if var.secret else ""
    return f"| `{var.name}` | {var.type.name} | {_default(var)} | {also} | {text}{secret} |"


def _default(var: Var) -> str:
    if isinstance(var.required, When):
        return f"required when {var.required.text}"
    if var.required:
        return "required"
    if var.default_text:
        return var.default_text
    return f"`{_text(var.default)}`" if _text(var.default) else "none"


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)


def _assignment(var: Var) -> str:
    value = var.example or _text(var.default)
    return f"{var.name}={value}" if var.name in _ALWAYS else f"#{var.name}={value}"
