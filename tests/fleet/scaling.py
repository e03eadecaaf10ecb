"""What more hosts cost before anything is rolled: lock, preflight and pull, hosts side by side."""

from __future__ import annotations

import statistics
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from containers import command
from fleet import APPS

from toolkit.deploy.hosts import fleet as fleet_of
from toolkit.deploy.lock import HELD, Claim, Lock
from toolkit.deploy.preflight import Preflight
from toolkit.deploy.ssh import Done, Held, Ssh
from toolkit.manifest import Manifest
from toolkit.manifest.reading import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fleet import Fleet

    from toolkit.deploy.commands import Remote
    from toolkit.deploy.hosts import Host

RUNS = 7

#: Of a core, for each host: three of them, and who deploys, have enough in two.
SHARE = 0.5

#: Microseconds, Linux' own.
PERIOD = 100_000

#: What three hosts, and ten simulated ones, may cost, as a multiple of one.
THREE, TEN = 1.5, 3.0


def scaling(fleet: Fleet) -> list[str]:
    """Measure, print, and return what was too slow."""
    from versions import PROBE

    print("\n== lock, preflight and pull", flush=True)
    fleet.clear()
    fleet.empty()
    fleet.install()
    fleet.start("build-1")
    manifest = load("", PROBE, PROBE / "toolkit.toml").manifest
    real: dict[int, list[float]] = {1: [], 3: []}
    with cores(fleet, SHARE):
        for run in range(RUNS):
            tag = fleet.versions().push(f"scaling-{run}")
            for hosts in (3, 1) if run % 2 else (1, 3):
                for name in APPS:
                    fleet.host(name).try_run(f"docker rmi registry:5000/probe:{tag}")
                with Ssh(config=fleet.access.config) as shell:
                    real[hosts].append(measured(shell, manifest, APPS[:hosts], tag))
    one, three = (statistics.median(real[hosts]) for hosts in (1, 3))
    print(
        f"each host with {SHARE:g} of a core: one {one:.2f} s, three {three:.2f} s: "
        f"x {three / one:.2f} (at most {THREE})"
    )
    simulated = {hosts: measured(Simulated(), *_simulated(hosts)) for hosts in (1, 10)}
    ratio = simulated[10] / simulated[1]
    print(
        f"simulated: one host {simulated[1]:.2f} s, ten hosts {simulated[10]:.2f} s: "
        f"x {ratio:.2f} (at most {TEN})"
    )
    return [
        f"{name} hosts are too slow"
        for name, bad in (("three", three / one > THREE), ("ten", ratio > TEN))
        if bad
    ]


@contextmanager
def cores(fleet: Fleet, share: float) -> Iterator[None]:
    """Give each app host a share of a core, as machines of their own have what they have.

    Args:
        fleet: The hosts.
        share: Of a core, for each.
    """

    def limit(quota: int) -> None:
        names = (fleet.names[name] for name in APPS)
        period = ("--cpu-period", str(PERIOD), "--cpu-quota", str(quota))
        done = command(fleet.docker, "update", *period, *names)
        assert done.returncode == 0, done

    limit(int(PERIOD * share))
    try:
        yield
    finally:
        limit(-1)


def measured(shell, manifest: Manifest, hosts: tuple[str, ...], tag: str) -> float:
    """Return the seconds of lock, preflight and pull."""
    fleet = fleet_of(manifest, hosts)
    claim = Claim(id="scaling", who="scaling", why="measures", since="now")
    began = time.monotonic()
    with Lock(shell, fleet, claim, tell=lambda _: None):
        preflight = Preflight(shell, fleet, lambda _: None)
        preflight.look()
        preflight.images(dict.fromkeys(fleet.hosts, tag), fetch=True)
        return time.monotonic() - began


def _simulated(hosts: int) -> tuple[Manifest, tuple[str, ...], str]:
    names = tuple(f"host{number}" for number in range(hosts))
    return (
        Manifest.model_validate_json(
            '{"name": "probe", "package": "probe", "image": "probe", "targets": ["systemd"], '
            f'"roles": {{"web": {{"verb": ["run"], "hosts": {list(names)!r}}}}}}}'.replace("'", '"')
        ),
        names,
        "build-2",
    )


#: Seconds of commands, as measured on an idle host.
SECONDS = {"facts": 0.3, "check": 1.5, "pull": 1.0}


@dataclass
class Simulated:
    """Hosts that take as long as real ones: each command sleeps, in a process as `ssh` is one."""

    def run(self, host: Host, remote: Remote, listen=None) -> Done:
        words = [remote.script, *remote.argv]
        seconds = next((SECONDS[each] for each in words if each in SECONDS), 0.1)
        subprocess.run(["sleep", str(seconds)], check=True)
        facts = f"clock {time.time()}\ninstalled yes\nwritable yes\nengine yes\nfree 9999999\n"
        return Done(code=0, output=facts if remote.script == "facts" else "id")

    def hold(self, host: Host, remote: Remote) -> Held:
        argv = ["sh", "-c", f"sleep 0.3; echo {HELD}; cat"]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return Held(host=host, process=subprocess.Popen(argv, text=True, **pipes))
