"""What an image's layer holds: readable for any user, equal for equal inputs, and no leftovers."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from entrypoint.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How many names of a list are shown.
SHOWN = 5

READABLE = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
ENTERABLE = READABLE | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH

#: What is in an app's folder on a developer's machine and should be in no image.
SECRETS = (".git", ".env", "hosts/etc/default")


def check_writable(root: str) -> None:
    """See that the app's folder can be written.

    Raises:
        BuildError: it cannot.
    """
    if not os.access(root, os.W_OK):
        raise BuildError(f"{root} cannot be written.", "Run `entrypoint build` before `USER app`.")


def warn_of_secrets(root: str) -> None:
    """Warn of what should be in no image: a repository's history, a file of variables."""
    found = [name for name in SECRETS if os.path.exists(os.path.join(root, name))]
    if found:
        print(
            f"entrypoint: warning: COPY put {' and '.join(found)} into a layer. "
            "List them in .dockerignore.",
            flush=True,
        )


@contextmanager
def without_leftovers(root: str) -> Iterator[None]:
    """Remove the files that come to be meanwhile: what tests leave does not ship."""
    before = set(_walk(root))
    yield
    left = [path for path in _walk(root) if path not in before]
    for path in left:
        if os.path.isdir(path) and not os.path.islink(path):
            os.rmdir(path)
        else:
            os.remove(path)
    files = [os.path.relpath(path, root) for path in left if "__pycache__" not in path]
    if files:
        shown = ", ".join(files[:SHOWN]) + (", …" if len(files) > SHOWN else "")
        print(f"    removed what the tests left: {shown}", flush=True)


def remove_wheelhouse(root: str) -> None:
    """Remove a wheelhouse that `COPY .` brought along, and say how to keep it out of the layer."""
    folder = os.path.join(root, "wheelhouse")
    if not os.path.isfile(os.path.join(folder, "manifest.json")):
        return
    size = sum(os.lstat(path).st_size for path in _walk(folder)) / 1_000_000
    shutil.rmtree(folder)
    print(
        f"entrypoint: warning: COPY put the wheelhouse ({size:.0f} MB) into a layer. "
        "`make build` and `toolkit build` keep it out.",
        flush=True,
    )


def seal(root: str, *, since: float) -> None:
    """Make what a build wrote equal for equal inputs, and all of the code readable.

    Args:
        root: the app's code.
        since: what is younger (seconds since 1970) was written by this build. It gets
            SOURCE_DATE_EPOCH, or 0, as its time: https://reproducible-builds.org/specs/source-date-epoch/
    """
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)
    for path in _walk(root):
        status = os.lstat(path)
        if not stat.S_ISLNK(status.st_mode):
            needed = ENTERABLE if stat.S_ISDIR(status.st_mode) else READABLE
            if status.st_mode & needed != needed:
                os.chmod(path, status.st_mode | needed)
        if status.st_mtime >= int(since):
            os.utime(path, (epoch, epoch), follow_symlinks=False)
    os.utime(tempfile.gettempdir(), (epoch, epoch))


def _walk(root: str) -> Iterator[str]:
    """Yield everything below a folder, and the folder, each folder after what is in it."""
    for folder, folders, files in os.walk(root, topdown=False):
        yield from (os.path.join(folder, name) for name in files)
        yield from filter(os.path.islink, (os.path.join(folder, name) for name in folders))
        yield folder
