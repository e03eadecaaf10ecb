"""A plan: what a verb wants done, as data that can be printed and compared."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Plan:
    """One command, with the directory it runs in and the variables it adds.

    Args:
        argv: the command; `argv[0]` is looked up on PATH.
        directory: the working directory, or None to keep the present one.
        variables: what the environment gets in addition. Never what was set already.
        inline: `argv` is `python SCRIPT ARGS…` or `python -m MODULE ARGS…`, with a module of this
            package, and may run in this interpreter, which saves starting a second one.
        commands: modules of `entrypoint.commands`, offered to manage.py beside Django's own.
        role: what the container is from then on, as `health` will tell: a word such as `web`.
        health: how `health` asks this role, as `entrypoint.role` documents.
        writable: paths that must be writable, or nothing is begun.
        before: plans that are carried out first, one after another.
        after: plans that are carried out when this one has ended with 0.
        reasons: what was decided, and why: (name, value, reason).

    `verb`, the verb that it carries out, is set by `entrypoint.dispatch`.
    """

    __slots__ = (
        "after",
        "argv",
        "before",
        "commands",
        "directory",
        "health",
        "inline",
        "reasons",
        "role",
        "variables",
        "verb",
        "writable",
    )

    def __init__(
        self,
        argv: Iterable[str],
        *,
        directory: str | None = None,
        variables: Mapping[str, str] | None = None,
        inline: bool = False,
        commands: tuple[str, ...] = (),
        role: str | None = None,
        health: tuple[str, ...] = ("process",),
        writable: tuple[str, ...] = (),
        before: tuple[Hook, ...] = (),
        after: tuple[Hook, ...] = (),
        reasons: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        self.argv = tuple(argv)
        self.directory = directory
        self.variables = dict(variables or {})
        self.inline = inline
        self.commands = commands
        self.role = role
        self.health = health
        self.writable = writable
        self.before = before
        self.after = after
        self.reasons = reasons
        self.verb = ""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in Plan.__slots__)

    __hash__ = None  # type: ignore[assignment]  # it holds a dict

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in Plan.__slots__[1:])
        return f"Plan({self.argv!r}, {fields})"


class Hook:
    """A plan that goes before or after another one.

    Args:
        words: the hook as it was declared, a command line of the entrypoint's.
        plan: what it does.
        may_fail: what comes next goes on when it has failed.
    """

    __slots__ = ("may_fail", "plan", "words")

    def __init__(self, words: tuple[str, ...], plan: Plan, *, may_fail: bool = False) -> None:
        self.words = words
        self.plan = plan
        self.may_fail = may_fail

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Hook):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in Hook.__slots__)

    __hash__ = None  # type: ignore[assignment]  # its plan has none
