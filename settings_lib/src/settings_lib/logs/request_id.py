"""Each request has an id, which the log lines, the answer, Sentry and the tasks that it sends have.

The entrypoint gives it to each request that gunicorn serves; without the entrypoint (``runserver``,
tests) the middleware here does, by the same rule: a proxy's is taken over if nothing can trip over
it, and else there is a new one.
"""

from __future__ import annotations

import logging
import re
import sys
import uuid
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.signals import request_finished  # type: ignore[import-untyped]

from settings_lib.logs.formatters import NO_REQUEST

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    from django.http import HttpResponse  # type: ignore[import-untyped]

    Handler: TypeAlias = Callable[[Any], HttpResponse | Awaitable[HttpResponse]]

HEADER = "X-Request-ID"
META = "HTTP_X_REQUEST_ID"

CURRENT: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)
"""The id of the request that is being served, or that sent the task that is being worked on."""

TAKEN = re.compile(r"[A-Za-z0-9._-]{1,128}")
"""What is taken over from a proxy: the entrypoint's rule. Several headers arrive with a comma."""


def choose(given: str | None) -> str:
    """The id that a request came with, or a new one.

    Args:
        given: The value of its header.
    """
    return given if given and TAKEN.fullmatch(given) else uuid.uuid4().hex


def begin(chosen: str) -> None:
    """From now on everything here is about the request of this id.

    Args:
        chosen: The id.
    """
    CURRENT.set(chosen)
    sentry = sys.modules.get("sentry_sdk")
    if sentry is not None:
        sentry.set_tag("request_id", chosen)


def end(**_: Any) -> None:  # noqa: ANN401 - a signal's arguments
    """From now on nothing here is about a request."""
    CURRENT.set(NO_REQUEST)


class RequestIdMiddleware:
    """Gives each request its id, and tells it in the answer's header ``X-Request-ID``."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)
        # Not when the view returns: an answer that streams logs while it is sent.
        request_finished.connect(end, dispatch_uid="settings_lib.logs.request_id")

    def __call__(self, request: Any) -> HttpResponse | Awaitable[HttpResponse]:  # noqa: ANN401
        """Pass the request on."""
        chosen = request.META[META] = choose(request.META.get(META))
        begin(chosen)
        response = self.get_response(request)
        if iscoroutinefunction(self):
            return _told_later(response, chosen)
        return _told(response, chosen)


def _told(response: Any, chosen: str) -> HttpResponse:  # noqa: ANN401
    response.headers[HEADER] = chosen
    return response


async def _told_later(response: Any, chosen: str) -> HttpResponse:  # noqa: ANN401
    return _told(await response, chosen)


class RequestIdFilter(logging.Filter):
    """Gives each record that a handler gets the attribute ``request_id``, whichever logger's it is.

    It is a handler's filter and no record factory: with one of those, a library that logs with
    ``extra={"request_id": …}`` would get a KeyError from Python. Its own id stays here.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        if not hasattr(record, "request_id"):
            record.request_id = CURRENT.get()
        return True
