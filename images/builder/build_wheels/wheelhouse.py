"""The folder itself: new files beside the old ones, put in place at the very end."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from build_wheels.errors import BusyError, CannotCreateError
from build_wheels.manifest import LOCK, MANIFEST, REQUIREMENTS, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

DEBS = "debs"
LOGS = "logs"
_STAGING = ".new-"
_TRIES = 20
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Wheelhouse:
    """A wheelhouse on disk.

    Args:
        folder: where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = Manifest.load(folder / MANIFEST)

    @property
    def lock(self) -> Path | None:
        """The lock file of the last run."""
        file = self.folder / LOCK
        return file if file.is_file() else None

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder for new files, which does not outlive the run.

        Yields:
            The folder, on the same file system as the wheelhouse, with ``debs`` and ``logs`` in it.

        Raises:
            CannotCreateError: the wheelhouse cannot be written.
            BusyError: another run is at it.
        """
        descriptor = self._locked()
        try:
            for left in self.folder.glob(f"{_STAGING}*"):
                shutil.rmtree(left, ignore_errors=True)
            staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self.folder))
            try:
                (staging / DEBS).mkdir()
                (staging / LOGS).mkdir()
                yield staging
            finally:
                # A download that is being cancelled may still make a file meanwhile.
                for _ in range(_TRIES):
                    shutil.rmtree(staging, ignore_errors=True)
                    if not staging.exists():
                        break
        finally:
            os.close(descriptor)

    def keep_logs(self, staging: Path) -> None:
        """Keep the logs of builds that failed, for people to read; the next good run removes them.

        Args:
            staging: the folder with the logs in ``logs``.
        """
        shutil.rmtree(self.folder / LOGS, ignore_errors=True)
        (staging / LOGS).rename(self.folder / LOGS)

    def commit(self, staging: Path, manifest: Manifest, *, lock: str) -> None:
        """Put new files in place, the manifest last, then remove what nobody wants any more.

        Signals wait until it is done. What a power failure can leave is a wheelhouse whose hashes
        do not match, which ``install-wheels`` refuses and the next run heals.

        Args:
            staging: the folder with the new wheels, and the new ``.deb`` files in ``debs``.
            manifest: what the wheelhouse holds then.
            lock: the text of the lock file, or "" if the app has one itself.
        """
        (staging / REQUIREMENTS).write_text(manifest.flattened(), encoding="utf-8")
        if lock:
            (staging / LOCK).write_text(lock, encoding="utf-8")
        (staging / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        old = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self._move(staging, manifest)
            self._prune(manifest, keep_lock=bool(lock))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, old)

    def _move(self, staging: Path, manifest: Manifest) -> None:
        if manifest.debs:
            (self.folder / DEBS).mkdir(exist_ok=True)
        files = [*staging.glob("*.whl"), *(staging / DEBS).glob("*.deb")]
        files += [staging / name for name in (REQUIREMENTS, LOCK, MANIFEST)]
        for file in files:
            if file.is_file():
                file.chmod(0o644)
                file.replace(self.folder / file.relative_to(staging))

    def _prune(self, manifest: Manifest, *, keep_lock: bool) -> None:
        wheels = {p.filename for p in manifest.packages}
        debs = {d.filename for d in manifest.debs}
        for file in self.folder.glob("*.whl"):
            if file.name not in wheels:
                file.unlink()
        for file in (self.folder / DEBS).glob("*.deb"):
            if file.name not in debs:
                file.unlink()
        if not debs:
            shutil.rmtree(self.folder / DEBS, ignore_errors=True)
        shutil.rmtree(self.folder / LOGS, ignore_errors=True)
        if not keep_lock:
            (self.folder / LOCK).unlink(missing_ok=True)

    def _locked(self) -> int:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder, os.O_RDONLY)
        except OSError as error:
            raise CannotCreateError(
                f"{self.folder} cannot be made: {error.strerror}",
                then="mount a folder there that the builder's user may write",
            ) from None
        if not os.access(self.folder, os.W_OK):
            os.close(descriptor)
            raise CannotCreateError(
                f"{self.folder} cannot be written by user {os.getuid()}",
                then="give the folder to the user who runs the builder",
            )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise BusyError(
                "another run is filling this wheelhouse", then="wait until it is done"
            ) from None
        return descriptor
