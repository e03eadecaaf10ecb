"""gunicorn's configuration in an image, read by gunicorn (`--config python:entrypoint.gunicorn_conf`).

What is set here are defaults. Later ones win: this file, the app's own gunicorn.conf.py,
GUNICORN_CMD_ARGS, the arguments of `run`. The names are those of gunicorn's settings:
https://docs.gunicorn.org/en/stable/settings.html
"""  # noqa: E501

from __future__ import annotations

import os
import runpy
import sys

from entrypoint import sizing
from entrypoint.writable import RUNTIME

bind = f"0.0.0.0:{sizing.port(os.environ)}"

workers = sizing.web_workers(os.environ)
if os.environ.get("WEB_INTERFACE") == "asgi":
    worker_class = "asgi"
else:
    worker_class = "gthread"
    threads = sizing.web_threads(os.environ)

accesslog = "-"
errorlog = "-"

# The only places that are writable where the root is read-only.
worker_tmp_dir = RUNTIME
control_socket = os.path.join(RUNTIME, "gunicorn.ctl")


def on_starting(server: object) -> None:  # noqa: ARG001 - gunicorn's signature
    """Load the settings before any worker starts: what is wrong in them ends gunicorn, at once."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        sys.path.insert(0, os.getcwd())
        from django.conf import settings  # type: ignore[import-untyped,import-not-found,unused-ignore]

        settings.is_overridden("DEBUG")


if os.path.isfile("gunicorn.conf.py"):
    globals().update(
        (name, value)
        for name, value in runpy.run_path("gunicorn.conf.py").items()
        if not name.startswith("__")
    )
