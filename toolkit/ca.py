"""The certificates that a build trusts where the network intercepts TLS, as many companies' do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Where systems keep the bundle that their own programs trust.
SYSTEM = (
    Path("/etc/ssl/certs/ca-certificates.crt"),  # Debian, Ubuntu, Alpine
    Path("/etc/pki/tls/certs/ca-bundle.crt"),  # Fedora, RHEL
    Path("/etc/ssl/cert.pem"),  # macOS
)

#: Where a build step or a builder container finds it.
MOUNTED = "/run/secrets/ca"


def bundle(environ: Mapping[str, str], given: Path | None = None) -> Path | None:
    """Return the bundle to hand to builds, which keep it out of the image.

    The one given, `TOOLKIT_CA_BUNDLE`, `SSL_CERT_FILE`, or the one this system trusts: whatever
    this machine's own downloads rely on, a build's downloads can.

    Raises:
        UsageError: a file that was named does not exist.
    """
    named = given or environ.get("TOOLKIT_CA_BUNDLE") or environ.get("SSL_CERT_FILE")
    if named:
        path = Path(named).resolve()
        if not path.is_file():
            raise UsageError(
                f"the CA bundle {path} does not exist.",
                "Name a file of PEM certificates: --ca-bundle FILE or TOOLKIT_CA_BUNDLE.",
            )
        return path
    return next((path.resolve() for path in SYSTEM if path.is_file()), None)
