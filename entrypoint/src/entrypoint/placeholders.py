"""What may stand in braces in the words of an app's verbs.

- `{port}`, `{workers}`, `{threads}`, `{concurrency}`: the numbers that `run` and `worker` use.
- `{app}`, `{settings}`: the Django package and the settings module.
- `{NAME}`: a variable of the environment; `{NAME:-default}` where it may be unset or empty, and
  `{NAME:+text}` for a text where it is neither. These are the shell's.
- `{{` and `}}`: braces.

Nothing else is evaluated, and what is put in is one word, whatever it contains.
"""

from __future__ import annotations

import re

from entrypoint import sizing
from entrypoint.errors import ConfigurationError

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


def problems(text: str) -> list[str]:
    """Return what is wrong with the placeholders of a text."""
    found = []
    for match in _BRACES.finditer(text):
        inside = match[1]
        if match[0] in ("{{", "}}"):
            continue
        if inside is None:
            found.append("has a brace without its other half; write {{ or }} for a brace")
        elif inside not in KNOWN and not _VARIABLE.fullmatch(inside):
            found.append(
                f"has {match[0]}, which is neither a variable ({{NAME}}) nor one of "
                + ", ".join(f"{{{name}}}" for name in KNOWN)
            )
    return found


def variables(text: str) -> list[str]:
    """Return the names of the variables that a text has placeholders for."""
    inside = (match[1] for match in _BRACES.finditer(text))
    found = (_VARIABLE.fullmatch(each) for each in inside if each is not None)
    return [match[1] for match in found if match is not None]


def expand(text: str, environ: Mapping[str, str], project: Project) -> str:
    """Return a text with its placeholders filled in.

    Raises:
        ConfigurationError: a variable without a default is not set.
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
            raise ConfigurationError(
                f"{name} is not set.", f"The verb's {text!r} in pyproject.toml needs it."
            )
        return found or other

    return _BRACES.sub(value, text)
