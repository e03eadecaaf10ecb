"""What a host is to have in the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.deploy.hosts import Fleet
    from toolkit.deploy.journal import Tags
    from toolkit.deploy.state import State
    from toolkit.scaffold.instances import Instance


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a host is to have in the end.

    Attributes:
        tags: Its TAG and REVERT. An empty tag: it runs nothing, as before its first deploy.
        back: It is a way back: REVERT is put right too.
        fresh: What runs the tag already is restarted too.
    """

    tags: Tags
    back: bool = False
    fresh: bool = False

    def image(self, fleet: Fleet) -> str:
        """The image that its containers run."""
        return f"{fleet.manifest.image}:{self.tags.tag}"

    def has(self, state: State, instance: Instance, fleet: Fleet) -> bool:
        """Whether an instance is already as it is to be."""
        return not self.fresh and state.runs(instance.name, self.image(fleet))
