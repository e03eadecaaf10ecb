"""What is in an image's layers: not in the file system that they make, but in each of them."""

from __future__ import annotations

import subprocess
import tarfile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Entry(NamedTuple):
    """A file of a layer: its path without the first slash, and its content."""

    path: str
    content: bytes


def entries(docker: str, image: str) -> Iterator[Entry]:
    """Yield each file of each layer, from the tar that `docker save` writes."""
    with subprocess.Popen([docker, "save", image], stdout=subprocess.PIPE) as process:
        with tarfile.open(fileobj=process.stdout, mode="r|") as saved:
            for member in saved:
                # Engines since 25 call a layer blobs/sha256/…, as they do what is JSON.
                if member.name.endswith("/layer.tar") or member.name.startswith("blobs/sha256/"):
                    yield from _files(saved.extractfile(member))
        process.stdout.read()
    assert process.returncode == 0


def _files(layer) -> Iterator[Entry]:
    if layer is None:  # a folder, or a link to a layer that was there before
        return
    try:
        tar = tarfile.open(fileobj=layer, mode="r|*")  # noqa: SIM115 - it is closed below
    except tarfile.ReadError:  # JSON
        return
    with tar:
        for member in tar:
            if member.isfile():
                yield Entry(member.name.removeprefix("./"), tar.extractfile(member).read())
            elif not member.isdir():
                yield Entry(member.name.removeprefix("./"), b"")
