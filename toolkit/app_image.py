"""An app's image: built from its Dockerfile, labelled, with the wheelhouse in no layer."""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import dockerfile, git, images
from toolkit.errors import BuildError, ConfigurationError, UsageError
from toolkit.inputs import MANIFEST
from toolkit.process import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.engine import Engine

#: The Dockerfile of the image that carries an app's wheels to its build.
WHEELHOUSE_DOCKERFILE = "FROM scratch\nCOPY . /\n"

#: What such images are called, and the label that tells whose wheels they hold.
WHEELHOUSES = "django-container/wheelhouse"
WHEELHOUSE_LABEL = "django-container.wheelhouse-of"

#: A tag, as the registries' specification has it.
TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)

#: An engine's words for a step that failed, and the step's exit code.
FAILED_STEP = re.compile(
    r"(?:executor failed running \[(?P<argv>.*?)\]"
    r"|process \"(?P<line>.*?)\" did not complete successfully): exit code: (?P<code>\d+)"
)

#: A line of a step's plain output, and how our own programs begin their last message.
STEP_LINE = re.compile(r"^#\d+ [\d.]+ (.*)$", re.MULTILINE)
MESSAGE = re.compile(r"(entrypoint|install-wheels|error): (?!warning)")


@dataclass(frozen=True, kw_only=True)
class Build:
    """What is built.

    Args:
        directory: the app's folder, which is the build's context.
        image: the name of the image, tag included.
        dockerfile: its Dockerfile.
        wheelhouse: the name of the wheelhouse's folder in the context.
        ca_bundle: the certificates that steps may mount (`--mount=type=secret,id=ca`).
        arguments: `docker build` options passed on.
    """

    directory: Path
    image: str
    dockerfile: Path
    wheelhouse: str = "wheelhouse"
    ca_bundle: Path | None = None
    arguments: tuple[str, ...] = ()


def build(engine: Engine, request: Build) -> None:
    """Build an app's image.

    Raises:
        UsageError: there is no Dockerfile, or the image's name cannot be one.
        ConfigurationError: the base image is not there.
        BuildError: a step failed.
    """
    try:
        text = request.dockerfile.read_text()
    except OSError as error:
        raise UsageError(
            f"{request.dockerfile} cannot be read: {error.strerror}.",
            "An app's Dockerfile begins with: FROM django-container/base",
        ) from None
    tag = _tag(request.image)
    name = request.image.removesuffix(f":{tag}")
    if name != name.lower():
        raise UsageError(
            f"{request.image} cannot be an image's name.", "Docker wants it in lower case."
        )
    if not TAG.fullmatch(tag):
        raise UsageError(
            f"{request.image} cannot be an image's name.",
            "A tag has letters, digits and _.- alone: thraxil/antisocial:build-42",
        )
    _check_base(engine, text)
    source = git.source(request.directory)
    image = wheelhouse_tag(request)
    changed = dockerfile.with_wheelhouse(text, request.wheelhouse, image)
    if changed is not None:
        ensure_wheelhouse(engine, request, image)
    final = dockerfile.with_environment(
        text if changed is None else changed, environment(tag, source)
    )
    with tempfile.TemporaryDirectory(prefix="toolkit-build-") as folder:
        path = Path(folder, "Dockerfile")
        path.write_text(final)
        # BuildKit prefers the ignore file named like the Dockerfile and beside it.
        Path(folder, "Dockerfile.dockerignore").write_text(
            dockerfile.ignore(_own_ignore(request), changed and request.wheelhouse)
        )
        try:
            engine.run(*build_args(request, path, source.labels(tag)))
        except CommandError as error:
            raise BuildError(*_failure(request, error)) from None
    size = int(engine.answer("image", "inspect", "--format", "{{.Size}}", request.image))
    print(f"{request.image}: {size / 1_000_000:.0f} MB")


