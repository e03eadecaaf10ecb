"""Why something is not there, in words: the drivers' own texts differ, and are long."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: How much of a driver's text is shown, in characters.
LONGEST = 300

#: In this order, what the drivers' texts have in common: the words of PostgreSQL's, MySQL's, Redis'
#: and RabbitMQ's servers and of the C library, as regular expressions.
REASONS: dict[str, tuple[str, ...]] = {
    "wrong user or password": (
        *("password authentication failed", "no password supplied", "access denied", "wrongpass"),
        *("noauth", "invalid (username-password|password)", "authentication required"),
        *("access_refused", "role .* does not exist", r"no pg_hba\.conf entry"),
        *("client sent auth", "invalid username"),
    ),
    "no such database": (
        *("database .* does not exist", "unknown database", "unable to open database"),
        *("db index is out of range", "vhost .* not found", "not_allowed"),
    ),
    "still starting": ("starting up", "is loading the dataset", "not yet accepting"),
    "host not found": (
        *("name or service not known", "could not translate host", "name resolution"),
        *("no address associated", "unknown (mysql )?server host", "failed to resolve"),
        *("nodename nor servname", "getaddrinfo"),
    ),
    "connection refused": ("connection refused", r"\(111\)", "errno 111", "econnrefused"),
    "no route": ("no route to host", "network is unreachable"),
    "no answer in time": ("timed out", "timeout"),
    "TLS failed": (r"\bssl\b", r"\btls\b", "certificate"),
    "connection lost": (
        *("connection reset", "closed the connection", "connection closed", "broken pipe"),
        *("server closed",),
    ),
    "not installed": ("no module named", "did you install", "error loading"),
}


def reason(error: BaseException) -> str:
    """Return why something failed, in a few words; the error's class where nothing is known."""
    for words, patterns in REASONS.items():
        pattern = "|".join(patterns)
        if any(re.search(pattern, text, re.IGNORECASE) for text in _texts(error)):
            return words
    return type(error).__name__


def detail(error: BaseException) -> str:
    """Return an error's own text, as one line, without what repeats."""
    text = next((text for text in _texts(error) if text), "")
    # psycopg tells of each address of a host again.
    text = text.partition("Multiple connection attempts failed")[0]
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _texts(error: BaseException | None) -> Iterator[str]:
    """Give the text of an error and those of its causes."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield str(error)
        error = error.__cause__ or error.__context__
