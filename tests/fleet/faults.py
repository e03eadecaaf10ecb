"""What goes wrong on hosts, each as a context that puts it right again."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from containers import command
from fleet import wait_for_boot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fleet import Fleet

HERE = Path(__file__).parent


@contextmanager
def hung(fleet: Fleet, name: str) -> Iterator[None]:
    """Nothing on a host goes on: connections are taken, and nobody answers."""
    container = fleet.names[name]
    command(fleet.docker, "pause", container)
    try:
        yield
    finally:
        command(fleet.docker, "unpause", container)


@contextmanager
def without_ssh(fleet: Fleet, name: str) -> Iterator[None]:
    """A host serves on, and its port of SSH answers nobody: packets are dropped."""
    rule = "INPUT --protocol tcp --dport 22 --jump DROP"
    fleet.host(name).run(f"iptables --insert {rule}")
    try:
        yield
    finally:
        fleet.host(name).run(f"iptables --delete {rule}")


@contextmanager
def off(fleet: Fleet, name: str) -> Iterator[None]:
    """A host's power is cut, and comes back."""
    fleet.host(name).power_off()
    try:
        yield
    finally:
        command(fleet.docker, "start", fleet.names[name])
        wait_for_boot(fleet.host(name))


@contextmanager
def stopped(fleet: Fleet, name: str, unit: str) -> Iterator[None]:
    """A unit of a host is down: docker-registry on registry, consul, docker, nginx."""
    fleet.host(name).run(f"systemctl stop {unit}")
    try:
        yield
    finally:
        fleet.host(name).run(f"systemctl start {unit}")


@contextmanager
def full_disk(fleet: Fleet, name: str, free: int = 0) -> Iterator[None]:
    """The disk of a host's engine is full, but for as many MiB."""
    yield from _full(fleet, name, "full-disk", str(free))


@contextmanager
def full_folder(fleet: Fleet, name: str, path: str = "/var/www/probe") -> Iterator[None]:
    """A folder of a host is on a disk that is full; what was in it is there."""
    yield from _full(fleet, name, "full-folder", path)


def _full(fleet: Fleet, name: str, script: str, what: str) -> Iterator[None]:
    host, text = fleet.host(name), (HERE / "host" / script).read_text()
    host.run(text, "begin", what)
    try:
        yield
    finally:
        host.run(text, "end", what)


@contextmanager
def skewed(fleet: Fleet, name: str, seconds: int) -> Iterator[None]:
    """A host's `date` is wrong."""
    host = fleet.host(name)
    host.write("/etc/skew", f"{seconds}\n")
    host.write("/usr/local/bin/date", (HERE / "host" / "skewed-date").read_text(), "0755")
    try:
        yield
    finally:
        host.run("rm /usr/local/bin/date /etc/skew")
