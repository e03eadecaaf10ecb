"""What may stand in braces in the words of an app's verbs.

- `{port}`, `{workers}`, `{threads}`, `{concurrency}`: the numbers that `run` and `worker` use.
- `{app}`, `{settings}`: the Django package and the settings module.
- `{NAME}`: a variable of the environment; `{NAME:-default}` where it may be unset or empty, and
  `{NAME:+text}` for a text where it is neither. These are the shell's.
- `{*NAME}`, as a whole word: the words of a variable that holds options, split as a shell would,
  and none where it is unset or empty. `:-` and `:+` go with it.
- `{{` and `}}`: braces.

Nothing else is evaluated, and what is put in without `*` is one word, whatever it contains.
"""

from __future__ import annotations

import re

from entrypoint import sizing
from entrypoint.errors import ConfigurationError, UnsetError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from entrypoint.project import Project

KNOWN: dict[str, Callable[[Mapping[str, str], Project], str]] = {
    "port": lambda environ, _: str(sizing.port(environ)),
    "workers": lambda environ, _: str(sizing.web_workers(environ)),
    "threads": lambda environ, _: str(sizing.web_threads(environ)),
    "concurrency": lambda environ, _: str(sizing.worker_concurrency(environ)),
    "app": lambda _, project: project.app(),
    "settings": lambda _, project: project.settings_module() or "",
}

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_VARIABLE = re.compile(r"([A-Z_][A-Z0-9_]*)(?::([-+])(.*))?", re.DOTALL)

#: A word that stands for any number of words.
_SEVERAL = re.compile(r"\{\*([^{}]*)\}")


def problems(text: str, *, several: bool = False) -> list[str]:
    """Return what is wrong with the placeholders of a text.

    Args:
        text: a word of a command, or something else.
        several: it is a word, in whose place there may be several.
    """
    found = []
    match = _SEVERAL.fullmatch(text) if several else None
    if match is not None:
        text = "{" + match[1] + "}"
        if match[1] in KNOWN:
            found.append(f"has {{*{match[1]}}}, which is always one word: {text}")
    for match in _BRACES.finditer(text):
        inside = match[1]
        if match[0] in ("{{", "}}"):
            continue
        if inside is None:
            found.append("has a brace without its other half; write {{ or }} for a brace")
        elif inside.startswith("*") and _VARIABLE.fullmatch(inside[1:]):
            found.append(f"has {match[0]}, which may only be a whole word of a command")
        elif inside not in KNOWN and not _VARIABLE.fullmatch(inside):
            found.append(
                f"has {match[0]}, which is neither a variable ({{NAME}}) nor one of "
                + ", ".join(f"{{{name}}}" for name in KNOWN)
            )
    return found


def variables(text: str) -> list[str]:
    """Return the names of the variables that a text has placeholders for."""
    inside = (match[1] for match in _BRACES.finditer(text))
    found = (_VARIABLE.fullmatch(each.lstrip("*")) for each in inside if each is not None)
    return [match[1] for match in found if match is not None]


def expand_words(
    words: tuple[str, ...], environ: Mapping[str, str], project: Project
) -> tuple[str, ...]:
    """Return a command's words with their placeholders filled in.

    Raises:
        ConfigurationError: a variable without a default is not set, or cannot be split.
    """
    found: list[str] = []
    for word in words:
        match = _SEVERAL.fullmatch(word)
        if match is None:
            found.append(expand(word, environ, project))
        else:
            found += _split(match[1], environ)
    return tuple(found)


def _split(inside: str, environ: Mapping[str, str]) -> list[str]:
    """Return the words that a variable holds."""
    import shlex

    name, kind, other = _VARIABLE.fullmatch(inside).groups()  # type: ignore[union-attr]
    held = environ.get(name)
    text = (other if held else "") if kind == "+" else held or other or ""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ConfigurationError(
            f"{name} cannot be split into words: {error}.", "Quote in it as in a shell."
        ) from None


def expand(text: str, environ: Mapping[str, str], project: Project) -> str:
    """Return a text with its placeholders filled in.

    Raises:
        UnsetError: a variable without a default is not set.
    """

    def value(match: re.Match[str]) -> str:
        inside = match[1]
        if inside is None:
            return match[0][0]
        if inside in KNOWN:
            return KNOWN[inside](environ, project)
        name, kind, other = _VARIABLE.fullmatch(inside).groups()  # type: ignore[union-attr]
        found = environ.get(name)
        if kind == "+":
            return other if found else ""
        if not found and kind is None:
            raise UnsetError(
                f"{name} is not set.", f"The verb's {text!r} in pyproject.toml needs it."
            )
        return found or other

    return _BRACES.sub(value, text)
