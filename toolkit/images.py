"""The toolkit's own images: base and builder, and the services of the demo and the tests."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import __version__, distributions, resources, root
from toolkit.errors import BuildError
from toolkit.process import CommandError

if TYPE_CHECKING:
    from toolkit.engine import Engine

NAMESPACE = "django-container"

#: What apps are built with, and so what is built where nothing is named.
NAMES = ("base", "builder")

#: What the demo and the tests run beside an app.
SERVICES = ("postgres", "redis", "mariadb", "pgbouncer", "rabbitmq", "radosgw")

#: The projects whose wheels an image carries.
PROJECTS = {
    "base": (resources.ENTRYPOINT,),
    "builder": (resources.ENTRYPOINT, resources.SETTINGS_LIB),
}


@dataclass(frozen=True, kw_only=True)
class Variant:
    """Which of the images: for a suite, or on an image of somebody else's.

    Args:
        namespace: what comes before the name, a registry's host included.
        suite: a Debian suite.
        base_image: the image to begin with instead, such as `python:3.13-slim`.
    """

    namespace: str = NAMESPACE
    suite: str = root.DEFAULT_SUITE
    base_image: str | None = None

    def tags(self, name: str) -> tuple[str, ...]:
        """Return an image's names, the most precise first; the default suite is `latest` too."""
        image = f"{self.namespace}/{name}"
        if self.base_image is not None:
            tag = self.base_image.rpartition("/")[2].replace(":", "-").replace("@", "-")
            return (f"{image}:{tag}",)
        if self.suite == root.DEFAULT_SUITE:
            return (f"{image}:{self.suite}", f"{image}:latest")
        return (f"{image}:{self.suite}",)


def how_to_get(image: str) -> str:
    """Return the hint for a base or builder image that the engine does not have."""
    namespace, _, name = image.rpartition("/")
    tag = name.partition(":")[2]
    option = "" if namespace == NAMESPACE else f" --namespace {namespace}"
    if tag in root.SUITES:
        return f"Build it: toolkit images build{option} --suite {tag}"
    if tag in ("", "latest"):
        return f"Build it: toolkit images build{option}"
    suites = ", ".join(root.SUITES)
    return (
        f"The toolkit builds the tags {suites} (--suite), and others with --base-image IMAGE: "
        "toolkit images build --help"
    )


def build(
    engine: Engine,
    variant: Variant,
    *,
    names: tuple[str, ...] = NAMES,
    ca_bundle: Path | None = None,
    no_cache: bool = False,
    pull: bool = False,
) -> None:
    """Build images, each from its folder and what is put beside it.

    Args:
        engine: builds them.
        variant: which of them.
        names: their names.
        ca_bundle: the certificates that build steps trust.
        no_cache: build every layer anew.
        pull: begin with a new Debian, too.

    Raises:
        BuildError: a build failed.
        RootImageError: there is nothing to begin with.
    """
    for name in names:
        if name == "builder":
            argument = f"BASE={variant.tags('base')[0]}"
        else:
            begin = variant.base_image or root.ensure(
                engine, variant.suite, variant.namespace, anew=pull and name == names[0]
            )
            argument = f"ROOT={begin}"
        tags = variant.tags(name)
        print(f"==> {tags[0]}", flush=True)
        with tempfile.TemporaryDirectory(prefix="toolkit-image-") as folder:
            context = Path(folder, name)
            shutil.copytree(
                resources.IMAGES / name, context, ignore=shutil.ignore_patterns("__pycache__")
            )
            wheels = context / "wheels"
            distributions.build_wheels(PROJECTS.get(name, ()), wheels)
            command = build_args(
                context,
                tags=tags,
                argument=argument,
                ca_bundle=ca_bundle,
                no_cache=no_cache or pull,
            )
            try:
                engine.run(*command)
            except CommandError as error:
                raise BuildError(
                    f"{tags[0]} could not be built (docker build ended with {error.code}).",
                    "Its output is above.",
                ) from None


def build_args(
    context: Path,
    *,
    tags: tuple[str, ...],
    argument: str,
    ca_bundle: Path | None,
    no_cache: bool,
) -> tuple[str, ...]:
    """Return the arguments of `docker` that build one image."""
    return (
        "build",
        *(word for tag in tags for word in ("--tag", tag)),
        *("--build-arg", argument),
        *("--label", f"org.opencontainers.image.version={__version__}"),
        *(() if ca_bundle is None else ("--secret", f"id=ca,src={ca_bundle}")),
        *(("--no-cache",) if no_cache else ()),
        str(context),
    )
