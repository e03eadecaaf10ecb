"""``/__lbheartbeat__``, ``/__heartbeat__`` and ``/__version__``, before everything else.

A middleware and no view: it stands before every other, so the end points need no ``Host`` that the
app knows, are never redirected, and have no session.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings  # type: ignore[import-untyped]
from django.http import (  # type: ignore[import-untyped]
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)

from settings_lib.health.heartbeat import Heartbeat
from settings_lib.health.runs import ERROR
from settings_lib.health.version import version

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    Handler: TypeAlias = Callable[[Any], HttpResponse | Awaitable[HttpResponse]]

ALIVE = "/__lbheartbeat__"
HEARTBEAT = "/__heartbeat__"
VERSION = "/__version__"

METHODS = ("GET", "HEAD")


class HealthMiddleware:
    """Answers load balancers, monitoring and people; everything else is the app's."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self._drain_file = os.fspath(settings.DRAIN_FILE)
        self._heartbeat = Heartbeat(getattr(settings, "HEARTBEAT_TIMEOUT", None))
        # Dockerflow's own servers take a slash at the end too.
        self._paths = {
            path + end: path for path in (ALIVE, HEARTBEAT, VERSION) for end in ("", "/")
        }
        self._async = iscoroutinefunction(get_response)
        if self._async:
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> HttpResponse | Awaitable[HttpResponse]:  # noqa: ANN401
        """Answer, or pass the request on."""
        path = self._paths.get(request.path_info)
        if path is None:
            return self.get_response(request)
        if self._async:
            return self._answer_async(path, request.method)
        asked = path == HEARTBEAT and request.method in METHODS
        return self._answer(path, request.method, self._heartbeat.ask() if asked else {})

    async def _answer_async(self, path: str, method: str) -> HttpResponse:
        asked = path == HEARTBEAT and method in METHODS
        return self._answer(path, method, await self._heartbeat.ask_async() if asked else {})

    def _answer(self, path: str, method: str, heartbeat: dict[str, Any]) -> HttpResponse:
        if method not in METHODS:
            response = HttpResponseNotAllowed(METHODS)
        elif path == ALIVE:
            response = self._alive()
        elif path == VERSION:
            response = JsonResponse(version())
        else:  # as Dockerflow: a warning is no failure
            response = JsonResponse(heartbeat, status=500 if heartbeat["status"] == ERROR else 200)
        response["Cache-Control"] = "no-store"
        response["Content-Length"] = len(response.content)
        if method == "HEAD":
            response.content = b""  # gunicorn complains of each that is not
        # Django logs each 5xx as an error (django.utils.log.log_response); these are meant.
        response._has_been_logged = response.status_code >= 500  # noqa: PLR2004, SLF001
        return response

    def _alive(self) -> HttpResponse:
        """200, or 503 while the file ``DRAIN_FILE`` exists: a database's hiccup empties no pool."""
        draining = os.path.exists(self._drain_file)  # noqa: PTH110 - pathlib costs twice as much
        body, status = (b"draining\n", 503) if draining else (b"ok\n", 200)
        return HttpResponse(body, status=status, content_type="text/plain; charset=utf-8")
