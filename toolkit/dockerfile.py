"""What the toolkit reads and changes in an app's Dockerfile."""

from __future__ import annotations

import re

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

#: What no image should hold, whatever the app's .dockerignore says; it can say `!.git`.
ALWAYS_IGNORED = ("**/.git", "**/.env", "**/__pycache__", "**/*.pyc")

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


def ignore(existing: str | None, folder: str | None) -> str:
    """Return the text of the .dockerignore to build with.

    Args:
        existing: the app's own .dockerignore, or None where it has none.
        folder: the wheelhouse's name, where it is to be left out.
    """
    own = DEFAULT_IGNORE if existing is None else existing.splitlines()
    return "\n".join([*ALWAYS_IGNORED, *own, *([folder] if folder else []), ""])
