"""What the app's settings connect to, each with a way to ask whether it accepts its credentials.

The modules run in the app's process, with its Django, Celery and drivers, of any version.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: What `wait` can be asked for; each is a module of this package.
KINDS = ("database", "cache", "broker")


class Service:
    """Something that the app connects to.

    Args:
        name: for people, such as `database default`.
        where: for people, host and all; it may hold secrets.
        connect: connects with the app's own credentials and asks something; it gets the seconds
            that it has, as far as its driver can be told, and raises where it does not succeed.
    """

    __slots__ = ("connect", "name", "where")

    def __init__(self, name: str, where: str, connect: Callable[[float], None]) -> None:
        self.name = name
        self.where = where
        self.connect = connect


class Nothing:
    """Something that needs no waiting for.

    Args:
        name: as above.
        why: for people.
        configured: the settings say so. Otherwise they say nothing, which is an error for whoever
            asked for it by name.
    """

    __slots__ = ("configured", "name", "why")

    def __init__(self, name: str, why: str, *, configured: bool = True) -> None:
        self.name = name
        self.why = why
        self.configured = configured
