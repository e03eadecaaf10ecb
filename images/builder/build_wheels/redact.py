"""The one place that takes credentials out of text."""

from __future__ import annotations

import re

_USERINFO = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^\s/'\"<>`]+@")


def redact(text: str) -> str:
    """Replace the user part of every URL.

    >>> redact("from https://me:pass@host/simple")
    'from https://****@host/simple'

    Args:
        text: anything that is about to be printed or written.
    """
    return _USERINFO.sub(r"\g<scheme>****@", text)


def without_userinfo(url: str) -> str:
    """The URL with no user and no password at all, for files that are kept.

    Args:
        url: any URL; one without credentials comes back as it is.
    """
    return _USERINFO.sub(r"\g<scheme>", url)
