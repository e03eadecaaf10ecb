"""An app's wheelhouse: every wheel that it needs, made by the builder image that fits its base."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import ca, dockerfile, inputs
from toolkit.errors import BuildError, ConfigurationError, EngineError, WheelhouseError
from toolkit.images import NAMESPACE, how_to_get
from toolkit.process import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.engine import Engine

#: The volume that builders share: what was downloaded and built before.
CACHE_VOLUME = "django-container-wheels"

#: What `docker run` ends with when it is the engine that failed, not the container.
DOCKER_RUN_FAILED = 125

#: What pip, uv and build-wheels read about indexes and proxies. They are handed on by name: no
#: value is in an argument list.
INDEX_VARIABLES = re.compile(
    r"PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|NO_INDEX)"
    r"|UV_(INDEX|DEFAULT_INDEX|INDEX_URL|EXTRA_INDEX_URL|INDEX_STRATEGY|INSECURE_HOST|NO_INDEX)"
    r"|UV_INDEX_\w+_(USERNAME|PASSWORD)"
    r"|(PIP|UV)_FIND_LINKS|(HTTPS?|ALL|NO)_PROXY|(https?|all|no)_proxy"
)

#: A variable in a requirements file, which pip and build-wheels expand.
REFERENCE = re.compile(r"\$\{([A-Z0-9_]+)\}")

#: Where an app keeps its requirements files.
REQUIREMENTS = ("*.txt", "*.in", "*/*.txt", "*/*.in")

#: Where the builder finds the host's netrc.
NETRC = "/run/secrets/netrc"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A wheelhouse to be made.

    Args:
        directory: the app's folder.
        name: the wheelhouse's folder in it.
        builder: the builder image.
        options: the options of build-wheels that decide what is in it.
        apt_packages: Debian packages that the build needs beside the builder's own.
        ca_bundle: the certificates that the builder trusts.
        netrc: the file with the credentials of private indexes.
        rebuild: packages to build anew, for example against another library.
        upgrade: the newest versions, not those of the last time.
    """

    directory: Path
    name: str
    builder: str
    options: tuple[str, ...] = ()
    apt_packages: tuple[str, ...] = ()
    ca_bundle: Path | None = None
    netrc: Path | None = None
    rebuild: tuple[str, ...] = ()
    upgrade: bool = False

    @property
    def folder(self) -> Path:
        """The wheelhouse's folder."""
        return self.directory / self.name


def builder_for(path: Path, namespace: str = NAMESPACE) -> str:
    """Return the builder image that fits the base image of an app's Dockerfile."""
    try:
        base = dockerfile.base_image(path.read_text())
    except OSError:
        base = None
    return (base and dockerfile.builder_image(base)) or f"{namespace}/builder"


def build(engine: Engine, request: Request, environ: Mapping[str, str]) -> bool:
    """Make or refresh a wheelhouse; does nothing where it is up to date.

    Returns:
        Whether anything was done.

    Raises:
        ConfigurationError: there is no such builder image.
        WheelhouseError: build-wheels failed. Its message is in its output.
    """
    builder = engine.image_id(request.builder)
    if builder is None:
        raise ConfigurationError(
            f"the engine has no builder image {request.builder}.", how_to_get(request.builder)
        )
    state = (builder, *request.options, *request.apt_packages)
    anew = request.upgrade or request.rebuild
    if not anew and inputs.unchanged(request.directory, request.folder, state):
        return False
    try:
        request.folder.mkdir(exist_ok=True)
        (request.folder / ".gitignore").write_text("*\n")
    except OSError as error:
        raise ConfigurationError(
            f"the wheelhouse {request.folder} cannot be made or written: {error.strerror}.",
            "Nothing else may have that name, and another user's is given back by: "
            f"sudo chown -R $USER {request.folder}",
        ) from None
    image = request.builder
    if request.apt_packages:
        image = with_packages(engine, request, builder)
    started = time.time()
    container = f"wheelhouse-{secrets.token_hex(4)}"
    names = environ.keys() & (referenced(request.directory) | set(filter(is_of_index, environ)))
    command = run_args(
        request, image, names, container=container, uid=os.getuid(), terminal=sys.stdout.isatty()
    )
    try:
        engine.run(*command)
    except CommandError as error:
        if error.code == DOCKER_RUN_FAILED:
            raise EngineError(
                "the builder's container could not be started.",
                "The engine's reason is above.",
            ) from None
        raise WheelhouseError(error.code) from None
    except KeyboardInterrupt:
        engine.try_to("stop", container)
        raise
    inputs.record(request.directory, request.folder, state, since=started)
    return True


