"""What a check raises to say what is wrong, in words that anybody may read."""

from __future__ import annotations


class Failed(Exception):  # noqa: N818 - it is what the check did
    """The check failed: /__heartbeat__ answers 500. The message is told to whoever asks."""


class Doubtful(Exception):  # noqa: N818 - as above
    """A warning: /__heartbeat__ still answers 200. The message is told to whoever asks."""
