"""What a roll of web takes on a host beyond the application's own start and drain."""

from __future__ import annotations

import json
import statistics
from datetime import datetime
from typing import TYPE_CHECKING

from fleet import APPS, HERE
from load import traffic_to
from versions import PROBE

from toolkit.manifest.reading import load

if TYPE_CHECKING:
    from pathlib import Path

    from fleet import Fleet

#: Rolls with each kind of traffic.
RUNS = 2

#: Seconds a host that may be the toolkit's own.
MOST = 3.0

#: Clients of slow requests, by what the traffic is called.
TRAFFIC = {"quick requests": 0, "requests of up to 5 s, too": 4}


def overhead(fleet: Fleet, folder: Path) -> list[str]:
    """Measure under traffic, print, and return what was too slow.

    By hand, a host's web gets a second instance, too, and both drains take the seconds that the
    manifest has; nobody looks at a proxy. A proxy that reloads waits for slow requests, which may
    take longer than these seconds: that is printed, and not judged.

    Args:
        fleet: The hosts.
        folder: For files.
    """
    print("\n== a host's web: the toolkit's roll, and one by hand", flush=True)
    fleet.clear()
    fleet.empty()
    fleet.install()
    fleet.start("build-1")
    web = load("", PROBE, PROBE / "toolkit.toml").manifest.roles["web"]
    least = statistics.median(by_hand(fleet, name, web.drain) for name in APPS)
    print(f"by hand: {least:.1f} s (two starts, and two drains of {web.drain} s)", flush=True)
    own = {}
    for name, slow in TRAFFIC.items():
        options = ("--rate", "40", "--slow", str(slow))
        with traffic_to(fleet.url, "probe.example.org", folder / "overhead.json", *options):
            times = [each for run in range(RUNS) for each in rolled(fleet, f"build-{2 - run % 2}")]
        most = statistics.median(times)
        own[name] = most - least
        print(
            f"under {name}: {most:.1f} s, so {own[name]:.1f} s more than by hand "
            f"(at most {MOST:g} with quick ones)",
            flush=True,
        )
    late = next(iter(own.values())) > MOST
    return ["the toolkit's own time on a host is too long"] if late else []


def rolled(fleet: Fleet, tag: str) -> list[float]:
    """Deploy a tag, and return the seconds between web's first step and its last, on each host."""
    words = ("deploy", "probe", "--tag", tag, "--role", "web", "--json", "-C", str(PROBE))
    done = fleet.toolkit(*words)
    assert done.returncode == 0, done
    times: dict[str, list[float]] = {name: [] for name in APPS}
    for event in map(json.loads, done.stdout.splitlines()):
        if event.get("phase") == "web":
            times[event["host"]].append(datetime.fromisoformat(event["at"]).timestamp())
    return [max(each) - min(each) for each in times.values()]


def by_hand(fleet: Fleet, name: str, drain: int) -> float:
    """Return the seconds that it takes a host by itself."""
    script = (HERE / "host" / "by-hand").read_text()
    return int(fleet.host(name).run(script, "probe", str(drain))) / 1000