def run_args(
    request: Request,
    image: str,
    environ: Iterable[str],
    *,
    container: str,
    uid: int,
    terminal: bool,
) -> tuple[str, ...]:
    """Return the arguments of `docker` that run build-wheels.

    Args:
        request: what to make.
        image: the builder, with the request's packages in it.
        environ: the names of the variables that are handed on.
        container: the container's name.
        uid: the user that the wheelhouse is to belong to.
        terminal: build-wheels may draw its progress.
    """
    return (
        "run",
        "--rm",
        *("--name", container),
        *(("--tty",) if terminal else ()),
        *("--user", f"{uid}:0"),
        *("--volume", f"{request.directory}:/src:ro"),
        *("--volume", f"{request.folder}:/wheelhouse"),
        *("--volume", f"{CACHE_VOLUME}:/cache"),
        *(
            ()
            if request.ca_bundle is None
            else ("--volume", f"{request.ca_bundle}:{ca.MOUNTED}:ro")
        ),
        *(word for name in sorted(environ) for word in ("--env", name)),
        *(() if request.netrc is None else netrc_args(request.netrc)),
        image,
        "build-wheels",
        *request.options,
        *(word for name in request.rebuild for word in ("--rebuild", name)),
        *(("--upgrade",) if request.upgrade else ()),
    )


def is_of_index(name: str) -> bool:
    """Return whether a variable says something about indexes or the way to them."""
    return INDEX_VARIABLES.fullmatch(name) is not None


def referenced(directory: Path) -> set[str]:
    """Return the names of the variables that an app's requirements files refer to."""
    files = {path for pattern in REQUIREMENTS for path in directory.glob(pattern)}
    texts = (path.read_text(errors="replace") for path in files if path.is_file())
    return {name for text in texts for name in REFERENCE.findall(text)}


def netrc_args(path: Path) -> tuple[str, ...]:
    """Return the arguments of `docker` that give a container the credentials of a netrc."""
    return ("--volume", f"{path}:{NETRC}:ro", "--env", f"NETRC={NETRC}")


def find_netrc(environ: Mapping[str, str]) -> Path | None:
    """Return the netrc that this machine's own downloads use: `$NETRC`, or the user's."""
    path = Path(environ.get("NETRC") or Path.home() / ".netrc").resolve()
    return path if path.is_file() else None


def with_packages(engine: Engine, request: Request, builder: str) -> str:
    """Return the name of a builder that has the request's Debian packages as well; builds it.

    Args:
        engine: builds it.
        request: names the builder and the packages.
        builder: the builder's id.

    Raises:
        ConfigurationError: a package's name is not one.
        BuildError: apt does not know a package.
    """
    packages = sorted(set(request.apt_packages))
    for package in packages:
        if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", package):
            raise ConfigurationError(
                f"{package!r} is not the name of a Debian package.",
                "For example: --apt libldap2-dev",
            )
    text = (
        f"FROM {request.builder}\n"
        "RUN apt-get update -q && apt-get install -q -y --no-install-recommends "
        f"{' '.join(packages)} && rm -rf /var/lib/apt/lists/*\n"
    )
    digest = hashlib.sha256("\0".join((builder, *packages)).encode()).hexdigest()
    image = f"django-container/builder-with:{digest[:12]}"
    with tempfile.TemporaryDirectory(prefix="toolkit-builder-") as folder:
        Path(folder, "Dockerfile").write_text(text)
        try:
            engine.run("build", "--tag", image, folder)
        except CommandError:
            raise BuildError(
                f"the builder could not be given {', '.join(packages)}; apt's output is above.",
                "Is the name right? apt-cache search WORD, or https://packages.debian.org",
            ) from None
    return image
