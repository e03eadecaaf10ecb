"""What a declaration of a variable says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from settings_lib.parsing import STR, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, kw_only=True)
class When:
    """A condition under which a variable is required.

    Attributes:
        names: The variables that it looks at; while one of them is wrong, nobody can tell.
        text: The condition in words; ends the sentence "required when …".
        holds: Takes the parsed values by name; a variable that is not set has its default.
    """

    names: tuple[str, ...]
    text: str
    holds: Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, kw_only=True)
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
        help: What it is for; one or two sentences.
        example: A value for ``.env.example``.
        default_text: What the reference says about the default, where it depends on others.
    """

    name: str
    type: Type = STR
    default: Any = None
    required: bool | When = False
    secret: bool = False
    aliases: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    help: str
    example: str = ""
    default_text: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it is read from, the canonical one first."""
        return (self.name, *self.aliases, *self.fallbacks)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Variables about one thing, under one heading of the reference."""

    title: str
    variables: tuple[Var, ...]
