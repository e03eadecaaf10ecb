"""Where and when something is measured."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.engine import Engine


def machine(engine: Engine, versions: dict[str, str], load: float) -> dict[str, str]:
    """Return the machine, the engine and the image as words.

    Args:
        engine: what runs the containers.
        versions: of `python` and `django` in the image.
        load: the machine's load average before anything was measured.
    """
    cpuinfo = Path("/proc/cpuinfo").read_text()
    models = [line.partition(": ")[2] for line in cpuinfo.splitlines() if "model name" in line]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    folder = str(Path(__file__).parent)
    git = ("git", "-C", folder, "describe", "--always", "--dirty", "--exclude=*")
    revision = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    server = engine.answer("version", "--format", "{{.Server.Version}}")
    driver = engine.answer("info", "--format", "{{.Driver}}, cgroup v{{.CgroupVersion}}")
    return {
        "command": "make bench-entrypoint BENCH=--write",
        "measured": f"{datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC, at revision {revision}",
        "machine": f"{os.cpu_count()} CPUs ({(models or ['unknown'])[0]}), {memory:.0f} GiB, "
        f"Linux {platform.release()}",
        "engine": f"Docker {server}, {driver}",
        "image": f"Python {versions['python']}, Django {versions['django']}",
        "load": f"{load:.1f} before, {os.getloadavg()[0]:.1f} at the end, of which 1 is its own",
    }
