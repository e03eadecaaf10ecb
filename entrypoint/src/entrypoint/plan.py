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
        inline: `argv` is `python SCRIPT ARGS…` and may run in this interpreter, which
            saves starting a second one.
    """

    __slots__ = ("argv", "directory", "inline", "variables")

    def __init__(
        self,
        argv: Iterable[str],
        *,
        directory: str | None = None,
        variables: Mapping[str, str] | None = None,
        inline: bool = False,
    ) -> None:
        self.argv = tuple(argv)
        self.directory = directory
        self.variables = dict(variables or {})
        self.inline = inline

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in Plan.__slots__)

    __hash__ = None  # type: ignore[assignment]  # it holds a dict

    def __repr__(self) -> str:
        return (
            f"Plan({self.argv!r}, directory={self.directory!r}, "
            f"variables={self.variables!r}, inline={self.inline!r})"
        )
