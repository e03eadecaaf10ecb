"""What is known of an app besides its environment."""

from __future__ import annotations

from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from settings_lib.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping


@record(frozen=True, kw_only=True)
class App:
    """An app, as far as its settings depend on it.

    Attributes:
        name: Its name, which is its package's.
        project: The settings that its module has, by name. They stand where the environment says
            nothing. Not in the representation: it has secrets.
        django: ``django.VERSION``.
        celery: It has a Celery app, so it cannot do without a broker.
        databases: The aliases of its databases besides ``default``.
        overrides: The names of settings that no variable decides.
        namespace: Its Celery app reads the settings that begin with ``CELERY_``, and not Celery's
            names of before 4.0.
    """

    name: str = "app"
    project: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    django: tuple[int, ...] = (0,)
    celery: bool = False
    databases: tuple[str, ...] = ()
    overrides: frozenset[str] = frozenset()
    namespace: bool = True

    def since(self, *version: int) -> bool:
        """Whether its Django is of this version or later: ``since(6, 1)``."""
        return self.django[: len(version)] >= version
