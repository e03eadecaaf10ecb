"""The package's error, which stays in it: it becomes a note, or a refusal."""

from __future__ import annotations

import socket
import ssl


class NotifyError(Exception):
    """Something could not be run or sent. Its text has no secret."""


def network(error: Exception) -> str:
    """Why a connection failed, without a word of where to: a URL may be a secret."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"the server's certificate is not trusted: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS failed: {error.reason or 'no reason is known'}"
        case TimeoutError():
            return "no answer in time"
        case socket.gaierror():
            return "the server's name is not known"
        case OSError(strerror=str(reason)):
            return reason
    return f"failed ({type(error).__name__})"