def environment(tag: str, source: git.Source) -> dict[str, str]:
    """Return the variables by which a running container knows its image.

    The settings library reads them. What is not known is not set.
    """
    variables = {"IMAGE_TAG": tag, "IMAGE_REVISION": source.revision}
    return {name: value for name, value in variables.items() if value}


def build_args(request: Build, path: Path, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the arguments of `docker` that build an app's image from a Dockerfile."""
    return (
        "build",
        *("--tag", request.image),
        *("--file", str(path)),
        *(word for name, value in labels.items() for word in ("--label", f"{name}={value}")),
        *(() if request.ca_bundle is None else ("--secret", f"id=ca,src={request.ca_bundle}")),
        *request.arguments,
        str(request.directory),
    )


def wheelhouse_tag(request: Build) -> str:
    """Return the name of the image that carries the wheels which an app's wheelhouse holds now."""
    return f"{WHEELHOUSES}:{_digest(request.directory / request.wheelhouse)[:20]}"


def ensure_wheelhouse(engine: Engine, request: Build, image: str) -> None:
    """Build the image that carries the app's wheels, unless the engine has it already.

    One app's former ones are removed.

    Raises:
        UsageError: there is no wheelhouse yet.
    """
    folder = request.directory / request.wheelhouse
    if not (folder / MANIFEST).is_file():
        raise UsageError(
            f"there is no wheelhouse in {folder}.", "Build it first: toolkit wheelhouse"
        )
    if engine.image_id(image):
        return
    label = f"{WHEELHOUSE_LABEL}={request.directory}"
    with tempfile.TemporaryDirectory(prefix="toolkit-wheelhouse-") as directory:
        path = Path(directory, "Dockerfile")
        path.write_text(WHEELHOUSE_DOCKERFILE)
        words = ("--quiet", "--tag", image, "--label", label, "--file", str(path), str(folder))
        engine.answer("build", *words)
    template = "{{.Repository}}:{{.Tag}}"
    for other in engine.answer(
        "image", "ls", "--filter", f"label={label}", "--format", template
    ).split():
        if other != image:
            engine.try_to("image", "rm", other)


def _own_ignore(request: Build) -> str | None:
    """Return the text of the app's .dockerignore, the one of the Dockerfile's name first."""
    for path in (
        request.dockerfile.with_name(request.dockerfile.name + ".dockerignore"),
        request.directory / ".dockerignore",
    ):
        if path.is_file():
            return path.read_text()
    return None


def _digest(folder: Path) -> str:
    """Return a digest of a folder's files by name, size and time: it need not read the wheels."""
    files = [
        (str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return hashlib.sha256(repr(files).encode()).hexdigest()


def _check_base(engine: Engine, text: str) -> None:
    """Refuse to build on a base image that nobody built, since no registry has it either."""
    image = dockerfile.base_image(text)
    if image is None or not dockerfile.builder_image(image) or "$" in image:
        return
    if engine.image_id(image) is None and "." not in image.partition("/")[0]:
        raise ConfigurationError(
            f"the Dockerfile begins with {image}, which the engine does not have.",
            images.how_to_get(image),
        )


def _failure(request: Build, error: CommandError) -> tuple[str, str]:
    """Return what failed and why, as far as the output tells; a terminal keeps it to itself."""
    step = FAILED_STEP.search(error.output)
    lines = STEP_LINE.findall(error.output)
    begins = [number for number, line in enumerate(lines) if MESSAGE.match(line)]
    reason = "\n  ".join(lines[begins[-1] :]) if begins else ""
    if step is None:
        what = f"{request.image} could not be built (docker build ended with {error.code})."
    else:
        command = (step["argv"] or step["line"]).removeprefix("/bin/sh -c ")
        what = (
            f"{request.image} could not be built: `{command}` ended with exit code {step['code']}."
        )
    return what, reason or "Its output is above."


def _tag(image: str) -> str:
    return image.rpartition("/")[2].partition(":")[2] or "latest"
