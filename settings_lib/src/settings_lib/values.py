"""The parsed values of a schema's variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from settings_lib.app import App


class Values(Mapping[str, Any]):
    """The parsed values by canonical name. Its representation shows names, never values."""

    def __init__(
        self,
        values: Mapping[str, Any],
        given: Iterable[str],
        weak: Iterable[str] = (),
        sources: Mapping[str, str] | None = None,
    ) -> None:
        """Keep them.

        Args:
            values: Every variable's value.
            given: Which of them the environment has.
            weak: Which of these are a fallback's.
            sources: Where those that the environment has came from.
        """
        self._values = dict(values)
        self._given = frozenset(given)
        self._weak = frozenset(weak)
        self._sources = dict(sources or {})

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - each variable has its own type
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Values of {', '.join(self._values)}>"

    def given(self, *names: str) -> bool:
        """Whether the environment has one of these variables, rather than a default applying."""
        return not self._given.isdisjoint(names)

    def named(self, name: str) -> bool:
        """Whether the environment has it under its name or an alias, and not by a fallback."""
        return name in self._given - self._weak

    def source(self, name: str) -> str:
        """Where a value came from (``env``, ``DEBUG_FILE``, ``alias DJANGO_DEBUG``), or nothing."""
        return self._sources.get(name, "")

    def called(self, *names: str) -> str:
        """The names that the environment has for variables, to be read in a sentence."""
        return ", ".join(
            name if self.source(name) in {"", "env"} else self.source(name).removeprefix("alias ")
            for name in names
        )

    def setting(self, name: str, app: App) -> Any:  # noqa: ANN401 - as above
        """The value of a setting that a project may have: the environment's, else its, else ours.

        Args:
            name: The setting's name, which is the variable's.
            app: The app.
        """
        if name in app.project and not self.given(name):
            return app.project[name]
        return self[name]
