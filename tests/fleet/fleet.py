"""A fleet that stands: app hosts, a proxy, a registry, PostgreSQL and Redis, on one network."""

from __future__ import annotations

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from access import Access
from apps import TOOLKIT
from containers import Container, command, wait_until
from hosts import Host
from versions import PROBE, Versions

from toolkit.manifest.reading import load
from toolkit.scaffold import changes
from toolkit.scaffold.targets import HOSTS, files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from containers import Done

    from toolkit.manifest import Manifest
    from toolkit.scaffold.files import File

HERE = Path(__file__).parent

APPS = ("app1", "app2", "app3")
PROXY = "proxy1"

#: Seconds within which what a host runs answers and is in the proxy's list.
SERVES = 60

HEALTH = "/__lbheartbeat__"

#: Seconds that a command of the toolkit's may take.
LONGEST = 1200


def filled(file: File, variables: dict[str, str]) -> File:
    """Fill in a file of variables."""
    lines = [line for line in file.text.splitlines() if line.partition("=")[0] not in variables]
    lines += [f"{name}={value}" for name, value in variables.items()]
    return replace(file, text="\n".join(lines) + "\n")


def wait_for_boot(host: Host) -> None:
    """Wait until systemd has started what it starts, on a host with or without an engine."""

    def booted() -> bool:
        state = host.try_run("systemctl is-system-running").stdout.strip()
        return state in {"running", "degraded"}

    wait_until(booted, f"{host.container.name} does not boot")


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Where everything is.

    Args:
        docker: the client of this machine's engine.
        names: of the containers on this machine's engine, by host or service.
        addresses: theirs.
        variables: the probe's, without those that differ by host.
        folder: where the key and OpenSSH's configuration are.
        images: of a bare host and of the probe.
    """

    docker: str
    names: dict[str, str]
    addresses: dict[str, str]
    variables: dict[str, str]
    folder: str
    images: dict[str, str]

    def save(self, path: Path) -> None:
        """Write down where everything is."""
        path.write_text(json.dumps(asdict(self), indent=2))

    @classmethod
    def read(cls, path: Path) -> Fleet:
        """Return one that stands already."""
        return cls(**json.loads(path.read_text()))

    # What there is.

    @property
    def access(self) -> Access:
        return Access(folder=Path(self.folder))

    def container(self, name: str) -> Container:
        return Container(docker=self.docker, name=self.names[name])

    def host(self, name: str) -> Host:
        return Host(docker=self.docker, container=self.container(name))

    @property
    def proxy(self) -> Host:
        return self.host(PROXY)

    @property
    def url(self) -> str:
        """The proxy's, at its container's own address: past the engine's userland proxy."""
        return f"http://{self.addresses[PROXY]}"

    @property
    def registry(self) -> str:
        """The registry as this machine's engine has it; the hosts have it as registry:5000."""
        return self.container("registry").url(port=5000).split("/")[2]

    def versions(self) -> Versions:
        """Return what builds and pushes versions of the probe."""
        return Versions(docker=self.docker, base=self.images["probe"], registry=self.registry)

    def remove_images(self, registry: str) -> None:
        """Remove this fleet's images from this machine's engine; the builder knows its steps.

        Args:
            registry: the registry's address, which went with it.
        """
        name = "{{.Repository}}:{{.Tag}}"
        listed = command(self.docker, "images", "--format", name, f"{registry}/probe")
        command(
            self.docker, "image", "rm", "--force", *listed.stdout.split(), *self.images.values()
        )

    # The database.

    def sql(self, statement: str) -> str:
        """Return what PostgreSQL answers: a row a line, with | between columns."""
        argv = ("-h", "/tmp", "-U", "app", "-d", "app", "-qtA", "-v", "ON_ERROR_STOP=1")
        done = self.container("postgres").exec("psql", *argv, "-c", statement)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def empty(self) -> None:
        """Take everything out of the database and the broker."""
        self.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        self.container("redis").exec("redis-cli", "flushall")

    # The app.

    def install(self, manifest: Path = PROBE / "toolkit.toml", hosts: Iterable[str] = ()) -> None:
        """Install the probe's files on hosts, filled in, as `toolkit apply` would.

        Args:
            manifest: the manifest's file.
            hosts: their names; none: all.
        """
        app = load("", manifest.parent, manifest).manifest
        self.together(lambda name: self._install(app, name), hosts or (*APPS, PROXY))

    def _install(self, app: Manifest, name: str) -> None:
        targets = [target for target in app.targets if target in HOSTS]
        own = {**self.variables, "PROBE_HOST": name}
        made = [filled(file, own) if file.filled else file for file in files(app, targets, name)]
        archive = changes.tar(made, app.name)
        argv = [self.docker, "cp", "-", f"{self.names[name]}:/"]
        subprocess.run(argv, input=archive, check=True, capture_output=True, timeout=60)
        folder = f"/var/www/{app.name}"
        host = self.host(name)
        host.run(f"systemctl daemon-reload; mkdir -p {folder}; chown deploy: {folder}")
        if "proxy" in targets and name in app.proxy.hosts:
            host.run(f"systemctl enable --quiet --now consul-template@{app.name}")

    def clear(self, app: str = "") -> None:
        """Take an app off all hosts, as if it had never been there; images stay.

        Args:
            app: its name; none: every one that tests have, since they share ports.
        """
        script = (HERE / "host" / "clear").read_text()
        names = [app] if app else sorted(each.parent.name for each in HERE.glob("apps/*/*.toml"))

        def clear(host: str) -> None:
            for name in dict.fromkeys(names):
                self.host(host).run(script, name)

        self.together(clear, (*APPS, PROXY))

    def start(
        self, tag: str, hosts: Iterable[str] = APPS, app: str = "probe", *, listed: bool = True
    ) -> None:
        """Run a tag on hosts, as by hand, with no deploy: `release`, TAG, the units.

        Args:
            tag: in the registry.
            hosts: that the app is installed on.
            app: its name.
            listed: whether Consul's proxy has to have them in the end.
        """
        hosts = tuple(hosts)
        pull = '. "/etc/default/$1" && docker pull --quiet "$IMAGE:$2"'
        self.together(lambda name: self.host(name).run(pull, app, tag), hosts)
        self.host(hosts[0]).run(f"TAG={tag} docker-runner {app} release </dev/null")

        def start(name: str) -> None:
            self.host(name).set_tag(app, tag)
            self.host(name).run(f"chown deploy: /var/www/{app}/TAG; systemctl start {app}.target")

        self.together(start, hosts)
        if listed:
            self.wait_for(*(f"{name}:8000" for name in hosts))
        else:
            self.together(lambda name: self.host(name).wait_for_answer(8000, HEALTH), hosts)

    def listed(self, app: str = "probe") -> set[str]:
        """Return the instances that nginx has: app1:8000, …"""
        text = self.proxy.try_run(
            f"[ ! -e /run/nginx-closing ] && cat /etc/nginx/sites-enabled/{app}"
        ).stdout
        names = {address: name for name, address in self.addresses.items()}
        found = re.findall(r"\n\s*server (\S+):(\d+) max_fails", text)
        return {f"{names.get(address, address)}:{port}" for address, port in found}

    def wait_for(self, *instances: str, app: str = "probe") -> None:
        """Wait until nginx has just these instances."""
        wait_until(
            lambda: self.listed(app) == set(instances),
            f"nginx has {self.listed(app)}, not {instances}",
            timeout=SERVES,
        )

    def toolkit(self, *words: str) -> Done:
        """Run the toolkit with these hosts, to its end."""
        environ = {**os.environ, "TOOLKIT_SSH_CONFIG": str(self.access.config)}
        return command(TOOLKIT, *words, timeout=LONGEST, env=environ)

    @staticmethod
    def together(what: Callable[[str], object], names: Iterable[str]) -> dict[str, object]:
        """Do something for each of several hosts at once, and return what came of it."""
        names = tuple(names)
        with ThreadPoolExecutor(len(names)) as pool:
            return dict(zip(names, pool.map(what, names), strict=True))
