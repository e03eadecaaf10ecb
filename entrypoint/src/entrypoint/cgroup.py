"""What the container may use: CPUs and memory, from its control group and the groups above it.

Sources: "CPU", "Cpuset" and "Memory" in the kernel's Documentation/admin-guide/cgroup-v2.rst;
Documentation/scheduler/sched-bwc.rst for version 1's quota; cgroups(7) for /proc/self/cgroup.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Optional

#: Where /proc and /sys are.
ROOT = "/"

OWN = "proc/self/cgroup"
MOUNTS = "sys/fs/cgroup"

#: Version 1 has no word for "no limit", only a number that no machine has.
UNLIMITED = 1 << 60


class Limit:
    """What the container may use, and who says so.

    Args:
        value: CPUs, which may be a fraction, or bytes. Above 0.
        source: the files and what they say.
    """

    __slots__ = ("source", "value")

    def __init__(self, value: float, source: str) -> None:
        self.value = value
        self.source = source


if TYPE_CHECKING:
    Reader = Callable[[str], Optional[Limit]]


def cpu_quota(root: str = ROOT) -> Limit | None:
    """Return the CPU quota in CPUs, the smallest on the way up, or None where there is none."""
    return _smallest("cpu", _quota_of, root)


def cpuset(root: str = ROOT) -> Limit | None:
    """Return to how many CPUs the group is bound, or None where it does not say."""
    return _smallest("cpuset", _cpuset_of, root)


def memory(root: str = ROOT) -> Limit | None:
    """Return the memory limit in bytes, the smallest on the way up, or None where there is none."""
    return _smallest("memory", _memory_of, root)


def _smallest(controller: str, read: Reader, root: str) -> Limit | None:
    limits = filter(None, map(read, _groups(controller, root)))
    return min(limits, key=lambda limit: limit.value, default=None)


def _groups(controller: str, root: str) -> Iterator[str]:
    """Yield the folders of the process's own group and of those above it, as far as it sees them.

    Version 1 has a tree for each controller, or for several (`cpu,cpuacct`); version 2 has one for
    all, and `unified` is where it is if there is version 1 as well.
    """
    mounts = os.path.join(root, MOUNTS)
    for line in (_text(root, OWN) or f"0::/\n1:{controller}:/").splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            names = ("unified", "")
        elif controller in controllers.split(","):
            names = (controller, controllers)
        else:
            continue
        for name in names:
            folder = os.path.join(mounts, name)
            if os.path.isdir(folder):
                yield from _upwards(folder, path)
                break


def _upwards(mount: str, path: str) -> Iterator[str]:
    """Yield the folder of a group and those above it, up to where its tree is mounted.

    A container that has no namespace of its own has the host's path, `/docker/ID`, while it
    sees its own group as the root of the tree. So the path's beginning may be missing there.
    """
    names = [name for name in path.split("/") if name]
    if ".." in names:  # the process was moved to beside that root
        names = []
    while names and not os.path.isdir(os.path.join(mount, *names)):
        del names[0]
    for length in range(len(names), -1, -1):
        yield os.path.join(mount, *names[:length])


def _quota_of(folder: str) -> Limit | None:
    name, words = "cpu.max", _text(folder, "cpu.max").split()
    if not words:  # version 1
        name = "cpu.cfs_quota_us / cpu.cfs_period_us"
        words = [_text(folder, each) for each in name.split(" / ")]
    try:
        quota_us, period_us = map(int, words)
    except ValueError:  # "max", or nothing that could be read
        return None
    if quota_us <= 0 or period_us <= 0:
        return None
    return Limit(quota_us / period_us, f"{name} is {quota_us} / {period_us}")


def _cpuset_of(folder: str) -> Limit | None:
    for name in ("cpuset.cpus.effective", "cpuset.effective_cpus"):
        ranges = _text(folder, name)
        try:
            ends = [tuple(map(int, each.split("-"))) for each in ranges.split(",")]
        except ValueError:
            continue
        return Limit(sum(each[-1] - each[0] + 1 for each in ends), f"{name} is {ranges}")
    return None


def _memory_of(folder: str) -> Limit | None:
    for name in ("memory.max", "memory.limit_in_bytes"):
        try:
            limit = int(_text(folder, name))
        except ValueError:  # "max"
            continue
        if 0 < limit < UNLIMITED:
            return Limit(limit, f"{name} is {limit}")
    return None


def _text(folder: str, name: str) -> str:
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return ""
