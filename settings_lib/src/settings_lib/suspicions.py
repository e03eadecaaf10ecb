"""What in an environment is probably a mistake, though it is no error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settings_lib.errors import Problem
from settings_lib.fragments import FRAGMENTS
from settings_lib.sources import FILE_SUFFIX, Found, find
from settings_lib.spelling import meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from settings_lib.configured import Configured

_QUOTES = ("'", '"')


def suspicions(configured: Configured, problems: Iterable[Problem] = ()) -> tuple[Problem, ...]:
    """Everything that deserves a warning, for a settings module that was configured.

    Args:
        configured: What the module declared, and its environment.
        problems: What is told already. What is missing has the near name with it.
    """
    told = {each.name for each in problems}
    near = (each for each, known in near_names(configured) if known not in told)
    return (*near, *odd_ends(configured), *of_fragments(configured))


def near_names(configured: Configured) -> Iterator[tuple[Problem, str]]:
    """Names that nothing here reads and that are nearly one that is, each with the variable's."""
    variable = {
        form: var.name
        for var in configured.variables
        for name in var.names
        for form in (name, name + FILE_SUFFIX)
    }
    for name, known in meant(configured.variables, configured.environ).items():
        problem = Problem(
            name=name,
            source="env",
            wrong=f"is not a variable of {configured.app.name}",
            right=f"Did you mean {known}? If the app does read it, declare it: Var(name=…).",
        )
        yield problem, variable[known]


def odd_ends(configured: Configured) -> Iterator[Problem]:
    """Texts in quotation marks or white space: Docker's env files keep both."""
    for var in configured.variables:
        if var.type.name != "str":  # the others refuse it, or do not mind
            continue
        for each in find(var, configured.environ):
            if not isinstance(each, Found) or each.fallback:
                continue
            text = each.text
            what = ""
            if text != text.strip() and not var.right.endswith(" "):  # a subject's prefix does
                what = "white space"
            elif len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES:
                what = "a quotation mark"
            if what:
                yield Problem(
                    name=var.name,
                    source=each.source,
                    wrong=f"begins or ends with {what}, which is part of the value",
                    right="Take it out, unless it is meant: Docker's env files keep it.",
                )


def of_fragments(configured: Configured) -> Iterator[Problem]:
    """What the fragments find."""
    if configured.values is not None:
        for fragment in FRAGMENTS:
            for check in fragment.warnings:
                if all(name in configured.values for name in check.names):
                    yield from check.find(configured.values, configured.app)
