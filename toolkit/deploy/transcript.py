"""Keeps all that a deploy told, and its hosts printed, in a file of the machine that deploys."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.deploy.display import JsonLines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.deploy.events import Listener

#: How many of an app's are kept.
KEPT = 50


def folder(app: str, environ: Mapping[str, str]) -> Path:
    """Where an app's are.

    See https://specifications.freedesktop.org/basedir-spec/latest/, XDG_STATE_HOME.

    Args:
        app: The app's name.
        environ: The environment.
    """
    home = Path(environ.get("HOME") or "/")
    state = Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    return state / "toolkit" / app


@contextlib.contextmanager
def transcript(
    app: str, environ: Mapping[str, str]
) -> Iterator[tuple[Path | None, list[Listener]]]:
    """A file, and a listener that writes events into it; none where it cannot be written.

    Args:
        app: The app's name.
        environ: The environment.
    """
    place = folder(app, environ)
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = place / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.jsonl"
        stream = path.open("x", encoding="utf-8")
    except OSError:
        yield None, []
        return
    for old in sorted(place.glob("*.jsonl"))[:-KEPT]:
        old.unlink(missing_ok=True)
    with stream:
        yield path, [JsonLines(stream)]
