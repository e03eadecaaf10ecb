"""The figures of issue 6, measured: `make soak`, or `python tests/fleet/soak.py PART…` for some.

Each part rolls versions of the probe while requests and numbered tasks go on, and prints what came
of them; it ends with 1 where anything failed that may not. No client ever retries.

    three    rolls on three hosts, with tasks
    one      rolls on one host
    killed   rolls on three hosts: one host's power is cut, and a worker is killed with -9, while
             tasks are acknowledged late, with a visibility timeout of 60 s
    restart  what the rolls replace, on the same three hosts: stop and start, one host after another
    scaling  lock, preflight and pull: one host, three hosts, and ten simulated ones
    overhead a host's web: the toolkit's roll, and one by hand
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hosts"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from booting import Boot
from containers import Containers
from fleet import APPS, Fleet
from load import traffic_to
from overhead import overhead
from scaling import scaling
from tasks import ask
from versions import PROBE

from toolkit import engine as engines

if TYPE_CHECKING:
    from collections.abc import Callable

    from traffic import Figures

#: Tasks a second: 150 threads do about ten that take 15 s on average.
RATE = 9

#: Seconds in which the last tasks have to be done.
LAST = 300


@dataclass
class Soak:
    """One run.

    Args:
        fleet: the hosts.
        containers: starts what asks for tasks.
        rolls: how many.
        requests: how many at least.
        tasks: how many.
        rate: quick requests a second.
        folder: for files.
    """

    fleet: Fleet
    containers: Containers
    rolls: int
    requests: int
    tasks: int
    rate: int
    folder: Path
    wrong: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    _traffic_began: float = 0
    _cut_at: tuple[float, float] = (0, 0)

    def three(self) -> None:
        self._begin("three hosts")
        asked = ask(self.fleet, self.containers, self.tasks, rate=RATE)
        figures = self._rolled(PROBE / "toolkit.toml")
        self._expect(figures.failures == 0, "requests failed")
        self._expect(figures.requests >= self.requests, "there were too few requests")
        self._tasks(asked)

    def one(self) -> None:
        self._begin("one host", PROBE / "one.toml", hosts=APPS[:1])
        figures = self._rolled(PROBE / "one.toml")
        self._expect(figures.failures == 0, "requests failed")
        self._expect(figures.requests >= self.requests, "there were too few requests")

    def killed(self) -> None:
        late = {"CELERY_TASK_ACKS_LATE": "true", "CELERY_VISIBILITY_TIMEOUT": "60s"}
        self.fleet = replace(self.fleet, variables={**self.fleet.variables, **late})
        self._begin("three hosts, one of which loses its power, and a worker killed with -9")
        asked = ask(self.fleet, self.containers, self.tasks, rate=RATE)
        events: dict[int, Callable[[], None]] = {1: self._kill_worker, 2: self._cut}
        figures = self._rolled(PROBE / "toolkit.toml", events)
        began, ended = self._cut_at
        outside = [
            each
            for each in figures.failed
            if not (each.at - each.seconds <= ended and began <= each.at)
        ]
        self._expect(
            not outside, "requests failed that were not in flight on the host that was lost"
        )
        self._tasks(asked)

    def restart(self) -> None:
        for how, waits in (("at once", False), ("when the proxy has the one before again", True)):
            self._begin(f"three hosts, each stopped and started, the next one {how}")
            requests = failures = 0
            for number in range(self.rolls):
                with self._traffic() as made:
                    time.sleep(2)
                    self._restart(f"build-{2 - number % 2}", waits=waits)
                    time.sleep(2)
                requests += made.figures.requests
                failures += made.figures.failures
                self.fleet.wait_for(*(f"{name}:8000" for name in APPS))
            print(
                f"{failures} of {requests} requests failed, {failures / requests:.2%}, "
                f"in {self.rolls} rounds, from 2 s before each to 2 s after it"
            )

    def _restart(self, tag: str, *, waits: bool) -> None:
        """Give hosts a tag, one after another, with no drain."""
        for name in APPS:
            host = self.fleet.host(name)
            host.set_tag("probe", tag)
            host.run("docker exec probe-web entrypoint drain --over; systemctl restart probe")
            if waits:
                time.sleep(4)  # the proxy may not have noticed yet that it was away
                self.fleet.wait_for(*(f"{each}:8000" for each in APPS))

    def _begin(
        self, title: str, manifest: Path = PROBE / "toolkit.toml", hosts: tuple[str, ...] = APPS
    ) -> None:
        print(f"\n== {title}", flush=True)
        self.fleet.clear()
        self.fleet.empty()
        self.fleet.install(manifest)
        self.fleet.start("build-1", hosts)
        self.times.clear()

    def _rolled(
        self, manifest: Path, events: dict[int, Callable[[], None]] | None = None
    ) -> Figures:
        with self._traffic() as made:
            began = time.monotonic()
            for number in range(self.rolls):
                back = number % 2 == 1
                self._roll(manifest, back=back, during=(events or {}).get(number))
            least = self.requests / self.rate
            while time.monotonic() - began < least:
                time.sleep(1)
        self._tell(made.figures)
        each = statistics.median(self.times)
        print(
            f"{len(self.times)} rolls, {each:.0f} s each (median), {max(self.times):.0f} s at most"
        )
        return made.figures

    def _roll(self, manifest: Path, *, back: bool, during: Callable[[], None] | None) -> None:
        words = ("rollback", "probe") if back else ("deploy", "probe", "--tag", "build-2")
        began = time.monotonic()
        done = self._toolkit(manifest, *words) if during is None else during()
        self.times.append(time.monotonic() - began)
        if done is not None and done.returncode != 0:
            self._expect(
                False, f"{' '.join(words)} ended with {done.returncode}: {done.stdout[-3000:]}"
            )
        print(f"  {' '.join(words)}: {self.times[-1]:.0f} s", flush=True)

    def _kill_worker(self) -> None:
        self.fleet.host("app2").run("docker kill --signal KILL probe-worker")
        time.sleep(5)
        self._toolkit(PROBE / "toolkit.toml", "rollback", "probe")

    def _cut(self) -> None:
        """Roll forward; in the middle a host is lost. Then it comes back, and is made whole."""

        def cut() -> None:
            began = time.monotonic() - self._traffic_began
            self.fleet.host("app3").power_off()
            self._cut_at = (began, time.monotonic() - self._traffic_began)

        timer = threading.Timer(30, cut)
        timer.start()
        done = self._toolkit(PROBE / "toolkit.toml", "deploy", "probe", "--tag", "build-2")
        timer.join()
        print(
            f"  app3 was cut off from {self._cut_at[0]:.2f} s to {self._cut_at[1]:.2f} s; "
            f"the deploy ended with {done.returncode}"
        )
        self.fleet.host("app3").power_on()
        time.sleep(10)
        again = self._toolkit(PROBE / "toolkit.toml", "deploy", "probe", "--tag", "build-2")
        self._expect(again.returncode == 0, f"the deploy after it ended with {again.returncode}")

    def _tasks(self, asked) -> None:
        tally = asked.wait(self.tasks / RATE + LAST)
        print(tally, flush=True)
        self._expect(not tally.lost, f"tasks were lost: {tally.lost[:20]}")

    def _traffic(self):
        self._traffic_began = time.monotonic()
        options = ("--rate", str(self.rate), "--workers", "8", "--slow", "4")
        return traffic_to(
            self.fleet.url, "probe.example.org", self.folder / "traffic.json", *options
        )

    def _toolkit(self, manifest: Path, *words: str):
        return self.fleet.toolkit(*words, "--manifest", str(manifest), "-C", str(PROBE))

    def _tell(self, figures: Figures) -> None:
        print(figures, flush=True)

    def _expect(self, right: bool, what: str) -> None:
        if not right:
            self.wrong.append(what)
            print(f"WRONG: {what}", flush=True)


PARTS = ("three", "one", "killed", "restart", "scaling", "overhead")


def main() -> int:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rolls", type=int, default=20)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=80, help="quick requests a second")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    wrong: list[str] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        containers = Containers(engines.find(os.environ).client)
        stack.callback(containers.remove)
        if file := os.environ.get("TOOLKIT_TEST_FLEET"):
            fleet = Fleet.read(Path(file))
        else:
            fleet = Boot(containers=containers, folder=folder / "ssh", say=print).boot()
        for tag in ("build-1", "build-2"):
            fleet.versions().push(tag)
        for part in arguments.parts or PARTS:
            if part == "scaling":
                wrong += scaling(fleet)
                continue
            if part == "overhead":
                wrong += overhead(fleet, folder)
                continue
            soak = Soak(
                fleet=fleet,
                containers=containers,
                rolls=arguments.rolls if part in {"three", "one"} else 4,
                requests=arguments.requests if part in {"three", "one"} else 0,
                tasks=arguments.tasks,
                rate=arguments.rate,
                folder=folder,
            )
            getattr(soak, part)()
            wrong += soak.wrong
    print(json.dumps({"wrong": wrong}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
