"""Traffic during a test: the load generator as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import traffic
from traffic import Figures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Seconds within which it ends: the longest request and its timeout.
ENDS = traffic.TIMEOUT + 15


@dataclass
class Traffic:
    """What it came to, as soon as the context has been left."""

    figures: Figures | None = None


@contextmanager
def traffic_to(url: str, host: str, file: Path, *options: str) -> Iterator[Traffic]:
    """Send requests until the context is left.

    Args:
        url: of the proxy.
        host: the header Host.
        file: for the figures.
        options: more of the load generator's.
    """
    place = ("--url", url, "--host-header", host, "--json", str(file), "--until-stdin-closes")
    argv = (sys.executable, traffic.__file__, *place, *options)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    process, made = subprocess.Popen(argv, **pipes), Traffic()
    try:
        yield made
    finally:
        process.stdin.close()
        try:
            code = process.wait(ENDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
    assert code in {0, 1}, f"the load generator ended with {code}"
    made.figures = Figures.read(file)
