"""Reads a schema from an environment: everything is parsed, then every problem is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from settings_lib import build, checks
from settings_lib.errors import ConfigurationError, Problem
from settings_lib.sources import FILE_SUFFIX, Found, find
from settings_lib.variables import Var, When


class Values(Mapping[str, Any]):
    """The parsed values by canonical name. Its representation shows names, never values."""

    def __init__(self, values: Mapping[str, Any], given: Iterable[str]) -> None:
        self._values = dict(values)
        self._given = frozenset(given)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - each variable has its own type
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Values of {', '.join(self._values)}>"

    def given(self, name: str) -> bool:
        """Whether the environment has this variable, rather than its default applying."""
        return name in self._given


def read(schema: Iterable[Var], environ: Mapping[str, str]) -> Values:
    """Parse every variable of a schema.

    In build mode (``BUILD``) nothing is required, and what names a service is not read at all:
    `settings_lib.build` has the values instead.

    Args:
        schema: The variables.
        environ: The environment.

    Returns:
        The values, defaults included.

    Raises:
        ConfigurationError: Some are wrong or missing; it lists all of them.
    """
    variables = tuple(schema)
    values: dict[str, Any] = {}
    given: set[str] = set()
    problems: list[Problem] = []
    failed: set[str] = set()
    stand_ins = build.values() if _build_mode(variables, environ) else {}
    for var in variables:
        values[var.name] = var.default
        if var.name in stand_ins:
            values[var.name] = stand_ins[var.name]
            given.add(var.name)
            continue
        parsed, wrong = _parse(var, environ)
        problems += wrong
        if wrong:
            failed.add(var.name)
        if parsed:
            values[var.name] = parsed[0]
        if parsed or wrong:
            given.add(var.name)
    if not stand_ins:
        problems += _missing(variables, values, given, failed, environ)
    result = Values(values, given)
    problems += checks.run(result, failed)
    if problems:
        raise ConfigurationError(problems)
    return result


def _build_mode(variables: tuple[Var, ...], environ: Mapping[str, str]) -> bool:
    for var in variables:
        if var.name == "BUILD":
            parsed, _ = _parse(var, environ)
            return bool(parsed and parsed[0])
    return False


def _parse(var: Var, environ: Mapping[str, str]) -> tuple[list[Any], list[Problem]]:
    """The parsed value, as a list of one or none, and the problems."""
    parsed: list[tuple[str, Any]] = []
    problems: list[Problem] = []
    for each in find(var, environ):
        if isinstance(each, Problem):
            problems.append(each)
            continue
        try:
            parsed.append((each.source, _value(var, each)))
        except ValueError:
            problems.append(
                Problem(
                    name=var.name,
                    source=each.source,
                    wrong=f"is not a valid {var.type.name}",
                    right=f"Expected {var.type.expected}.",
                )
            )
    if any(value != parsed[0][1] for _, value in parsed):
        problems.append(
            Problem(
                name=var.name,
                source=", ".join(source for source, _ in parsed),
                wrong="has names that disagree",
                right=f"Set only {var.name}, or the same value under each name.",
            )
        )
    return [value for _, value in parsed[:1]], problems


def _value(var: Var, found: Found) -> Any:  # noqa: ANN401 - as above
    # White space around a number is a slip; in a password it may be meant.
    text = found.text if var.type.name == "str" else found.text.strip()
    return var.type.parse(text)


def _missing(
    variables: tuple[Var, ...],
    values: Mapping[str, Any],
    given: set[str],
    failed: set[str],
    environ: Mapping[str, str],
) -> Iterator[Problem]:
    for var in variables:
        if var.name in given:
            continue
        if isinstance(var.required, When):
            required = failed.isdisjoint(var.required.names) and var.required.holds(values)
            why = f", and it is required when {var.required.text}"
        else:
            required, why = var.required, ""
        if required:
            yield Problem(
                name=var.name,
                wrong=f"is not set{why}",
                right=_advice(var, variables, environ),
            )


def _advice(var: Var, variables: tuple[Var, ...], environ: Mapping[str, str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - costs time, and only errors need it

    known = {name for each in variables for name in each.names}
    known |= {name + FILE_SUFFIX for name in known}
    strangers = [name for name in environ if name not in known]
    wanted = [*var.names, *(name + FILE_SUFFIX for name in var.names)]
    for name in wanted:
        near = get_close_matches(name, strangers, n=1, cutoff=0.85)
        if near:
            return f"{near[0]} is set: did you mean {name}?"
    return f"Set {var.name}, or {var.name}{FILE_SUFFIX} to the path of a file that holds it."
