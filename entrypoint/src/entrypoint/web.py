"""What the environment says about the web role: read for the plan, and by gunicorn itself."""

from __future__ import annotations

from entrypoint import sizing
from entrypoint.errors import ConfigurationError
from entrypoint.numbers import positive, together

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

INTERFACES = ("wsgi", "asgi")
LOG_FORMATS = ("plain", "json")

#: settings_lib's words, for a variable that is the settings' own.
TRUE = ("true", "1", "yes", "on")

#: Seconds that an idle connection is kept. Longer than the 60 s for which nginx keeps one to an
#: upstream: who closes it first never sends a request into a connection that is being closed.
KEEPALIVE = 75
KEEPALIVE_MOST = 3600


class Web:
    """The web role's variables.

    Args:
        environ: the environment.

    Attributes:
        interface: `wsgi` or `asgi`.
        port: where it listens.
        workers: processes.
        threads: of each; an ASGI worker has none.
        keepalive: seconds that an idle connection is kept.
        max_requests: after how many requests a worker is replaced; 0 for never.
        log_format: `plain` or `json`.
        metrics: where metrics go, or None.
        debug: Django's debug mode is on.

    Raises:
        ConfigurationError: all that is wrong with them, in one.
    """

    __slots__ = (
        "debug",
        "interface",
        "keepalive",
        "log_format",
        "max_requests",
        "metrics",
        "port",
        "threads",
        "workers",
    )

    def __init__(self, environ: Mapping[str, str]) -> None:
        (
            self.interface,
            self.port,
            self.workers,
            self.threads,
            self.keepalive,
            self.max_requests,
            self.log_format,
            self.metrics,
        ) = together(
            lambda: _choice(environ, "WEB_INTERFACE", INTERFACES),
            lambda: sizing.port_size(environ),
            lambda: sizing.web_workers_size(environ),
            lambda: sizing.web_threads_size(environ),
            lambda: positive(environ, "WEB_KEEPALIVE", KEEPALIVE_MOST) or KEEPALIVE,
            lambda: positive(environ, "WEB_MAX_REQUESTS") or 0,
            lambda: _choice(environ, "LOG_FORMAT", LOG_FORMATS),
            lambda: metrics(environ),
        )
        debug = environ.get("DEBUG") or environ.get("DJANGO_DEBUG") or ""
        self.debug = debug.lower() in TRUE


class Metrics:
    """Where metrics go.

    Args:
        kind: `statsd`, to which they are sent, or `prometheus`, which fetches them.
        host: statsd's, or the address that they are served on.
        port: its port.
        prefix: what statsd's names begin with.
    """

    __slots__ = ("host", "kind", "port", "prefix")

    def __init__(self, kind: str, host: str, port: int, prefix: str = "") -> None:
        self.kind = kind
        self.host = host
        self.port = port
        self.prefix = prefix


def metrics(environ: Mapping[str, str]) -> Metrics | None:
    """Return what WEB_METRICS says, or None where it is not set.

    Raises:
        ConfigurationError: it is neither of the two forms, or its port is the app's own.
    """
    text = environ.get("WEB_METRICS")
    if not text:
        return None
    import re

    host = r"(\[[0-9a-fA-F:.]+\]|[\w.-]+)"
    statsd = re.fullmatch(rf"statsd://{host}:(\d{{1,5}})(?:/([\w.-]*))?", text, re.ASCII)
    prometheus = re.fullmatch(rf"prometheus://{host}?:(\d{{1,5}})/?", text, re.ASCII)
    found = statsd or prometheus
    if found is None or not 0 < int(found[2]) <= sizing.PORT_MAX:
        raise ConfigurationError(
            "WEB_METRICS is neither statsd://HOST:PORT[/PREFIX] nor prometheus://[HOST]:PORT.",
            "For example WEB_METRICS=prometheus://:9102",
        )
    number = int(found[2])
    if statsd:
        return Metrics("statsd", found[1], number, found[3] or "")
    if environ.get("PORT", str(sizing.DEFAULT_PORT)) == found[2]:
        raise ConfigurationError("WEB_METRICS names the port of the app.", "It needs its own.")
    return Metrics("prometheus", (found[1] or "0.0.0.0").strip("[]"), number)  # noqa: S104


def _choice(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """Return a variable's word, in lower case; the first one where it is not set."""
    word = (environ.get(name) or choices[0]).lower()
    if word not in choices:
        raise ConfigurationError(
            f"{name} is none of: {', '.join(choices)}.", f"Unset, it is {choices[0]}."
        )
    return word
