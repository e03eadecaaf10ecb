"""Example environments: `.env.example`, Docker's `APP.env`, and `/etc/default/APP`."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.template import Context, Engine  # type: ignore[import-untyped]

from settings_lib.command.documents import words
from settings_lib.errors import ConfigurationError
from settings_lib.reading import read
from settings_lib.sources import FILE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings_lib.configured import Configured
    from settings_lib.variables import Var

_TEMPLATES = Path(__file__).with_name("templates")
_WIDTH = 96
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")


def literal(text: str) -> str:
    """A value in Docker's env-file: as it is, with its quotes and ``#``.

    Raises:
        ValueError: It has a newline, or white space at an end, for which that form has no way.
    """
    if "\n" in text or "\r" in text or text != text.strip():
        raise ValueError("a value of several lines needs the form NAME_FILE")
    return text


def dotenv(text: str) -> str:
    """A value in a ``.env`` file: in single quotes where it needs any.

    In these, compose, django-environ and a shell all take ``$``, ``#``, blanks and double quotes
    for themselves. What compose expands outside of them (``$``), it does not inside.

    Raises:
        ValueError: It has a single quote, a backslash or a newline, which they read differently.
    """
    if _PLAIN.fullmatch(text):
        return text
    if set(text) & set("'\\\n\r"):
        raise ValueError("programs read it differently; use the form NAME_FILE")
    return f"'{text}'"


@dataclass(frozen=True, kw_only=True)
class Form:
    """A file that an environment is written in.

    Attributes:
        template: The file that it is made from.
        value: How a value is written.
    """

    template: str
    value: Callable[[str], str]


FORMS = {
    "dotenv": Form(template=".env.example", value=dotenv),
    "env-file": Form(template="APP.env", value=literal),
    "default": Form(template="APP", value=shlex.quote),
}
"""By the name that ``--format`` knows: a ``.env``, Docker's env-file, a shell's."""


def example(configured: Configured, form: str = "dotenv") -> str:
    """An example environment: what is required is set, the rest stands there with its default.

    Args:
        configured: The app and its variables.
        form: A name in `FORMS`.
    """
    chosen = FORMS[form]
    needed = required(configured)
    context = {
        "app": configured.app.name,
        "quoted": chosen.value(configured.app.name),
        "secrets": _wrapped(
            " ".join(var.name for var in configured.variables if var.secret), _WIDTH - 2
        ),
        "groups": [
            {
                "title": group.title,
                "entries": [_entry(var, needed, chosen) for var in group.variables],
            }
            for group in configured.groups
            if group.variables
        ],
    }
    engine = Engine(dirs=[_TEMPLATES], autoescape=False)
    return str(engine.get_template(chosen.template).render(Context(context, autoescape=False)))


def required(configured: Configured) -> dict[str, str]:
    """The smallest environment that the app accepts: what it asks for, with example values.

    Args:
        configured: The app and its variables.
    """
    examples = {var.name: var.right for var in configured.variables}
    environ: dict[str, str] = {}
    # What is asked for may ask for more; an example that is refused is asked for again.
    while asked := _asked(configured, environ) - set(environ):
        environ |= {name: value for name, value in examples.items() if name in asked}
    return environ


def _asked(configured: Configured, environ: dict[str, str]) -> set[str]:
    try:
        read(configured.variables, environ, configured.app)
    except ConfigurationError as error:
        return {problem.name for problem in error.problems}
    return set()


def _entry(var: Var, needed: dict[str, str], form: Form) -> dict[str, Any]:
    default = "" if var.default_text else words.default(var)
    facts = [
        words.sentence(words.required(var)),
        "Secret." if var.secret else "",
        words.sentence(words.expected(var)),
        words.sentence(f"default: {var.default_text}" if var.default_text else ""),
        f"Also read from {', '.join(var.aliases)}." if var.aliases else "",
        f"If it is not set: {', '.join(var.fallbacks)}." if var.fallbacks else "",
    ]
    mark = "" if var.name in needed else "#"
    value = needed.get(var.name) or default or var.example
    if not value and var.type.name != "str":
        value = var.type.example
    return {
        "comment": [
            *_wrapped(words.sentence(var.help), _WIDTH),
            *_wrapped(" ".join(filter(None, facts)), _WIDTH),
        ],
        "assignment": mark + _assignment(var.name, value, form),
    }


def _assignment(name: str, value: str, form: Form) -> str:
    try:
        return f"{name}={form.value(value)}"
    except ValueError:
        return f"{name}{FILE_SUFFIX}=/run/secrets/{name}"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
