"""What the toolkit reads and changes in an app's Dockerfile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: `FROM [--platform=…] IMAGE [AS NAME]`; the last one is the image that ships.
FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE | re.MULTILINE)

#: `ARG NAME=DEFAULT`, as an image's name may use it.
ARG = re.compile(r"^\s*ARG\s+(\w+)=[\"']?([^\s\"']*)", re.IGNORECASE | re.MULTILINE)

#: One `--mount=…` of a RUN.
MOUNT = re.compile(r"--mount=(\S+)")

#: The short form's line, once its mount is from an image.
INSTALL = re.compile(
    r"^(\s*RUN\s+--mount=\S*?)\btarget=[^,\s]+(\S*)\s+install-wheels[ \t]*$", re.MULTILINE
)

#: A folder that every image has: an engine before version 23 leaves the folder that it made for a
#: mount in the layer.
MOUNTPOINT = "/mnt"

#: `COPY` or `ADD` of a folder by name, as the classic form does with the wheelhouse.
COPIES = r"^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*(?:\S+\s+)*(?:\./)?{folder}/?\s+\S"

#: `# escape=\``, among the parser directives that a Dockerfile may begin with.
DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*")

#: What needs no quotes in an ENV: a tag and a revision never do.
PLAIN = re.compile(r"[\w.+:/-]+", re.ASCII)

#: What no image should hold, whatever the app's .dockerignore says; it can say `!.git`.
ALWAYS_IGNORED = ("**/.git", "**/.env", "**/etc/default/*.env", "**/__pycache__", "**/*.pyc")

#: What a build context leaves out as well where the app has no .dockerignore.
DEFAULT_IGNORE = (".venv", "venv", "node_modules")


def base_image(dockerfile: str) -> str | None:
    """Return the image that a Dockerfile's last stage begins with, or None.

    A stage that begins with another is followed to its image; variables have their defaults.
    """
    text = re.sub(r"\\\n", " ", dockerfile)
    defaults = dict(ARG.findall(text))
    stages: dict[str, str] = {}
    image = None
    for named, alias in FROM.findall(text):
        plain = re.sub(r"\$\{?(\w+)\}?", lambda name: defaults.get(name[1], name[0]), named)
        image = stages.get(plain.lower(), plain)
        stages[alias.lower()] = image
    return image


def builder_image(base: str) -> str | None:
    """Return the builder that goes with a base image, or None for somebody else's image.

    >>> builder_image("registry.example/team/base:bookworm")
    'registry.example/team/builder:bookworm'
    """
    found = re.fullmatch(r"(.+)/base(:[\w.-]+)?", base)
    return f"{found[1]}/builder{found[2] or ''}" if found else None


def with_wheelhouse(dockerfile: str, folder: str, image: str) -> str | None:
    """Return the Dockerfile with the wheelhouse mounted from an image, not from the context.

    The short form mounts `source=wheelhouse` and later says `COPY . /app/`, which would copy the
    wheelhouse too: one context serves both. With the wheels in an image of their own, the context
    can leave them out.

    Args:
        dockerfile: its text.
        folder: the wheelhouse's name in the context.
        image: the image that holds the wheels.

    Returns:
        The text to build instead; None where the wheelhouse has to stay in the context, since it
        is copied by its name, or is not mounted at all.
    """
    if re.search(COPIES.format(folder=re.escape(folder)), dockerfile, re.IGNORECASE | re.MULTILINE):
        return None
    changed = MOUNT.sub(lambda found: _mount(found[0], found[1], folder, image), dockerfile)
    if changed == dockerfile:
        return None
    return INSTALL.sub(
        rf"\g<1>target={MOUNTPOINT}\g<2> install-wheels --wheelhouse {MOUNTPOINT}", changed
    )


def _mount(whole: str, options: str, folder: str, image: str) -> str:
    pairs = [option.partition("=")[::2] for option in options.split(",")]
    values = {key.lower(): value for key, value in pairs}
    source = values.get("source", values.get("src", ""))
    if (
        values.get("type", "bind") != "bind"
        or "from" in values
        or source.strip("/").removeprefix("./") != folder
    ):
        return whole
    kept = [
        f"{key}={value}" if value else key
        for key, value in pairs
        if key.lower() not in ("source", "src")
    ]
    return "--mount=" + ",".join([*kept, f"from={image}"])


def with_environment(dockerfile: str, variables: Mapping[str, str]) -> str:
    """Return the Dockerfile with variables set at its end, so for the image that ships.

    An ENV is metadata, with no layer of its own, and the last instruction makes no other one run
    anew, whatever it says.

    Args:
        dockerfile: its text.
        variables: their values by name; without any the text stays as it is.

    Raises:
        ValueError: a value is not made of letters, digits and `.+:/_-`.
    """
    if not variables:
        return dockerfile
    for name, value in variables.items():
        if not PLAIN.fullmatch(value):
            raise ValueError(f"{name} cannot be set in a Dockerfile")
    pairs = " ".join(f"{name}={value}" for name, value in variables.items())
    return f"{_ended(dockerfile)}ENV {pairs}\n"


def _ended(dockerfile: str) -> str:
    """Return a Dockerfile whose last instruction ends: nothing that is appended continues it.

    Comments and empty lines do not end one, so the escape character at the end of the last line
    that is neither has to go. Two of them are none.
    """
    lines = dockerfile.replace("\r\n", "\n").removesuffix("\n").split("\n")
    escape = re.escape(_escape(lines))
    for number in reversed(range(len(lines))):
        if lines[number].strip() and not lines[number].lstrip().startswith("#"):
            lines[number] = re.sub(rf"(?<!{escape}){escape}[ \t]*$", "", lines[number])
            break
    return "".join(f"{line}\n" for line in lines)


def _escape(lines: list[str]) -> str:
    """Return the escape character that the directives choose: they stand before all else."""
    for line in lines:
        found = DIRECTIVE.fullmatch(line.strip())
        if not found:
            break
        if found[1].lower() == "escape":
            return found[2]
    return "\\"


def ignore(existing: str | None, folder: str | None) -> str:
    """Return the text of the .dockerignore to build with.

    Args:
        existing: the app's own .dockerignore, or None where it has none.
        folder: the wheelhouse's name, where it is to be left out.
    """
    own = DEFAULT_IGNORE if existing is None else existing.splitlines()
    return "\n".join([*ALWAYS_IGNORED, *own, *([folder] if folder else []), ""])
