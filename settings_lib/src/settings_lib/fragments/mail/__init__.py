"""Mail: ``EMAIL_URL``, or the server by its parts; ``MAILERS`` where Django has it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.fragments.mail.server import (
    MAILERS_SINCE,
    NO_SERVER,
    PARTS,
    defaults,
    mailer,
    said,
    server_of,
    with_parts,
)
from settings_lib.fragments.mail.url import (
    FILES,
    SCHEMES,
    SERVERLESS,
    SMTP,
    TIMEOUT,
    check,
    read,
)
from settings_lib.types.addresses import is_host, mailbox
from settings_lib.types.installed import leads_somewhere
from settings_lib.types.parsing import BOOL, DOTTED, PATH, PORT, Type, url
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settings_lib.app import App
    from settings_lib.values import Values


def _host(text: str) -> str:
    if not is_host(text):
        raise ValueError
    return text


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError
    return text


MAIL_HOST = Type(
    name="host",
    expected="a host name or an IP address, without scheme or port",
    example="smtp.example.org",
    parse=_host,
)
MAILBOX = Type(
    name="address",
    expected="a mail address, perhaps with a name before it",
    example="Antisocial <app@example.org>",
    parse=mailbox,
)
LINE = Type(name="str", expected="text on one line", example="[antisocial] ", parse=_line)

GROUP = Group(
    title="Mail",
    variables=(
        Var(
            name="EMAIL_URL",
            type=url(*SCHEMES, check=check),
            secret=True,
            help=(
                "The mail server: smtp, smtp+tls (STARTTLS) or smtp+ssl. The variables below say "
                "what it leaves open."
            ),
            example="smtp+tls://user:password@smtp.example.org:587",
        ),
        Var(
            name="EMAIL_HOST",
            type=MAIL_HOST,
            fallbacks=("POSTFIX_PORT_25_TCP_ADDR",),
            help="The mail server's host.",
            default_text="the project's, else localhost, where another EMAIL_ variable is set",
        ),
        Var(
            name="EMAIL_PORT",
            type=PORT,
            fallbacks=("POSTFIX_PORT_25_TCP_PORT",),
            help="Its port.",
            example="587",
            default_text="the project's, else 587 with STARTTLS, 465 with TLS, 25 without",
        ),
        Var(name="EMAIL_HOST_USER", help="Its user."),
        Var(name="EMAIL_HOST_PASSWORD", secret=True, help="The user's password."),
        Var(
            name="EMAIL_USE_TLS",
            type=BOOL,
            default=False,
            help="Use STARTTLS: begin in clear text, and encrypt before anything is sent.",
        ),
        Var(
            name="EMAIL_USE_SSL",
            type=BOOL,
            default=False,
            help="Use TLS from the start. Not together with EMAIL_USE_TLS.",
        ),
        Var(
            name="EMAIL_SSL_CERTFILE",
            type=PATH,
            help="This client's certificate, a PEM file, for either kind of TLS.",
            example="/run/secrets/mail.pem",
        ),
        Var(
            name="EMAIL_SSL_KEYFILE",
            type=PATH,
            help="The certificate's key, where it is not in the same file.",
            example="/run/secrets/mail.key",
        ),
        Var(
            name="EMAIL_TIMEOUT",
            type=TIMEOUT,
            default=10,
            help="How long to wait for the mail server, in seconds.",
        ),
        Var(
            name="EMAIL_BACKEND",
            type=DOTTED,
            aliases=("DJANGO_EMAIL_BACKEND",),
            help="The class that sends mails.",
            example=SMTP,
            default_text="the project's, else SMTP",
        ),
        Var(
            name="EMAIL_FILE_PATH",
            type=PATH,
            help="The folder into which Django's file backend writes mails.",
            example="/data/mails",
        ),
        Var(
            name="EMAIL_SUBJECT_PREFIX",
            type=LINE,
            aliases=("DJANGO_EMAIL_SUBJECT_PREFIX",),
            help="What the subjects of mails to admins begin with; white space at its end counts.",
        ),
        Var(
            name="DEFAULT_FROM_EMAIL",
            type=MAILBOX,
            aliases=("DJANGO_DEFAULT_FROM_EMAIL",),
            help="The sender of the app's mails.",
        ),
        Var(
            name="SERVER_EMAIL",
            type=MAILBOX,
            aliases=("DJANGO_SERVER_EMAIL",),
            help="The sender of error mails.",
        ),
    ),
)

ALWAYS = ("DEFAULT_FROM_EMAIL", "SERVER_EMAIL", "EMAIL_SUBJECT_PREFIX")
"""Settings of every Django release."""


SUPERSEDED = PARTS
"""What ``MAILERS`` takes the place of."""


def superseded(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The settings that have to go from a module which gets these."""
    return SUPERSEDED if "MAILERS" in settings else ()


