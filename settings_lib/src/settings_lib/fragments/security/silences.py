"""Warnings of ``check --deploy`` that a deliberate decision answers, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from settings_lib.app import App
    from settings_lib.values import Values

    Predicate = Callable[[Values, App, Mapping[str, Any]], bool]


@record(frozen=True, kw_only=True)
class Silence:
    """Why some of Django's checks say nothing.

    Attributes:
        ids: The checks, such as ``security.W004``.
        when: The decision, to be read after "when"; in Markdown.
        reason: Why the warning would help nobody then, a sentence; in Markdown.
        holds: Takes the values, the app and the settings that its fragment makes.
    """

    ids: tuple[str, ...]
    when: str
    reason: str
    holds: Predicate


def silenced(
    silences: Iterable[Silence], values: Values, app: App, settings: Mapping[str, Any]
) -> list[str]:
    """The setting ``SILENCED_SYSTEM_CHECKS``: the project's list, and ours behind it.

    Args:
        silences: A fragment's.
        values: The parsed values.
        app: The app.
        settings: What the fragment sets.

    Returns:
        A new list.
    """
    result = list(app.project.get("SILENCED_SYSTEM_CHECKS") or ())
    for silence in silences:
        if silence.holds(values, app, settings):
            result += [each for each in silence.ids if each not in result]
    return result
