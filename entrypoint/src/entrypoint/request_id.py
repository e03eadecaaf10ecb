"""Each request has an id: the proxy's, or one of ours. The app sees it as X-Request-ID.

gunicorn has no place for it that both kinds of workers know: a WSGI worker makes the environment
after its hook `pre_request`, an ASGI worker before it. So there it is an application around the
app, and the log finds the id in the context of the request's task.
"""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HEADER = "X-REQUEST-ID"
ASGI_HEADER = HEADER.lower().encode()

#: Where a WSGI worker's request has it.
ATTRIBUTE = "entrypoint_request_id"

#: What stands for it outside of requests.
NONE = "-"

#: The id of the request that this thread or task serves.
CURRENT: ContextVar[str] = ContextVar("request_id", default=NONE)

#: What is taken over from a proxy: nothing that a log or a header could trip over.
TAKEN = re.compile(r"[A-Za-z0-9._-]{1,128}")


def choose(given: list[str]) -> str:
    """Return the id that a request came with, or a new one.

    Args:
        given: the values of its header; several are none.
    """
    taken = len(given) == 1 and TAKEN.fullmatch(given[0])
    return given[0] if taken else uuid.uuid4().hex


def of(request: Any) -> str:  # noqa: ANN401 - gunicorn's request
    """Return the id of a request that is being answered; `-` if it was too broken to have one."""
    found: str = getattr(request, ATTRIBUTE, None) or CURRENT.get()
    return found


def set_header(request: Any) -> None:  # noqa: ANN401
    """Give a request its id, before a WSGI worker makes the environment from its headers."""
    others = [(name, value) for name, value in request.headers if name != HEADER]
    given = [value for name, value in request.headers if name == HEADER]
    chosen = choose(given)
    request.headers = [*others, (HEADER, chosen)]
    setattr(request, ATTRIBUTE, chosen)
    CURRENT.set(chosen)


def end() -> None:
    """Say that this thread serves no request any more."""
    CURRENT.set(NONE)


class Asgi:
    """An ASGI application around another one, whose requests have an id.

    Args:
        app: the other one.
    """

    def __init__(self, app: Any) -> None:  # noqa: ANN401
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401
        """Serve one request, or whatever else the scope is."""
        headers = scope.get("headers")
        if headers is not None:
            others = [(name, value) for name, value in headers if name != ASGI_HEADER]
            given = [value.decode("latin-1") for name, value in headers if name == ASGI_HEADER]
            chosen = choose(given)
            CURRENT.set(chosen)
            scope = {**scope, "headers": [*others, (ASGI_HEADER, chosen.encode())]}
        await self.app(scope, receive, send)
