"""Images of the apps in tests/apps, built as their users would: `toolkit wheelhouse`, `build`."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from containers import PREFIX, Done, build_command, command

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
APPS, EXAMPLE = ROOT / "tests" / "apps", ROOT / "examples" / "antisocial"

TOOLKIT = str(Path(sys.executable).with_name("toolkit"))


def toolkit(*args: str) -> Done:
    """Run the toolkit."""
    return build_command(TOOLKIT, *args)


def toolkit_or_fail(*args: str) -> str:
    """Return what the toolkit prints; it has to succeed."""
    done = toolkit(*args)
    assert done.returncode == 0, f"toolkit {' '.join(args)}\n{done.stdout}"
    return done.stdout


def build_example(image: str) -> None:
    """Build the example's image by its own Makefile, which fills a wheelhouse in its folder.

    Another process of tests that does so, too, is waited for.
    """
    with (EXAMPLE / "Makefile").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        argv = ("make", "-C", str(EXAMPLE), "build", f"IMAGE={image}", f"TOOLKIT={TOOLKIT}")
        done = build_command(*argv)
    assert done.returncode == 0, done.stdout


@dataclass
class Apps:
    """Builds apps from copies of their folders.

    Args:
        docker: the client.
        folder: where the copies are.
        say: tells what takes long.
    """

    docker: str
    folder: Path
    say: Callable[[str], None]
    _images: set[str] = field(default_factory=set)
    _wheelhouses: dict[str, Path] = field(default_factory=dict)

    def copy(self, name: str) -> Path:
        """Return a copy of an app's folder, with a wheelhouse if it has requirements.

        Apps that require the same get copies of one wheelhouse. No two copies are equal: what a
        build prints is looked at, and steps that the engine remembers print nothing.
        """
        target = self.folder / f"{len(list(self.folder.iterdir()))}-{name}"
        shutil.copytree(APPS / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        (target / ".copy").write_text(uuid.uuid4().hex)
        requirements = target / "requirements.txt"
        if requirements.is_file():
            text = requirements.read_text()
            if text in self._wheelhouses:
                shutil.copytree(self._wheelhouses[text], target / "wheelhouse")
            else:
                self.say(f"the wheelhouse of tests/apps/{name}")
                toolkit_or_fail("wheelhouse", "-C", str(target))
                self._wheelhouses[text] = target / "wheelhouse"
        return target

    def image(self, name: str, tag: str = "latest") -> str:
        """Return the name of an app's image."""
        image = f"{PREFIX}-{name}:{tag}"
        self._images.add(image)
        return image

    def try_build(self, name: str, *arguments: str) -> Done:
        """Build an app's image, or try to."""
        folder = self.copy(name)
        self.say(f"the image of tests/apps/{name}")
        done = toolkit("build", self.image(name), "-C", str(folder), "--", *arguments)
        self._remember(name)
        return done

    def build(self, name: str, *arguments: str) -> str:
        """Build an app's image and return its name."""
        done = self.try_build(name, *arguments)
        assert done.returncode == 0, done.stdout
        return self.image(name)

    def docker_build(self, name: str, folder: Path) -> Done:
        """Build an image with `docker build` alone."""
        return build_command(
            *(self.docker, "build", "--progress=plain", "--tag", self.image(name), str(folder)),
            env={**os.environ, "DOCKER_BUILDKIT": "1"},
        )

    def _remember(self, name: str) -> None:
        """Remember the image, which the next one of that name leaves without a name."""
        found = command(self.docker, "image", "inspect", "--format", "{{.Id}}", self.image(name))
        self._images.update(found.stdout.split())

    def remove(self) -> None:
        """Remove the images, and those that carried the wheels to them."""
        names = "{{.Repository}}:{{.Tag}}"
        listed = command(
            self.docker, "image", "ls", "django-container/wheelhouse", "--format", names
        )
        carriers = listed.stdout.split()
        for image in carriers:
            label = '{{index .Config.Labels "django-container.wheelhouse-of"}}'
            of = command(self.docker, "image", "inspect", "--format", label, image).stdout.strip()
            if of.startswith(str(self.folder)):
                self._images.add(image)
        command(self.docker, "image", "rm", "--force", *sorted(self._images))
