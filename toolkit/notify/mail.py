"""Tells people by mail, through the mail server of a URL."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING

from toolkit.deploy import wording
from toolkit.deploy.events import Ended, Started
from toolkit.notify.errors import NotifyError, network
from toolkit.notify.server import Server

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMEOUT = 15
"""Seconds that all of it may take."""


def message(event: Started | Ended, *, sender: str, to: Sequence[str]) -> EmailMessage:
    """The mail about an event."""
    mail = EmailMessage()
    mail["Subject"] = f"[{event.app}] {wording.headline(event)}"
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">") or "localhost")
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is answered to it
    mail.set_content("\n".join(_text(event)) + "\n")
    return mail


def _text(event: Started | Ended) -> list[str]:
    facts = {
        "app": event.app,
        "tag": event.tag,
        "before": event.former,
        "hosts": ", ".join(event.hosts),
        "by": event.who,
        "at": event.at.astimezone().isoformat(sep=" ", timespec="seconds"),
    }
    lines = [wording.headline(event), ""]
    if isinstance(event, Ended):
        if reason := wording.cleaned(event.reason):
            lines += [*reason, ""]
        times = {phase: wording.duration(seconds) for phase, seconds in event.phases.items()}
        facts |= {"took": wording.duration(event.seconds), **times}
    wide = max(map(len, facts))
    lines += [f"{name:<{wide}}  {wording.clean(value)}" for name, value in facts.items() if value]
    return lines


def send(url: str, mail: EmailMessage, *, timeout: float = TIMEOUT) -> None:
    """Send a mail.

    Args:
        url: The server's.
        mail: The mail.
        timeout: Seconds that one answer of the server may take.

    Raises:
        NotifyError: It could not be sent; the text has neither the URL nor a part of it.
    """
    server = Server.from_url(url)
    try:
        with _connect(server, timeout) as client:
            _encrypt(server, client)
            if server.user:
                client.login(server.user, server.password)
            refused = client.send_message(mail)
    except NotifyError:
        raise
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotifyError(_why(error)) from None
    if refused:
        raise NotifyError(f"the server does not take mail to {', '.join(sorted(refused))}")


def _connect(server: Server, timeout: float) -> smtplib.SMTP:
    if server.encryption == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=server.context)
    return smtplib.SMTP(server.host, server.port, timeout=timeout)


def _encrypt(server: Server, client: smtplib.SMTP) -> None:
    client.ehlo_or_helo_if_needed()
    offered = client.has_extn("starttls")
    if server.encryption == "starttls" or (server.encryption == "offered" and offered):
        client.starttls(context=server.context)
        client.ehlo()
    elif server.encryption == "offered" and server.user and not server.near:
        raise NotifyError(
            "the server offers no encryption, so it does not get the password; "
            "?tls=false in the URL sends it all the same"
        )


def _why(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            why = f"the server does not take the user and the password ({error.smtp_code})"
        case smtplib.SMTPRecipientsRefused():
            why = f"the server does not take mail to {', '.join(sorted(error.recipients))}"
        case smtplib.SMTPSenderRefused():
            why = f"the server does not take mail from {error.sender} ({error.smtp_code})"
        case smtplib.SMTPResponseException():
            why = f"the server answers {error.smtp_code}"
        case smtplib.SMTPNotSupportedError():
            why = "the server does not offer what the URL wants: STARTTLS, or a login"
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            why = network(error.__context__)
        case smtplib.SMTPServerDisconnected():
            why = "the server closed the connection, or is none for mail"
        case UnicodeError():
            why = "Python's client can send no such password or name: it takes ASCII alone"
        case _:
            why = network(error)
    return why
