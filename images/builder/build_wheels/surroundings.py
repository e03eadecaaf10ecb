"""What a run finds around it: certificates, a home, a cache."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from build_wheels.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

# The host mounts the certificates of a network that intercepts TLS here.
CA_MOUNT = Path("/run/secrets/ca")
SYSTEM_CA = Path("/etc/ssl/certs/ca-certificates.crt")
_CA_VARIABLES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True)
class Surroundings:
    """Folders and files of one run."""

    home: Path
    cache: Path
    ca_bundle: Path | None

    @classmethod
    def prepare(cls, work: Path, cache: Path, environment: Mapping[str, str]) -> Surroundings:
        """Make them.

        Args:
            work: the run's own folder.
            cache: where uv's cache should be; one that cannot be written is not used.
            environment: this process's.

        Raises:
            ConfigurationError: the certificates that were named are not there.
        """
        home = work / "home"
        home.mkdir()
        netrc = Path(environment.get("NETRC") or Path(environment.get("HOME", "/"), ".netrc"))
        if netrc.is_file():
            (home / ".netrc").symlink_to(netrc.resolve())
        # A folder a user: uv's files can be written by nobody else.
        usable = cache.is_dir() and os.access(cache, os.W_OK | os.X_OK)
        return cls(
            home=home,
            cache=cache / f"uv-{os.getuid()}" if usable else work / "cache",
            ca_bundle=ca_bundle(work, environment),
        )


def ca_bundle(
    work: Path, environment: Mapping[str, str], *, mount: Path = CA_MOUNT, system: Path = SYSTEM_CA
) -> Path | None:
    """The certificates to trust: those that a variable names, or the mounted ones and the system's.

    Args:
        work: a folder to write into.
        environment: this process's.
        mount: where the host mounts certificates.
        system: the image's own.

    Returns:
        A PEM file, or None where every tool's own choice is right.

    Raises:
        ConfigurationError: a variable names a file that is not there.
    """
    for name in _CA_VARIABLES:
        if value := environment.get(name):
            if not Path(value).is_file():
                raise ConfigurationError(
                    f"{name} is {value}, and no such file is in the container",
                    then="mount it there, or use toolkit's --ca-bundle",
                )
            return Path(value)
    if not mount.is_file():
        return system if system.is_file() else None
    bundle = work / "ca.pem"
    parts = [file.read_text(encoding="utf-8") for file in (system, mount) if file.is_file()]
    bundle.write_text("\n".join(parts), encoding="utf-8")
    return bundle
