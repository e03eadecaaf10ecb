"""Fetches files, several at once, each checked against its hash while it arrives."""

from __future__ import annotations

import hashlib
import shutil
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import IO, TYPE_CHECKING

from build_wheels.errors import InputError, RefusedError, UnreachableError
from build_wheels.redact import redact, without_userinfo
from build_wheels.resolution_errors import NEXT_CA, NEXT_CREDENTIALS

if TYPE_CHECKING:
    import threading
    from http.client import HTTPMessage
    from pathlib import Path

    from build_wheels.index import Credentials
    from build_wheels.selection import Wanted

AT_ONCE = 8
_TIMEOUT = 60  # seconds without a byte
_TRIES = 3
_CHUNK = 1 << 18
_REFUSED = frozenset({401, 403, 407})


class Cancelled(Exception):  # noqa: N818 - not an error: another download has failed
    """The run is ending."""


class _Redirect(urllib.request.HTTPRedirectHandler):
    """Follows redirects, and gives each host its own credentials and no other's."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials

    def redirect_request(  # noqa: PLR0917 - the signature is the standard library's
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        made = super().redirect_request(req, fp, code, msg, headers, newurl)
        if made is not None and (header := self.credentials.header(newurl)):
            made.add_unredirected_header("Authorization", header)
        return made


@dataclass(frozen=True)
class Downloader:
    """Fetches the files of a run."""

    credentials: Credentials
    ca_bundle: Path | None
    cancelled: threading.Event
    trusted_hosts: tuple[str, ...] = ()
    tries: int = field(default=_TRIES)

    def fetch(self, want: Wanted, folder: Path) -> Path:
        """Fetch one file, or copy it where it is a local one.

        Args:
            want: what; its hashes must match.
            folder: where to.

        Returns:
            The file.

        Raises:
            InputError: the contents have another hash, or a local file is missing.
            RefusedError: the server wants (other) credentials.
            UnreachableError: the server does not answer, or not with the file.
            Cancelled: the run is ending.
            OSError: the file cannot be written.
        """
        target = folder / want.filename
        if not want.remote:
            try:
                shutil.copyfile(want.location, target)
            except FileNotFoundError:
                raise InputError(
                    f"{want.shown} should be at {want.location}, and nothing is there",
                    then="keep local packages inside the app's folder",
                ) from None
            _check(want, _digests(want, target))
            return target
        attempt = 1
        while not self._try(want, target, last=attempt == self.tries):
            if self.cancelled.wait(2**attempt):
                raise Cancelled
            attempt += 1
        return target

    def _try(self, want: Wanted, target: Path, *, last: bool) -> bool:
        try:
            digests = self._get(want, target)
        except (HTTPException, OSError) as error:
            failure = _explain(want, error)
            if failure is None:
                raise
            if last or not _passing(error):
                raise failure from None
            return False
        _check(want, digests)
        return True

    def _get(self, want: Wanted, target: Path) -> dict[str, str]:
        request = urllib.request.Request(without_userinfo(want.location))  # noqa: S310
        if header := self.credentials.header(want.location):
            request.add_unredirected_header("Authorization", header)
        digests = {algorithm: hashlib.new(algorithm) for algorithm, _ in want.hashes}
        with self._opener(want).open(request, timeout=_TIMEOUT) as answer:
            self._go_on()
            with target.open("wb") as file:
                while chunk := answer.read(_CHUNK):
                    self._go_on()
                    file.write(chunk)
                    for digest in digests.values():
                        digest.update(chunk)
        return {algorithm: digest.hexdigest() for algorithm, digest in digests.items()}

    def _go_on(self) -> None:
        if self.cancelled.is_set():
            raise Cancelled

    def _opener(self, want: Wanted) -> urllib.request.OpenerDirector:
        context = ssl.create_default_context(cafile=str(self.ca_bundle) if self.ca_bundle else None)
        host = urllib.request.Request(without_userinfo(want.location)).host  # noqa: S310
        if host in self.trusted_hosts or host.partition(":")[0] in self.trusted_hosts:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), _Redirect(self.credentials)
        )


def _digests(want: Wanted, file: Path) -> dict[str, str]:
    contents = file.read_bytes()
    return {a: hashlib.new(a, contents).hexdigest() for a, _ in want.hashes}


def _check(want: Wanted, digests: dict[str, str]) -> None:
    for algorithm, digest in want.hashes:
        if digests[algorithm] != digest:
            raise InputError(
                f"the hash of {want.shown} is wrong",
                why=f"{redact(without_userinfo(want.location))}\n"
                f"should have {algorithm}:{digest}\nand has     {algorithm}:{digests[algorithm]}",
                then="find out who changed the file; if it is right, lock the requirements anew",
            )


def _passing(error: Exception) -> bool:
    if isinstance(error, urllib.error.HTTPError):
        return error.code >= 500 or error.code in {408, 429}  # noqa: PLR2004 - HTTP's own numbers
    return not isinstance(getattr(error, "reason", None), ssl.SSLCertVerificationError)


def _explain(want: Wanted, error: Exception) -> InputError | RefusedError | UnreachableError | None:
    url = without_userinfo(want.location)
    if isinstance(error, urllib.error.HTTPError):
        why = f"{url}\nanswers {error.code} {error.reason}"
        if error.code in _REFUSED:
            return RefusedError(
                f"the index refuses to give {want.shown}",
                why=why,
                then=NEXT_CREDENTIALS,
            )
        if error.code in {404, 410}:
            return InputError(
                f"{want.shown} is no longer where the lock file says",
                why=why,
                then="lock the requirements anew",
            )
        return UnreachableError(f"{want.shown} cannot be downloaded", why=why, then="try later")
    if isinstance(error, (urllib.error.URLError, HTTPException, ConnectionError, TimeoutError)):
        reason = getattr(error, "reason", error)
        then = "check the network, then run it again"
        if isinstance(reason, ssl.SSLCertVerificationError):
            then = NEXT_CA
        return UnreachableError(
            f"{want.shown} cannot be downloaded", why=f"{url}\n{redact(str(reason))}", then=then
        )
    return None
