"""Mistakes in what a settings module declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from settings_lib.errors import DeclarationError
from settings_lib.sources import FILE_SUFFIX
from settings_lib.types.parsing import Type
from settings_lib.variables import Group, Var, When

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def items(value: Any, parameter: str, example: str) -> tuple[Any, ...]:  # noqa: ANN401
    """The items of a parameter.

    Raises:
        DeclarationError: It is one text, whose items would be its letters, or it has no items.
    """
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        kind = type(value).__name__
        raise DeclarationError(f"{parameter} is a {kind}. Write a list: {parameter}=[{example}].")
    return tuple(value)


def check_overrides(overrides: Iterable[str], parameters: Iterable[str]) -> None:
    """Refuse keywords that are neither a parameter nor a setting.

    Args:
        overrides: The keywords.
        parameters: The parameters that there are, for a suggestion.

    Raises:
        DeclarationError: A keyword is not in upper case.
    """
    for name in overrides:
        if not name.isupper():
            guess = _guess([Var(name=each, help="") for each in parameters], name)
            hint = f"Did you mean {guess}?" if guess else f"There are {', '.join(parameters)}."
            raise DeclarationError(
                f"There is no parameter {name}, and a setting's name is in upper case. {hint}"
            )


def check_extra(extra: Iterable[Any]) -> None:
    """Look at an app's own declarations.

    Raises:
        DeclarationError: One is wrong by itself.
    """
    for each in extra:
        if isinstance(each, Group):
            check_extra(each.variables)
        elif isinstance(each, Var):
            _check(each)
        else:
            raise DeclarationError(
                f"extra has a {type(each).__name__}. It takes Var(name=…, help=…) and "
                "Group(title=…, variables=(…,))."
            )


def _check(var: Var) -> None:
    name = var.name
    for names, what in ((var.aliases, "aliases"), (var.fallbacks, "fallbacks")):
        items(names, f"{what} of {name}", repr(names))
    for each in var.names:
        if not isinstance(each, str) or not _NAME.fullmatch(each):
            raise DeclarationError(
                f"{each!r} is no name of a variable. Use upper-case letters, digits and "
                "underscores, as in FEEDS_FETCH_MINUTES: it is the setting's name too."
            )
    if not isinstance(var.type, Type):
        raise DeclarationError(
            f"The type of {name} is {var.type!r}. Take one of settings_lib's: STR, INT, BOOL, "
            'LIST, choice("a", "b") …'
        )
    if not isinstance(var.required, (bool, When)):
        raise DeclarationError(
            f"required of {name} is {var.required!r}. Write True, False or When(…)."
        )
    if var.example:
        try:
            value = var.type.parse(var.example)
        except ValueError:
            raise DeclarationError(
                f"The example of {name} is not a valid {var.type.name}. "
                f"Expected {var.type.expected}."
            ) from None
    elif not var.right or var.type.name == "json":
        return
    else:
        value = var.type.parse(var.right)
    if var.default is not None and not _alike(var.default, value):
        raise DeclarationError(
            f"The default of {name} is a {type(var.default).__name__}, and its type "
            f"{var.type.name} gives a {type(value).__name__}. Write it as one."
        )


def _alike(default: Any, value: Any) -> bool:  # noqa: ANN401
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(value, float):
        return isinstance(default, (int, float))
    if isinstance(value, (list, tuple)):
        return isinstance(default, (list, tuple))
    return isinstance(default, type(value)) or isinstance(value, type(default))


def check_names(variables: tuple[Var, ...], required: Iterable[str]) -> None:
    """Look at all declarations together.

    Raises:
        DeclarationError: A name is declared twice, or required but not declared.
    """
    owners: dict[str, str] = {}
    for var in variables:
        for name in (var.name, *var.aliases):
            if name in owners:
                raise DeclarationError(_twice(name, owners[name], var.name))
            owners[name] = var.name
    for name, owner in owners.items():
        if name.endswith(FILE_SUFFIX) and name.removesuffix(FILE_SUFFIX) in owners:
            raise DeclarationError(
                f"{name} (of {owner}) is what {name.removesuffix(FILE_SUFFIX)} reads a file's "
                "path from. Give it another name."
            )
    for name in required:
        if name not in {var.name for var in variables}:
            raise DeclarationError(_unknown(name, owners, variables))


def _twice(name: str, first: str, second: str) -> str:
    if first == second:
        return f"Declared twice: {name}. Declare {first} once."
    return (
        f"Declared twice: {name}, by {first} and by {second}. Read what {first} gives, or take the "
        f'name from one of the two; SCHEMA["{first}"].with_aliases(…) gives it further names, '
        "with_fallbacks(…) names that several variables may have."
    )


def _unknown(name: str, owners: Mapping[str, str], variables: tuple[Var, ...]) -> str:
    if name in owners:
        return f"Required but not declared: {name}. It is an alias: require {owners[name]}."
    guess = _guess(variables, name)
    hint = f"Did you mean {guess}?" if guess else "Add it to extra: Var(name=…, required=True)."
    return f"Required but not declared: {name}. {hint}"


def _guess(variables: Iterable[Var], name: str) -> str:
    from settings_lib.spelling import meant  # noqa: PLC0415 - hardly ever needed

    return meant(variables, {name: name}).get(name, "")
