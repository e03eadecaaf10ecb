"""Reads variables from an environment: everything is parsed, then every problem is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.app import App
from settings_lib.errors import ConfigurationError, Problem
from settings_lib.fragments import FRAGMENTS
from settings_lib.sources import FILE_SUFFIX, Found, find
from settings_lib.values import Values
from settings_lib.variables import When

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from settings_lib.variables import Var


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
    values: dict[str, Any] = {var.name: var.default for var in variables}
    given: set[str] = set()
    fallbacks: set[str] = set()
    problems: list[Problem] = []
    failed: set[str] = set()
    for var in variables:
        if building and (var.secret or var.name in building):
            continue
        parsed, wrong, fallback = _parse(var, environ)
        if fallback:
            fallbacks.add(var.name)
        if wrong:
            problems += wrong
            failed.add(var.name)
        if parsed:
            values[var.name] = parsed[0]
        if parsed or wrong:
            given.add(var.name)
    given |= {name for name, value in building.items() if value is not None}
    result = Values(values | building, given, fallbacks)
    if not building:
        problems += _missing(variables, result, app, failed, environ)
    problems += _contradictions(result, app, failed)
    if problems:
        raise ConfigurationError(problems)
    return result


def _contradictions(values: Values, app: App, failed: set[str]) -> Iterator[Problem]:
    for fragment in FRAGMENTS:
        for check in fragment.checks:
            if not any(name in failed or name not in values for name in check.names):
                yield from check.find(values, app)


def _build_mode(variables: tuple[Var, ...], environ: Mapping[str, str]) -> dict[str, Any]:
    """What stands in for secrets and services while an image is built or tested, else nothing."""
    for var in variables:
        if var.name == "BUILD":
            parsed, _, _ = _parse(var, environ)
            if parsed and parsed[0]:
                import secrets  # noqa: PLC0415 - costs time, and only images are built with it

                stand_ins = {
                    name: value for each in FRAGMENTS for name, value in each.stand_ins.items()
                }
                return {**stand_ins, "BUILD": True, "SECRET_KEY": secrets.token_urlsafe(50)}
    return {}


def _parse(var: Var, environ: Mapping[str, str]) -> tuple[list[Any], list[Problem], bool]:
    """The parsed value, as a list of one or none, the problems, and whether it is a fallback's."""
    fallback = False
    parsed: list[tuple[str, Any]] = []
    problems: list[Problem] = []
    for each in find(var, environ):
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
    return [value for _, value in parsed[:1]], problems, fallback


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
    failed: set[str],
    environ: Mapping[str, str],
) -> Iterator[Problem]:
    near: Mapping[str, str] | None = None
    for var in variables:
        if values.given(var.name):
            continue
        if isinstance(var.required, When):
            required = failed.isdisjoint(var.required.names) and var.required.holds(values, app)
            why = f", and it is required when {var.required.text}"
        else:
            required, why = var.required, ""
        if required:
            if near is None:
                from settings_lib.spelling import meant  # noqa: PLC0415 - hardly ever needed

                near = meant(variables, environ)
            guess = next((name for name, wanted in near.items() if wanted in var.names), "")
            yield Problem(
                name=var.name,
                wrong=f"is not set{why}",
                right=f"{guess} is set: did you mean {near[guess]}?"
                if guess
                else f"Set {var.name}, or {var.name}{FILE_SUFFIX} to the path of a file that "
                "holds it.",
                example=var.right,
            )
