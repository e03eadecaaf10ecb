"""How many processes and threads a role has, from what its container may use."""

from __future__ import annotations

from entrypoint import cgroup
from entrypoint.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PORT = 8000
PORT_MAX = 65535

#: Memory that one process of a Django app needs, in bytes: the limit is divided by it.
MEMORY_PER_PROCESS = 192 * 1024 * 1024

#: Requests that one web process serves at a time; they mostly wait for the database.
THREADS = 4


def web_workers(environ: Mapping[str, str], root: str = cgroup.ROOT) -> int:
    """Return the number of gunicorn's workers: WEB_CONCURRENCY, or one for each CPU."""
    return _named(environ, "WEB_CONCURRENCY") or _processes(root)


def web_threads(environ: Mapping[str, str]) -> int:
    """Return the number of threads of each of gunicorn's workers: WEB_THREADS, or 4."""
    return _named(environ, "WEB_THREADS") or THREADS


def worker_concurrency(environ: Mapping[str, str], root: str = cgroup.ROOT) -> int:
    """Return the number of Celery's processes: WORKER_CONCURRENCY, or one for each CPU."""
    return _named(environ, "WORKER_CONCURRENCY") or _processes(root)


def port(environ: Mapping[str, str]) -> int:
    """Return the port that the web role serves on: PORT, or 8000."""
    number = _named(environ, "PORT") or DEFAULT_PORT
    if number > PORT_MAX:
        raise ConfigurationError("PORT is not a port.", f"It is at most {PORT_MAX}.")
    return number


def _processes(root: str) -> int:
    """Return one process for each CPU begun, as many as the memory allows, at least one."""
    count = -int(-cgroup.cpus(root) // 1)
    limit = cgroup.memory(root)
    if limit is not None:
        count = min(count, limit // MEMORY_PER_PROCESS)
    return max(1, count)


def _named(environ: Mapping[str, str], name: str) -> int | None:
    text = environ.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ConfigurationError(
            f"{name} is not a number of at least 1.",
            f"For example {name}=4; unset, it has a default.",
        )
    return int(text)
