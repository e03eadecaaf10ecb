"""Reads variables from an environment: everything is parsed, then every problem is told at once."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from settings_lib.app import App
from settings_lib.callers import ROLE
from settings_lib.errors import ConfigurationError, Problem
from settings_lib.fragments import FRAGMENTS
from settings_lib.records import record
from settings_lib.sources import FILE_SUFFIX, Found, find, injected
from settings_lib.values import Values
from settings_lib.variables import When

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from settings_lib.variables import Var


_NO_ROLE = Problem(
    name="BUILD",
    wrong="is set, and no role starts in build mode, which knows no secrets",
    right="Take BUILD out of the container's environment.",
)


def read(schema: Iterable[Var], environ: Mapping[str, str], app: App | None = None) -> Values:
    """Parse every variable of a schema.

    In build mode (``BUILD``) nothing is required, and what names a secret or a service is not read
    at all: the fragments have stand-ins for it.

    Args:
        schema: The variables.
        environ: The environment.
        app: The app that they are for.

    Returns:
        The values, defaults included.

    Raises:
        ConfigurationError: Some are wrong or missing; it lists all of them.
    """
    variables = tuple(schema)
    app = app or App()
    building = _build_mode(variables, environ)
    if building and environ.get(ROLE):
        raise ConfigurationError([_NO_ROLE])
    values: dict[str, Any] = {var.name: var.default for var in variables}
    sources: dict[str, str] = {}
    weak: set[str] = set()
    problems: list[Problem] = []
    failed: set[str] = set()
    readings, unfit = _readings(
        [var for var in variables if not (building and (var.secret or var.name in building))],
        environ,
        app,
    )
    for name, each in readings.items():
        if each.problems:
            problems += each.problems
            failed.add(name)
        if each.values:
            values[name] = each.values[0]
        if each.source:
            sources[name] = each.source
        if each.fallback:
            weak.add(name)
    stand_ins = {name for name, value in building.items() if value is not None}
    if "DEBUG" in app.overrides:
        values["DEBUG"] = bool(app.project["DEBUG"])
    result = Values(values | building, {*sources, *stand_ins}, weak, sources)
    if not building:
        problems += _missing(variables, result, app, environ, failed=failed, unfit=unfit)
    problems += _contradictions(result, app, failed)
    if problems:
        raise ConfigurationError(problems)
    return result


def _readings(
    variables: Iterable[Var], environ: Mapping[str, str], app: App
) -> tuple[dict[str, _Reading], dict[str, tuple[Problem, ...]]]:
    """What was read for each variable, and what is wrong with fallbacks that are left alone.

    A fallback that one variable cannot have is meant for another: one that can have it, that has it
    for a name, or the one that the app uses.
    """
    variables = tuple(variables)
    readings = {var.name: _parse(var, environ) for var in variables}
    taken = {each.fallback for each in readings.values() if each.values}
    taken |= {name for var in variables for name in (var.name, *var.aliases)}
    unfit = {
        var.name: each.problems
        for var in variables
        if (each := readings[var.name]).problems
        and each.fallback
        and (each.fallback in taken or not var.falls_back(app))
    }
    return {name: each for name, each in readings.items() if name not in unfit}, unfit


def _contradictions(values: Values, app: App, failed: set[str]) -> Iterator[Problem]:
    for fragment in FRAGMENTS:
        for check in fragment.checks:
            if not any(name in failed or name not in values for name in check.names):
                for problem in check.find(values, app):
                    source = problem.source or values.source(problem.name)
                    yield replace(problem, source=source)


def _build_mode(variables: tuple[Var, ...], environ: Mapping[str, str]) -> dict[str, Any]:
    """What stands in for secrets and services while an image is built or tested, else nothing."""
    for var in variables:
        if var.name == "BUILD" and any(_parse(var, environ).values):
            import secrets  # noqa: PLC0415 - costs time, and only images are built with it

            stand_ins = {
                name: value for each in FRAGMENTS for name, value in each.stand_ins.items()
            }
            return {**stand_ins, "BUILD": True, "SECRET_KEY": secrets.token_urlsafe(50)}
    return {}


@record(frozen=True, kw_only=True)
class _Reading:
    """What was read for one variable.

    Attributes:
        values: The parsed value, one or none.
        problems: What is wrong.
        source: Where it came from; empty where there is none.
        fallback: The name of the fallback that it is, or an empty text.
    """

    values: tuple[Any, ...] = field(repr=False)
    problems: tuple[Problem, ...]
    source: str
    fallback: str


def _parse(var: Var, environ: Mapping[str, str]) -> _Reading:
    source = fallback = ""
    parsed: list[tuple[str, Any]] = []
    problems: list[Problem] = []
    for each in find(var, environ):
        source = source or each.source
        if isinstance(each, Problem):
            problems.append(each)
            continue
        fallback = each.fallback
        try:
            parsed.append((each.source, _value(var, each)))
        except ValueError as error:
            problems.append(
                Problem(
                    name=var.name,
                    source=each.source,
                    # A URL has many parts; its parser says which one is wrong, without quoting it.
                    wrong=getattr(error, "wrong", f"is not a valid {var.type.name}"),
                    right=f"Expected {var.type.expected}.",
                    example=var.right,
                )
            )
    if any(value != parsed[0][1] for _, value in parsed):
        problems.append(
            Problem(
                name=var.name,
                source=", ".join(source for source, _ in parsed),
                wrong="has names that disagree",
                right=f"Set only {var.name}, or the same value under each name.",
                example=var.right,
            )
        )
    return _Reading(
        values=tuple(value for _, value in parsed[:1]),
        problems=tuple(problems),
        source=source,
        fallback=fallback,
    )


def _value(var: Var, found: Found) -> Any:  # noqa: ANN401 - each variable has its own type
    # White space around a number is a slip; in a password it may be meant.
    text = found.text if var.type.name == "str" else found.text.strip()
    if not text:
        raise ValueError
    return var.type.parse(text)


def _missing(
    variables: tuple[Var, ...],
    values: Values,
    app: App,
    environ: Mapping[str, str],
    *,
    failed: set[str],
    unfit: Mapping[str, tuple[Problem, ...]],
) -> Iterator[Problem]:
    near: Mapping[str, str] | None = None
    for var in variables:
        if values.given(var.name) or var.name in app.overrides:
            continue
        if isinstance(var.required, When):
            required = failed.isdisjoint(var.required.names) and var.required.holds(values, app)
            why = f", and it is required when {var.required.text}"
        else:
            required, why = var.required, ""
        if required and var.name in unfit:
            yield from unfit[var.name]
        elif required:
            if near is None:
                from settings_lib.spelling import meant  # noqa: PLC0415 - hardly ever needed

                near = meant(variables, environ)
            guess = next((name for name, wanted in near.items() if wanted in var.names), "")
            yield Problem(
                name=var.name,
                wrong=f"is not set{why}",
                right=f"{guess} is set: did you mean {near[guess]}?"
                if guess
                else _how_to_set(var, environ),
                example=var.right,
            )


def _how_to_set(var: Var, environ: Mapping[str, str]) -> str:
    for name in var.names:
        if injected(name, environ.get(name, "")):
            return f"What {name} has is taken for Docker's description of a link: write another."
    also = f" (or {', '.join(var.aliases)})" if var.aliases else ""
    file = f"{var.name}{FILE_SUFFIX}"
    return f"Set {var.name}{also}, or {file} to the path of a file that holds it."
