"""Tells a chat, or any program, by a webhook: one POST of JSON."""

from __future__ import annotations

import base64
import http.client
import json
import urllib.error
import urllib.request
from urllib.parse import unquote, urlsplit, urlunsplit

from toolkit import __version__
from toolkit.deploy import wording
from toolkit.deploy.events import Ended, Started
from toolkit.notify.errors import NotifyError, network

TIMEOUT = 10
"""Seconds that all of it may take."""

#: Characters of a reason in a chat's message.
_LONG = 2000


def payload(event: Started | Ended) -> dict[str, object]:
    """What is sent: the event, and `text`, which Slack and Mattermost show."""
    lines = [f"[{event.app}] {wording.headline(event)}"]
    if isinstance(event, Ended):
        lines += wording.cleaned(event.reason[:_LONG])
    elif event.who:
        lines[0] += f", by {wording.clean(event.who)}"
    return {**event.data(), "text": _escaped("\n".join(lines))}


def _escaped(text: str) -> str:
    """A text that calls nobody and links nowhere.

    Source: Slack, "Formatting text for app surfaces", escaping text.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def post(url: str, data: dict[str, object], *, timeout: float = TIMEOUT) -> None:
    """Send data to a URL.

    Args:
        url: http or https, perhaps with a user and a password.
        data: What is sent, as JSON.
        timeout: Seconds that one answer may take.

    Raises:
        NotifyError: It was not taken; the text has neither the URL nor a part of it.
    """
    request = _request(url, json.dumps(data).encode())
    try:
        with _opener().open(request, timeout=timeout):
            pass
    except urllib.error.HTTPError as error:
        with error:
            raise NotifyError(f"it answers {error.code}") from None
    except urllib.error.URLError as error:
        reason = error.reason
        why = network(reason) if isinstance(reason, Exception) else "it cannot be reached"
        raise NotifyError(why) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotifyError(network(error)) from None


def _opener() -> urllib.request.OpenerDirector:
    """What opens a URL, by a proxy if need be, and goes nowhere else.

    A POST that is sent elsewhere arrives as a GET without its body: better an error.
    """
    opener = urllib.request.OpenerDirector()
    for each in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(each)
    return opener


def _request(url: str, body: bytes) -> urllib.request.Request:
    if not url:
        raise NotifyError("the variable is not set")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise NotifyError("it is no URL") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise NotifyError("expected a URL that begins with https:// or http://")
    headers = {"Content-Type": "application/json", "User-Agent": f"toolkit/{__version__}"}
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    place = f"[{host}]" if ":" in host else host
    netloc = f"{place}:{port}" if port else place
    bare = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
    return urllib.request.Request(bare, data=body, headers=headers, method="POST")  # noqa: S310 - checked above
