"""Spans of time that the environment names, in seconds."""

from __future__ import annotations

from entrypoint.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

#: A day. Whoever means more has a unit in mind that is not the second.
MOST = 86400


def seconds(
    environ: Mapping[str, str], name: str, default: float, *, positive: bool = False
) -> float:
    """Return a variable's seconds, such as `5` or `0.5`; the default where it is not set.

    Args:
        environ: the environment.
        name: the variable.
        default: what it is when unset or empty.
        positive: 0 is not allowed.

    Raises:
        ConfigurationError: it is not a number of seconds, from 0 to a day.
    """
    text = environ.get(name)
    if not text:
        return default
    # Not float() alone, which takes "nan", "1e9", "1_0" and blanks.
    if text.isascii() and text.replace(".", "", 1).isdigit():
        value = float(text)
        if value <= MOST and (value or not positive):
            return value
    raise ConfigurationError(
        f"{name} is not a number of seconds{' above 0' if positive else ''}, up to {MOST}.",
        f"For example {name}={default:g}; unset, it is that.",
    )
