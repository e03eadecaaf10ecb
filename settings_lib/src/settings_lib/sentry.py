"""What Sentry's SDK is told: which errors it reports, and what never leaves the process."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.logging import ignore_logger
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

if TYPE_CHECKING:
    from settings_lib.values import Values

MASK = "[Filtered]"
"""The SDK's own word."""

SHORTEST = 6
"""Characters of a secret from which on it is looked for in texts: ``app`` would be everywhere."""

CODE = frozenset({"abs_path", "filename", "function", "module", "type"})
"""Keys of an event whose texts are the program's, and what Sentry groups by."""

QUERY = re.compile(r"""(Request: \w+ ['"][^?'"]*\?)[^>]*""")
"""The query string in the representation of a request, which frames have."""

PROBES = frozenset({"/__lbheartbeat__", "/__heartbeat__", "/__version__"})
"""The paths of the health end points."""


def start(values: Values, secrets: Iterable[str]) -> None:
    """Start the SDK.

    It finds secrets by names (``EventScrubber``, with the schema's names) and, in texts that hold
    more than a secret, such as an exception's message with a URL, by their values.

    Args:
        values: The parsed values by name.
        secrets: The names of the variables whose values must not get out, aliases included.
    """
    names = tuple(secrets)
    texts = sorted(set(_texts(values.get(name) for name in names)), key=len, reverse=True)
    hidden = re.compile("|".join("".join(map(_letter, text)) for text in texts) or "(?!)")

    def without_secrets(event: Any, hint: Any) -> Any:  # noqa: ANN401, ARG001 - the SDK's signature
        event.get("request", {}).pop("query_string", None)  # as in the log: it may carry tokens
        return _masked(event, hidden)

    rate = values["SENTRY_TRACES_SAMPLE_RATE"]
    sentry_sdk.init(
        dsn=values["SENTRY_DSN"],
        environment=values["SENTRY_ENVIRONMENT"],
        release=values["SENTRY_RELEASE"] or values["IMAGE_TAG"] or values["IMAGE_REVISION"],
        sample_rate=values["SENTRY_SAMPLE_RATE"],
        traces_sampler=_sampler(rate) if rate else None,
        send_default_pii=False,
        event_scrubber=EventScrubber(denylist=[*DEFAULT_DENYLIST, *names], recursive=True),
        before_send=without_secrets,
        before_send_transaction=without_secrets,
        # At its end the SDK would write to standard error, in no form of a log.
        integrations=[AtexitIntegration(callback=lambda pending, timeout: None)],  # noqa: ARG005
    )
    # Anybody can cause it, by a request with another Host.
    ignore_logger("django.security.DisallowedHost")


def _sampler(rate: float) -> Any:  # noqa: ANN401 - what the SDK takes
    def sample(context: Mapping[str, Any]) -> float:
        path = context.get("wsgi_environ", {}).get("PATH_INFO")
        if (path or context.get("asgi_scope", {}).get("path")) in PROBES:
            return 0.0
        parent = context.get("parent_sampled")
        return rate if parent is None else float(parent)

    return sample


def _texts(values: Iterable[Any]) -> Iterator[str]:
    """The texts that give secrets away: each value's, and the passwords in URLs."""
    for value in values:
        if isinstance(value, str):
            yield from (each for each in (value, *_passwords(value)) if len(each) >= SHORTEST)
        elif isinstance(value, Mapping):
            yield from _texts(value.values())
        elif isinstance(value, (list, tuple, set)):
            yield from _texts(value)


def _letter(letter: str) -> str:
    r"""A pattern for a letter as it is, in a URL, and as Python and JSON write it.

    One representation may be within another, so there may be any number of backslashes.

    >>> _letter("a"), _letter("/"), _letter("'")
    ('a', '(?:/|(?i:%2F))', "\\\\*(?:'|(?i:%27))")
    """
    written = {each[1:] for each in (repr(letter)[1:-1], json.dumps(letter)[1:-1]) if each[1:]}
    quoted = quote(letter, safe="")
    forms = [
        re.escape(letter),
        *(rf"\\+{re.escape(each)}" for each in sorted(written)),
        *([f"(?i:{quoted})"] if quoted != letter else []),
    ]
    if letter == "\\":
        return r"(?:\\+|(?i:%5C))"
    either = forms[0] if len(forms) == 1 else f"(?:{'|'.join(forms)})"
    return rf"\\*{either}" if letter in "'\"" else either


def _passwords(text: str) -> Iterator[str]:
    for part in text.split(";"):
        try:
            password = urlsplit(part).password
        except ValueError:
            continue
        if password:
            yield from (password, unquote(password))


def _masked(part: Any, hidden: re.Pattern[str], key: object = "") -> Any:  # noqa: ANN401 - JSON
    """A part of an event without the secrets' values."""
    if isinstance(part, str):
        if key not in CODE:
            part = hidden.sub(MASK, part)
            part = QUERY.sub(rf"\1{MASK}'", part)
        return part
    if isinstance(part, dict):
        return {name: _masked(value, hidden, name) for name, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [_masked(value, hidden, key) for value in part]
    return part
