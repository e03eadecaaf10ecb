"""Numbers that the environment names."""

from __future__ import annotations

from entrypoint.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def positive(environ: Mapping[str, str], name: str, most: int | None = None) -> int | None:
    """Return a variable's number, or None where it is unset or empty.

    Args:
        environ: the environment.
        name: the variable.
        most: the largest number that it can be.

    Raises:
        ConfigurationError: it is not a whole number, from 1 to the largest.
    """
    text = environ.get(name)
    if not text:
        return None
    # Not int() alone, which takes "1_0", " 1" and other scripts' digits, nor any number of digits.
    if text.isascii() and text.isdigit() and len(text) <= len(str(most or DIGITS)):
        value = int(text)
        if value >= 1 and (most is None or value <= most):
            return value
    span = "of at least 1" if most is None else f"from 1 to {most}"
    raise ConfigurationError(
        f"{name} is not a number {span}.", f"For example {name}=4; unset, it has a default."
    )


#: A number with more digits is none that anybody means.
DIGITS = 10**9


def together(*readers: Callable[[], Any]) -> list[Any]:
    """Call functions that read variables, and return what they return.

    Raises:
        ConfigurationError: what is wrong with any of them, all in one.
    """
    values = []
    problems = []
    for reader in readers:
        try:
            values.append(reader())
        except ConfigurationError as error:
            problems.append(error)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        lines = "".join(f"\n  - {error.args[0]} {error.hint}" for error in problems)
        everything = ConfigurationError(f"{len(problems)} variables are wrong:{lines}")
        everything.parts = tuple(problems)
        raise everything
    return values