def overridden(settings: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with a developer's overrides. One of ``EMAIL_`` is an option where ``MAILERS`` is.

    Args:
        settings: What the environment makes of the project's.
        overrides: What wins over it.
    """
    if "MAILERS" not in settings or "MAILERS" in overrides:
        return {**settings, **overrides}
    parts = {name: value for name, value in overrides.items() if name in PARTS}
    rest = {name: value for name, value in overrides.items() if name not in PARTS}
    mailers = {**settings["MAILERS"], "default": with_parts(settings["MAILERS"]["default"], parts)}
    return {**settings, "MAILERS": mailers, **rest}


def settings(values: Values, app: App) -> dict[str, Any]:
    """The mail settings; none about the server where the environment says nothing of it.

    Args:
        values: The parsed values by name.
        app: The app; its Django decides between ``MAILERS`` and ``EMAIL_`` settings. What it has of
            either stands where the environment says nothing, and so do its other mailers.

    Returns:
        Django settings.
    """
    result = {name: values[name] for name in ALWAYS if values.given(name)}
    if not values.given("EMAIL_URL", *PARTS):
        return result
    server = server_of(values, app)
    if not app.since(*MAILERS_SINCE):
        return result | defaults(server, values) | server
    mailers = app.project.get("MAILERS", {})
    return result | {"MAILERS": {**mailers, "default": mailer(server, values, app)}}


def _parts_agree(values: Values, app: App) -> Iterator[Problem]:
    if not values["EMAIL_URL"]:
        return
    server = read(values["EMAIL_URL"])
    for name, value in said(values, app).items():
        silent = server["EMAIL_BACKEND"] in SERVERLESS and name not in NO_SERVER
        another = name == "EMAIL_BACKEND" and value not in (SMTP, *SERVERLESS)
        if silent or (server.get(name, value) != value and not another):
            yield Problem(
                name=name,
                wrong=f"disagrees with {values.called('EMAIL_URL')}",
                right=f"Unset {name}, or say the same in both.",
            )


def _one_encryption(values: Values, app: App) -> Iterator[Problem]:
    server = server_of(values, app)
    if values.given("EMAIL_URL", "EMAIL_USE_TLS", "EMAIL_USE_SSL") and (
        server.get("EMAIL_USE_TLS") and server.get("EMAIL_USE_SSL")
    ):
        yield Problem(
            name="EMAIL_USE_SSL",
            wrong=f"is set together with {values.called('EMAIL_USE_TLS')}",
            right="EMAIL_USE_TLS is STARTTLS, mostly on port 587; EMAIL_USE_SSL is TLS from the "
            "start, mostly on port 465. Set one of them.",
        )


def _login_is_ascii(values: Values, app: App) -> Iterator[Problem]:
    if not values.given("EMAIL_URL", *PARTS):
        return
    server = server_of(values, app)
    for name in ("EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"):
        if (values[name] or "").isascii() or server["EMAIL_BACKEND"] != SMTP:
            continue
        yield Problem(
            name=name,
            wrong="has characters that are not ASCII, which Python's SMTP client cannot send",
            right="Use another user or password.",
        )


def _certificate_is_usable(values: Values, app: App) -> Iterator[Problem]:
    names = [n for n in ("EMAIL_SSL_CERTFILE", "EMAIL_SSL_KEYFILE") if values.given(n)]
    if not names:
        return
    server = server_of(values, app)
    if not server.get("EMAIL_USE_TLS") and not server.get("EMAIL_USE_SSL"):
        yield Problem(
            name=names[0],
            wrong="is set, but no TLS",
            right="Set EMAIL_USE_TLS or EMAIL_USE_SSL, or unset it.",
        )
    import ssl  # noqa: PLC0415 - few need it

    certificate, key = server.get("EMAIL_SSL_CERTFILE"), server.get("EMAIL_SSL_KEYFILE")
    try:
        # The empty password keeps it from asking for one, as it would again with every mail.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_cert_chain(certificate, key, password="")  # type: ignore[arg-type]
    except (OSError, TypeError, ValueError):
        yield Problem(
            name=names[0],
            wrong="names no certificate that can be used",
            right="EMAIL_SSL_CERTFILE is a readable PEM file; its key is in it too or in "
            "EMAIL_SSL_KEYFILE, without a password.",
        )


def _backend_is_there(values: Values, app: App) -> Iterator[Problem]:
    backend = values["EMAIL_BACKEND"]
    if backend and not (backend in (SMTP, *SERVERLESS) or leads_somewhere(backend)):
        yield Problem(
            name="EMAIL_BACKEND",
            wrong="names a class that is not there",
            right="Is its package among the app's requirements, and its name right?",
            example=SMTP,
        )


def _folder_is_writable(values: Values, app: App) -> Iterator[Problem]:
    server = server_of(values, app)
    named = [n for n in ("EMAIL_FILE_PATH", "EMAIL_BACKEND", "EMAIL_URL") if values.given(n)]
    if server["EMAIL_BACKEND"] != FILES or not named:
        return
    folder = server.get("EMAIL_FILE_PATH")
    if not folder:
        yield Problem(
            name="EMAIL_FILE_PATH",
            wrong="is not set, and Django's file backend needs it",
            right="Set it to the folder for mails.",
            example="/data/mails",
        )
    elif not _can_be_written(Path(folder)):
        yield Problem(
            name=named[0],
            wrong="names a folder that is not writable and cannot be made",
            right="Mount a volume there that the container's user may write to.",
        )


def _can_be_written(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


_ALL = ("EMAIL_URL", *PARTS)

FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(
        Check(names=_ALL, find=_parts_agree),
        Check(names=_ALL, find=_one_encryption),
        Check(names=_ALL, find=_login_is_ascii),
        Check(names=_ALL, find=_certificate_is_usable),
        Check(names=("EMAIL_BACKEND",), find=_backend_is_there),
        Check(names=_ALL, find=_folder_is_writable),
    ),
    stand_ins={"EMAIL_URL": "memorymail://", **dict.fromkeys(PARTS)},
)
