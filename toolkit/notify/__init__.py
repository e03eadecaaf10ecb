"""Who is told of a deploy: a command, people by mail, a chat by its webhook."""

from toolkit.notify.announcing import announce

__all__ = ["announce"]
