"""How many processes and threads a role has, from what its container may use, and why."""

from __future__ import annotations

import os

from entrypoint import cgroup
from entrypoint.numbers import positive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PORT = 8000
PORT_MAX = 65535

#: Memory that one process of a Django app needs, in MiB: the limit is divided by it.
MEMORY_PER_PROCESS = 192

MIB = 1024 * 1024

#: Processes where there is no quota: a dozen apps share a host, and each sees all of its CPUs.
MOST_WITHOUT_QUOTA = 8

#: Requests that one web process serves at a time; they mostly wait for the database.
THREADS = 4


class Size:
    """A number, and the reason for it.

    Args:
        value: the number.
        why: the reason, to be read after the number.
    """

    __slots__ = ("value", "why")

    def __init__(self, value: int, why: str) -> None:
        self.value = value
        self.why = why


def web_workers_size(environ: Mapping[str, str], root: str = cgroup.ROOT) -> Size:
    """Return the number of gunicorn's workers: WEB_CONCURRENCY, or one for each CPU.

    Raises:
        ConfigurationError: the variable is not a number. So it is for each of these functions.
    """
    return _named(environ, "WEB_CONCURRENCY") or processes(root)


def web_threads_size(environ: Mapping[str, str]) -> Size:
    """Return the number of threads of each of gunicorn's workers: WEB_THREADS, or 4."""
    return _named(environ, "WEB_THREADS") or Size(THREADS, "the default")


def worker_concurrency_size(environ: Mapping[str, str], root: str = cgroup.ROOT) -> Size:
    """Return the number of Celery's processes: WORKER_CONCURRENCY, or one for each CPU."""
    return _named(environ, "WORKER_CONCURRENCY") or processes(root)


def port_size(environ: Mapping[str, str]) -> Size:
    """Return the port that the web role serves on: PORT, or 8000."""
    return _named(environ, "PORT", PORT_MAX) or Size(DEFAULT_PORT, "the default")


def web_workers(environ: Mapping[str, str], root: str = cgroup.ROOT) -> int:
    """Return the number of gunicorn's workers."""
    return web_workers_size(environ, root).value


def web_threads(environ: Mapping[str, str]) -> int:
    """Return the number of threads of each of gunicorn's workers."""
    return web_threads_size(environ).value


def worker_concurrency(environ: Mapping[str, str], root: str = cgroup.ROOT) -> int:
    """Return the number of Celery's processes."""
    return worker_concurrency_size(environ, root).value


def port(environ: Mapping[str, str]) -> int:
    """Return the port that the web role serves on."""
    return port_size(environ).value


def processes(root: str = cgroup.ROOT) -> Size:
    """Return one process for each CPU begun, as many as the memory allows, at least one."""
    size = _for_cpus(root)
    memory = cgroup.memory(root)
    if memory is None:
        return size
    room = int(memory.value // (MEMORY_PER_PROCESS * MIB))
    if room >= size.value:
        return size
    why = (
        f"memory limit {memory.value / MIB:.0f} MiB ({memory.source}), {MEMORY_PER_PROCESS} MiB "
        f"a process; the CPUs would allow {size.value}"
    )
    return Size(room, why) if room else Size(1, why + "; at least one")


def _for_cpus(root: str) -> Size:
    quota = cgroup.cpu_quota(root)
    bound = cgroup.cpuset(root)
    affinity = len(os.sched_getaffinity(0))
    if bound is None or affinity < bound.value:
        bound = cgroup.Limit(affinity, "the process's affinity")
    if quota is not None and quota.value <= bound.value:
        rounded = "" if quota.value.is_integer() else ", rounded up"
        return Size(
            -int(-quota.value // 1), f"CPU quota {quota.value:.4g} ({quota.source}){rounded}"
        )
    why = f"bound to {bound.value:.0f} CPUs ({bound.source})"
    if quota is None and bound.value > MOST_WITHOUT_QUOTA:
        return Size(
            MOST_WITHOUT_QUOTA,
            f"{why}, without a quota: at most {MOST_WITHOUT_QUOTA}, since other apps share them",
        )
    return Size(int(bound.value), why)


def _named(environ: Mapping[str, str], name: str, most: int | None = None) -> Size | None:
    number = positive(environ, name, most)
    return None if number is None else Size(number, name)
