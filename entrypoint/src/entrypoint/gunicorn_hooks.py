"""gunicorn's hooks in an image: what is done besides serving."""

from __future__ import annotations

import os
import socket
import sys

from entrypoint import gunicorn_metrics, gunicorn_stop, request_id, role
from entrypoint.errors import EntrypointError, UnavailableError, fail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def on_starting(server: Any) -> None:  # noqa: ANN401 - gunicorn's arbiter, in each of these
    """End at once, with one message, where starting makes no sense.

    Its workers would find out as well, each for itself and again and again.
    """
    try:
        # Sockets that are there already come from whoever started it, or from its own old self.
        inherited = {"GUNICORN_FD", "LISTEN_FDS"} & set(os.environ)
        if not (server.LISTENERS or server.cfg.reuse_port or inherited):
            for address in server.cfg.address:
                _check_free(address)
        gunicorn_metrics.serve()
    except EntrypointError as error:
        fail(error)
    _load_settings()


def when_ready(server: Any) -> None:  # noqa: ANN401
    """Write where it listens, for `health`, if this is what the container is for."""
    if not role.is_this_process():
        return
    names = [listener.getsockname() for listener in server.LISTENERS]
    lines = [
        os.path.abspath(name) if isinstance(name, str) else f"{name[0]} {name[1]}"
        for name in names
        if name and name[0] not in ("\0", 0)  # an abstract socket has no path
    ]
    new = role.LISTENING + ".new"
    try:
        with open(new, "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
        os.replace(new, role.LISTENING)
    except OSError as error:
        server.log.warning("%s cannot be written: %s", role.LISTENING, error.strerror)


def post_worker_init(worker: Any) -> None:  # noqa: ANN401
    """Give an ASGI worker's requests their id, and let idle connections not hold up its end."""
    if hasattr(worker, "asgi"):
        worker.asgi = request_id.Asgi(worker.asgi)
    gunicorn_stop.install(worker)


def pre_request(worker: Any, request: Any) -> None:  # noqa: ANN401
    """Give a WSGI worker's request its id."""
    if not hasattr(worker, "asgi"):
        request_id.set_header(request)


def post_request(worker: Any, request: Any, environ: Any, response: Any) -> None:  # noqa: ANN401, ARG001
    """Say that a WSGI worker's request is over."""
    if not hasattr(worker, "asgi"):
        request_id.end()


def _check_free(address: Any) -> None:  # noqa: ANN401
    """See whether an address can be listened on.

    gunicorn itself tries five times in five seconds, with ten lines, and ends with 1.

    Raises:
        UnavailableError: it cannot.
    """
    if not isinstance(address, tuple):
        return  # a Unix socket's path, or a descriptor
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            host, port = address[:2]
            raise UnavailableError(
                f"cannot listen on port {port} of {host}: {error.strerror or error}.",
                "PORT names another one.",
            ) from None


def _load_settings() -> None:
    """Load the settings: what is wrong in them ends gunicorn, before any worker starts."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        sys.path.insert(0, os.getcwd())
        from django.conf import settings  # type: ignore[import-untyped,import-not-found,unused-ignore]

        settings.is_overridden("DEBUG")
