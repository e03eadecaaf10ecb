"""What a host and a mail address look like, so that no client chokes on them later."""

from __future__ import annotations

import re

_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = rf"{_LABEL}(\.{_LABEL})*\.?"
_V6 = r"([0-9A-Fa-f:.]+)(?:%[A-Za-z0-9_.-]+)?"
_LONGEST_NAME = 253


def is_host(text: str) -> bool:
    """Whether this is a host name or an IP address, an IPv6 one without brackets.

    Python's resolver raises UnicodeError for the rest, which clients do not expect. An
    international name is written in its ``xn--`` form.
    """
    if len(text) > _LONGEST_NAME:
        return False
    return bool(re.fullmatch(_NAME, text, re.ASCII)) or is_ipv6(text)


def is_ipv6(text: str) -> bool:
    """Whether this is an IPv6 address, without brackets and perhaps with a zone."""
    match = re.fullmatch(_V6, text, re.ASCII)
    if not match:
        return False
    import socket  # noqa: PLC0415 - few hosts are addresses

    try:
        socket.inet_pton(socket.AF_INET6, match[1])
    except OSError:
        return False
    return True


def mailbox(text: str) -> str:
    """An address that a mail can be sent from: ``app@example.org``, ``App <app@example.org>``.

    It is read as Django reads it (``prep_address`` in django/core/mail/backends/smtp.py). A full
    stop in a name without quotes is what people write and Django 6.1 refuses: it gets quotes.

    Args:
        text: The address, perhaps with a name.

    Returns:
        The same, with quotes where they were missing.

    Raises:
        ValueError: It is none, or several, or has no domain.
    """
    from email.headerregistry import AddressHeader  # noqa: PLC0415 - costs time; Django has it too
    from email.utils import quote  # noqa: PLC0415 - as above

    if not text.isprintable():
        raise ValueError
    try:
        parsed = AddressHeader.value_parser(text)
        defects = {str(defect) for defect in parsed.all_defects}
        (address,) = parsed.addresses
        (single,) = parsed.all_mailboxes
        domain = single.domain or ""
    except Exception:  # noqa: BLE001 - the standard library's parser fails in many ways
        raise ValueError from None
    if (
        defects - {"period in 'phrase'"}
        or address[0].token_type == "group"  # noqa: S105 - a kind of token
        or not (single.local_part or "").isascii()
        or not domain
        or " " in domain
    ):
        raise ValueError
    return f'"{quote(single.display_name)}" <{single.addr_spec}>' if defects else text
