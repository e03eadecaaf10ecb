"""A feed over HTTP: fetched only if it changed, bounded in time and size, as plain text."""

import hashlib
import html
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import feedparser
import requests
from django.utils.html import strip_tags

CONNECT_TIMEOUT, READ_TIMEOUT, DEADLINE = 5, 10, 30  # seconds
MAX_BYTES = 5_000_000
MAX_ENTRIES = 200
USER_AGENT = "antisocial/1.0"


class FeedError(Exception):
    """A feed could not be read; the text is for the reader's eyes."""


@dataclass(frozen=True, kw_only=True)
class ParsedEntry:
    guid: str
    title: str
    link: str
    summary: str
    published_at: datetime


@dataclass(frozen=True, kw_only=True)
class ParsedFeed:
    title: str
    etag: str
    last_modified: str
    entries: tuple[ParsedEntry, ...]


def fetch(url, *, etag="", last_modified=""):
    """The feed at a URL, or None if it has not changed since these validators were given.

    Raises:
        FeedError: There is no answer, or it is no feed.
    """
    headers = {"User-Agent": USER_AGENT, "Accept": "application/atom+xml, application/rss+xml, */*"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    try:
        with requests.get(
            url, headers=headers, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), stream=True
        ) as response:
            if response.status_code == requests.codes.not_modified:
                return None
            if not response.ok:
                raise FeedError(f"The server answered {response.status_code}.")
            body = _read(response)
            answered = response.headers
    except requests.Timeout as error:
        raise FeedError("The server did not answer in time.") from error
    except (requests.RequestException, ValueError) as error:
        raise FeedError("The server could not be reached.") from error
    return parse(
        body, etag=answered.get("ETag", ""), last_modified=answered.get("Last-Modified", "")
    )


def _read(response):
    deadline = time.monotonic() + DEADLINE
    body = b""
    for chunk in response.iter_content(64 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            raise FeedError(f"The feed is larger than {MAX_BYTES // 1_000_000} MB.")
        if time.monotonic() > deadline:
            raise FeedError("The server did not answer in time.")
    return body


def parse(body, *, etag="", last_modified=""):
    """The feed in the bytes of an answer.

    Raises:
        FeedError: They hold no feed.
    """
    parsed = feedparser.parse(body)
    if not parsed.get("version"):
        raise FeedError("This is neither RSS nor Atom.")
    return ParsedFeed(
        title=_text(parsed.feed.get("title", ""))[:300],
        etag=etag[:300],
        last_modified=last_modified[:100],
        entries=tuple(_entry(each) for each in parsed.entries[:MAX_ENTRIES]),
    )


def _entry(entry):
    title = _text(entry.get("title", ""))[:300] or "Untitled"
    link = entry.get("link", "")
    if not link.startswith(("http://", "https://")) or len(link) > 1000:
        link = ""
    guid = entry.get("id") or link or title
    if len(guid) > 500:
        guid = hashlib.sha256(guid.encode()).hexdigest()
    return ParsedEntry(
        guid=guid,
        title=title,
        link=link,
        summary=_text(entry.get("summary", ""))[:1000],
        published_at=_when(entry),
    )


def _when(entry):
    """When an entry was published: never in the future, so that none stays on top for ever."""
    now = datetime.now(UTC)
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    return min(datetime(*moment[:6], tzinfo=UTC), now) if moment else now


def _text(markup):
    """Markup as one line of plain text. NUL is no text to PostgreSQL."""
    return " ".join(html.unescape(strip_tags(markup)).replace("\0", "").split())
