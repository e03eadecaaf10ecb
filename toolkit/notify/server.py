"""The mail server that a URL names."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from toolkit.notify.errors import NotifyError

SUBMISSION, SMTPS = 587, 465

Encryption = Literal["never", "offered", "starttls", "tls"]
"""Not at all, where the server offers it, by STARTTLS, from the start of the connection."""

_SCHEMES: dict[str, tuple[int, Encryption]] = {
    "smtp": (25, "offered"),
    "smtp+tls": (SUBMISSION, "starttls"),
    "smtp+ssl": (SMTPS, "tls"),
    "smtps": (SMTPS, "tls"),
}

_TLS: dict[str, Encryption] = {"true": "starttls", "false": "never"}

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, kw_only=True)
class Server:
    """A mail server.

    Attributes:
        host: Its name.
        port: Its port.
        encryption: How the connection is encrypted.
        user: Who sends; empty for nobody in particular.
        password: The user's.
    """

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> Server:
        """The server that a URL names: `smtp://user:password@host:587`.

        The schemes are those of an app's EMAIL_URL, docs/how-to/mail.md, but for `smtp`: it is
        encrypted where the server offers it. `?tls=true` wants STARTTLS, `?tls=false` never.

        Raises:
            NotifyError: It is none; the text does not repeat it.
        """
        if not url:
            raise NotifyError("the variable is not set")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise NotifyError("it is no URL, such as smtp://user:password@host:587") from None
        if parts.scheme not in _SCHEMES or not parts.hostname or parts.path not in {"", "/"}:
            raise NotifyError("expected a URL such as smtp://user:password@host:587")
        own, encryption = _SCHEMES[parts.scheme]
        if parts.scheme == "smtps" and port not in {None, SMTPS}:
            encryption = "starttls"
        return cls(
            host=parts.hostname,
            port=port or own,
            encryption=_option(parts) or encryption,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @property
    def near(self) -> bool:
        """Whether it is on this machine, so that nobody reads what it is told."""
        return self.host in _LOCAL

    @property
    def context(self) -> ssl.SSLContext:
        """What its certificate is held against.

        Where encryption is only taken since it is offered and no password depends on it, any
        certificate is better than none: a relay beside the machine often has one of its own.
        """
        context = ssl.create_default_context()
        if self.encryption == "offered" and (not self.user or self.near):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _option(parts: SplitResult) -> Encryption | None:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.fragment or not options.keys() <= {"tls"}:
        raise NotifyError("its URL has another option than tls, or a # that is not written %23")
    if "tls" not in options:
        return None
    if parts.scheme != "smtp" or options["tls"] not in _TLS:
        raise NotifyError("its URL's option tls is true or false, with smtp:// alone")
    return _TLS[options["tls"]]
