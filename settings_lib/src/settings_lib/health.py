"""``/__lbheartbeat__``: what a load balancer polls.

It asks no backend, so that a database's hiccup does not empty the pool, and it stands before every
other middleware, so that it needs no ``Host`` and is never redirected. The path is Dockerflow's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings  # type: ignore[import-untyped]
from django.http import HttpResponse  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    Handler: TypeAlias = Callable[[Any], HttpResponse | Awaitable[HttpResponse]]

PATH = "/__lbheartbeat__"


class HealthMiddleware:
    """Answers the load balancer: 200, or 503 while the file ``DRAIN_FILE`` exists."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.drain_file = Path(settings.DRAIN_FILE)
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> HttpResponse | Awaitable[HttpResponse]:  # noqa: ANN401
        """Answer, or pass the request on."""
        if request.path_info != PATH:
            return self.get_response(request)
        draining = self.drain_file.exists()
        response = HttpResponse(
            b"draining\n" if draining else b"ok\n",
            status=503 if draining else 200,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store"},
        )
        # Django logs each 5xx as an error (django.utils.log.log_response); this one is meant.
        response._has_been_logged = True  # noqa: SLF001
        return _later(response) if iscoroutinefunction(self) else response


async def _later(response: HttpResponse) -> HttpResponse:
    return response
