"""Images of the probe in the registry: any number of versions, and broken ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from apps import toolkit_or_fail
from building import build
from containers import build_command, command

APPS = Path(__file__).with_name("apps")
PROBE = APPS / "probe"
VARIANTS = APPS / "variants"


@dataclass(frozen=True, kw_only=True)
class Versions:
    """Builds and pushes.

    Args:
        docker: the client of this machine's engine.
        base: the image that every version is made from.
        registry: the registry's address as this machine's engine has it.
    """

    docker: str
    base: str
    registry: str
    _pushed: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def build_base(name: str) -> str:
        """Build the probe as its users would, and return the image's name."""
        toolkit_or_fail("wheelhouse", "-C", str(PROBE))
        toolkit_or_fail("build", name, "-C", str(PROBE))
        return name

    def push(self, tag: str, variant: str = "plain") -> str:
        """Have a tag of a variant in the registry, and return the tag.

        Args:
            tag: such as build-2.
            variant: a folder of `apps/variants`.
        """
        if self._pushed.get(tag) != variant:
            name = f"{self.registry}/probe:{tag}"
            build(self.docker, VARIANTS / variant, name, FROM=self.base, TAG=tag)
            pushed = build_command(self.docker, "push", name)
            assert pushed.returncode == 0, pushed.stdout
            self._pushed[tag] = variant
        return tag

    def remove(self) -> None:
        """Remove the images from this machine's engine."""
        names = [f"{self.registry}/probe:{tag}" for tag in self._pushed]
        command(self.docker, "image", "rm", "--force", self.base, *names)
