"""What the container may use: CPUs and memory, from its control group.

Sources: "CPU" and "Memory" in the kernel's Documentation/admin-guide/cgroup-v2.rst, and
Documentation/scheduler/sched-bwc.rst for version 1's quota.
"""

from __future__ import annotations

import os

ROOT = "/sys/fs/cgroup"

#: Version 1 has no word for "no limit", only a number that no machine has.
UNLIMITED = 1 << 60


def cpus(root: str = ROOT) -> float:
    """Return how many CPUs the container may use, as a number above 0.

    The smaller of the quota, which may be a fraction, and of the CPUs that the process is bound
    to (cpuset).
    """
    bound = float(len(os.sched_getaffinity(0)))
    quota = cpu_quota(root)
    return bound if quota is None else min(quota, bound)


def cpu_quota(root: str = ROOT) -> float | None:
    """Return the CPU quota in CPUs, or None where there is none."""
    words = _read(root, "cpu.max").split()
    if not words:  # version 1
        quota = _read(root, "cpu/cpu.cfs_quota_us")
        words = [quota, _read(root, "cpu/cpu.cfs_period_us")]
    try:
        quota_us, period_us = map(int, words)
    except ValueError:  # "max", or nothing that could be read
        return None
    return quota_us / period_us if quota_us > 0 and period_us > 0 else None


def memory(root: str = ROOT) -> int | None:
    """Return the memory limit in bytes, or None where there is none."""
    text = _read(root, "memory.max") or _read(root, "memory/memory.limit_in_bytes")
    try:
        limit = int(text)
    except ValueError:
        return None
    return limit if 0 < limit < UNLIMITED else None


def _read(root: str, name: str) -> str:
    try:
        with open(os.path.join(root, name), encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return ""
