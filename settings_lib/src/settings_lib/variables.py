"""What a declaration of a variable says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from settings_lib.records import record
from settings_lib.types.parsing import STR, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings_lib.app import App
    from settings_lib.values import Values


@record(frozen=True, kw_only=True)
class When:
    """A condition under which a variable is required.

    Attributes:
        names: The variables that it looks at; while one of them is wrong, nobody can tell.
        text: The condition in words; ends the sentence "required when …".
        holds: Takes the parsed values and the app; a variable that is not set has its default.
    """

    names: tuple[str, ...]
    text: str
    holds: Callable[[Values, App], bool]


@record(frozen=True, kw_only=True)
class Var:
    """The declaration of one environment variable.

    Attributes:
        name: The canonical name, also of the Django setting where there is one of that name.
        type: How its text is read.
        default: The value where it is not set; of the type's own kind.
        required: Always (True), never (False), or under a condition. Never in build mode.
        secret: Its value must never be shown.
        aliases: Names that mean the same. If several are set, they must agree.
        fallbacks: Names that are used only if neither the name nor an alias is set, and that may
            disagree with them: other programs set these.
        falls_back: Whether the app would use a fallback's value: one that is malformed is told only
            then, and where nobody else can read it.
        help: What it is for; one or two sentences.
        example: A right value; by default the type's example.
        default_text: What the reference says about the default, where it depends on others.
    """

    name: str
    type: Type = STR
    default: Any = None
    required: bool | When = False
    secret: bool = False
    aliases: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    falls_back: Callable[[App], bool] = lambda _: True
    help: str
    example: str = ""
    default_text: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it is read from, the canonical one first."""
        return (self.name, *self.aliases, *self.fallbacks)

    @property
    def right(self) -> str:
        """An example of a right value."""
        return self.example or self.type.example

    def with_aliases(self, *names: str) -> Var:
        """The same variable, read from further names too.

        >>> from settings_lib import SCHEMA
        >>> SCHEMA["DB_HOST"].with_aliases("PGHOST").names
        ('DB_HOST', 'POSTGRES_HOST', 'PGHOST', 'POSTGRESQL_PORT_5432_TCP_ADDR')
        """
        return replace(self, aliases=(*self.aliases, *names))

    def with_fallbacks(self, *names: str) -> Var:
        """The same variable, read from further names too where no other gives it.

        >>> from settings_lib import SCHEMA
        >>> SCHEMA["SENTRY_RELEASE"].with_fallbacks("HEROKU_RELEASE_VERSION").names
        ('SENTRY_RELEASE', 'HEROKU_RELEASE_VERSION')
        """
        return replace(self, fallbacks=(*self.fallbacks, *names))


@record(frozen=True, kw_only=True)
class Group:
    """Variables about one thing, under one heading of the reference."""

    title: str
    variables: tuple[Var, ...]
