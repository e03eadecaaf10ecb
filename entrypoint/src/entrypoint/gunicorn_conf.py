"""gunicorn's settings in an image: `gunicorn --config python:entrypoint.gunicorn_conf`.

What is set here are defaults. Later ones win: this file, the app's own gunicorn.conf.py,
GUNICORN_CMD_ARGS, the arguments of `run`. The names are those of gunicorn's settings:
https://docs.gunicorn.org/en/stable/settings.html
"""

from __future__ import annotations

import os

from entrypoint import gunicorn_apps, gunicorn_hooks, gunicorn_metrics
from entrypoint.gunicorn_log import ACCESS
from entrypoint.web import Web
from entrypoint.writable import RUNTIME

web = Web(os.environ)

# Where it listens, and how many requests it serves at a time.
bind = f"0.0.0.0:{web.port.value}"
workers = web.workers.value
if web.interface == "asgi":
    worker_class = "asgi"
else:
    worker_class = "gthread"
    threads = web.threads.value

# How long connections and workers live.
keepalive = web.keepalive
max_requests = web.max_requests
max_requests_jitter = web.max_requests // 10  # not all of them at once
reload = web.debug

# The log: standard output and standard error, a line a request, plain or JSON.
accesslog = "-"
errorlog = "-"
logger_class = "entrypoint.gunicorn_log.Logger"
access_log_format = ACCESS

# The only places that are writable where the root is read-only.
worker_tmp_dir = RUNTIME
control_socket = os.path.join(RUNTIME, "gunicorn.ctl")

# What is done when gunicorn starts, listens, has a worker, has a request and is done with it.
on_starting = gunicorn_hooks.on_starting
when_ready = gunicorn_hooks.when_ready
post_worker_init = gunicorn_hooks.post_worker_init
pre_request = gunicorn_hooks.pre_request
if web.interface == "wsgi":  # with ASGI it would make gunicorn hold answers back
    post_request = gunicorn_hooks.post_request

# Metrics, where WEB_METRICS says to whom.
if web.metrics is not None and web.metrics.kind == "statsd":
    statsd_host = f"{web.metrics.host}:{web.metrics.port}"
    statsd_prefix = web.metrics.prefix
elif web.metrics is not None:
    gunicorn_metrics.prepare()
    pre_fork = gunicorn_metrics.pre_fork
    post_fork = gunicorn_metrics.post_fork
    child_exit = gunicorn_metrics.child_exit

# The app's own file comes last. A hook that both define runs in both: ours, then the app's.
globals().update(gunicorn_apps.settings("gunicorn.conf.py", globals()))
