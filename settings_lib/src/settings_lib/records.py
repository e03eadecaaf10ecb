"""Frozen dataclasses that cost little to make: settings are imported in every process.

The standard library compiles seven methods for each frozen dataclass, of which five are the same
for all. Here only ``__init__`` is compiled, which takes 0.2 ms instead of 0.7.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, fields
from typing import TYPE_CHECKING, Any

__all__ = ["record"]

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, kw_only: bool) -> Callable[[type], type]:
        """What ``dataclass`` makes with ``frozen=True``, to anyone who uses it.

        Args:
            frozen: True, for those who know dataclasses, type checkers among them.
            kw_only: As there.
        """
        assert frozen  # noqa: S101

        def decorate(cls: type) -> type:
            made = dataclass(cls, kw_only=kw_only, repr=False, eq=False)
            for method in (_setattr, _delattr, _repr, _eq, _hash):
                setattr(made, f"_{method.__name__}__", method)
            return made

        return decorate


def _setattr(self: Any, name: str, value: Any) -> None:  # noqa: ANN401
    if name in self.__dict__ or name not in self.__dataclass_fields__:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    self.__dict__[name] = value


def _delattr(self: Any, name: str) -> None:  # noqa: ANN401, ARG001
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _repr(self: Any) -> str:  # noqa: ANN401
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__name__}({', '.join(shown)})"


def _eq(self: Any, other: Any) -> Any:  # noqa: ANN401
    if type(other) is not type(self):
        return NotImplemented
    return self.__dict__ == other.__dict__


def _hash(self: Any) -> int:  # noqa: ANN401
    return hash(tuple(self.__dict__.values()))
