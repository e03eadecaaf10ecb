"""Boots a fleet: images, a network, hosts with keys and Consul, services, the probe's first tag."""

from __future__ import annotations

import ipaddress
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from access import Access
from apps import toolkit_or_fail
from building import build, root_of
from containers import BOOTED, PREFIX, Containers, command, wait_until
from fleet import APPS, PROXY, Fleet, wait_for_boot
from proxied import consul_template
from versions import Versions

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent

#: The last number of each one's address; they keep it while they are off.
PLACES = {"registry": 5, "postgres": 6, "redis": 7, PROXY: 10, "app1": 11, "app2": 12, "app3": 13}

#: The disk of a host's engine, which is memory: quick, and a disk of its own, which can be full.
DISK = "3g"

PASSWORD = f"{PREFIX}-password"


@dataclass(frozen=True, kw_only=True)
class Boot:
    """A fleet in the making.

    Args:
        containers: starts and removes.
        folder: where keys are made.
        say: tells what takes long.
    """

    containers: Containers
    folder: Path
    say: Callable[[str], None]
    _names: dict[str, str] = field(default_factory=dict)
    _addresses: dict[str, str] = field(default_factory=dict)

    def boot(self) -> Fleet:
        """Boot everything, and push the probe's first tag."""
        docker, access = self.containers.docker, Access.make(self.folder)
        images = self._images()
        binary = consul_template(self.say)
        self.say("the hosts")
        network, subnet = self._network()
        place = {
            name: ("--network", network, "--ip", str(subnet[number]))
            for name, number in PLACES.items()
        }
        volumes = {name: self._disk() for name in APPS}
        options = {
            # A disk that is memory lasts while somebody has it: one that is never off.
            "registry": (
                *(word for name in APPS for word in ("--volume", f"{volumes[name]}:/disks/{name}")),
                *("--publish", "127.0.0.1::5000"),
            ),
            PROXY: ("--volume", f"{binary}:/usr/local/bin/consul-template:ro"),
            **{name: ("--volume", f"{volumes[name]}:/var/lib/docker") for name in APPS},
        }
        for name, more in options.items():
            named = ("--hostname", name, "--network-alias", name)
            self._start(name, images["host"], (*BOOTED, *place[name], *named, *more))
        user = ("--env", "POSTGRES_USER=app", "--env", f"POSTGRES_PASSWORD={PASSWORD}")
        self._start("postgres", "django-container/postgres", (*place["postgres"], *user))
        self._start("redis", "django-container/redis", place["redis"])
        addresses = {name: str(subnet[number]) for name, number in PLACES.items()}
        fleet = Fleet(
            docker=docker,
            names=self._names,
            addresses=addresses,
            variables={
                "SECRET_KEY": f"{PREFIX}-key-of-the-tests-{secrets.token_hex(32)}",
                "DATABASE_URL": f"postgres://app:{PASSWORD}@{addresses['postgres']}/app",
                "CELERY_BROKER_URL": f"redis://{addresses['redis']}:6379/0",
            },
            folder=str(self.folder),
            images=images,
        )
        keys = fleet.together(lambda name: self._provision(fleet, name), options)
        access.write({name: addresses[name] for name in options}, keys)
        self._wait_for_services(fleet)
        self.say("the probe's first tag")
        fleet.versions().push("build-1")
        return fleet

    def _images(self) -> dict[str, str]:
        docker = self.containers.docker
        self.say("the hosts' images")
        bare = build(docker, HERE / "bare", f"{PREFIX}-bare", ROOT=root_of("bookworm"))
        roots = {"BARE": bare, "CONSUL_ROOT": root_of("bullseye")}
        host = build(docker, HERE / "host", f"{PREFIX}-fleet-host", **roots)
        self.say("django-container/base, PostgreSQL, Redis and the probe's image")
        toolkit_or_fail("images", "build")
        toolkit_or_fail("images", "build", "postgres", "redis")
        probe = Versions.build_base(f"{PREFIX}-probe:base")
        return {"bare": bare, "host": host, "probe": probe}

    def _network(self) -> tuple[str, ipaddress.IPv4Network]:
        """Create a network whose addresses are ours to give."""
        docker = self.containers.docker
        ids = command(docker, "network", "ls", "--quiet").stdout.split()
        found = json.loads(command(docker, "network", "inspect", *ids).stdout)
        taken = [
            ipaddress.ip_network(config["Subnet"])
            for each in found
            for config in each["IPAM"]["Config"] or ()
        ]
        candidates = ipaddress.ip_network("10.213.0.0/16").subnets(new_prefix=24)
        subnet = next(each for each in candidates if not any(map(each.overlaps, taken)))
        return self.containers.create("network", "--subnet", str(subnet)), subnet

    def _disk(self) -> str:
        options = ("type=tmpfs", "device=tmpfs", f"o=size={DISK}")
        return self.containers.create(
            "volume", *(word for option in options for word in ("--opt", option))
        )

    def _start(self, name: str, image: str, options: tuple[str, ...]) -> None:
        self._names[name] = self.containers.start(image, options=options).name

    def _provision(self, fleet: Fleet, name: str) -> str:
        """Let the tests' key in, start the agent of Consul, and return the host's public key."""
        host = fleet.host(name)
        wait_for_boot(host)
        key = host.run((HERE / "bare" / "provision").read_text(), fleet.access.public)
        if name != "registry":
            server = "-server -bootstrap-expect=1"
            client = f"-retry-join {fleet.addresses[PROXY]} -retry-interval 1s"
            role = server if name == PROXY else client
            host.write("/etc/default/consul", f"ROLE={role}\n")
            host.run("systemctl start consul")
        return key

    def _wait_for_services(self, fleet: Fleet) -> None:
        ready = "exec /usr/lib/postgresql/*/bin/pg_isready -q -h /tmp"
        postgres, redis = fleet.container("postgres"), fleet.container("redis")
        wait_until(lambda: postgres.exec("sh", "-c", ready).returncode == 0, "PostgreSQL")
        wait_until(lambda: redis.exec("redis-cli", "ping").returncode == 0, "Redis")
        members = "consul members | grep -c alive"
        wait_until(
            lambda: fleet.proxy.try_run(members).stdout.strip() == str(len(APPS) + 1),
            "Consul's agents do not find each other",
        )
