"""An app's host and a proxy's, each with an agent of Consul; and requests to the proxy."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from containers import BOOTED, Containers, build_command, command, wait_until
from hosts import Host

from toolkit.manifest.reading import load
from toolkit.scaffold import changes
from toolkit.scaffold.targets import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.manifest import Manifest
    from toolkit.manifest.models import TargetName

HERE = Path(__file__).with_name("proxy")
CACHE = Path(__file__).parents[2] / ".cache"

CONSUL_TEMPLATE = "github.com/hashicorp/consul-template@v0.42.1"

#: Seconds within which a list has to follow: the check's interval and timeout, consul-template's
#: longest wait, and what a busy machine takes.
FOLLOWS = 30


def consul_template(say) -> Path:
    """Return consul-template, built once for this checkout: no Debian has a package of it."""
    folder = CACHE / CONSUL_TEMPLATE.rpartition("/")[2]
    found = folder / "consul-template"
    if not found.is_file():
        go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
        assert go, (
            f"there is neither Go nor {found}. Install Go, or put there what elsewhere\n"
            f"  CGO_ENABLED=0 go install {CONSUL_TEMPLATE}\nhas built, or a release of HashiCorp's."
        )
        say(f"{CONSUL_TEMPLATE}, by Go")
        environ = {**os.environ, "CGO_ENABLED": "0", "GOBIN": str(folder)}
        built = build_command(go, "install", CONSUL_TEMPLATE, env=environ)
        assert built.returncode == 0, built.stdout
    return found


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer, with its headers' names in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def told(self) -> dict:
        """What the instance says of the request."""
        return json.loads(self.text)

    @property
    def sorry(self) -> bool:
        return self.status in {502, 503} and "Back in a moment" in self.text


@dataclass
class Traffic:
    """What requests came to, one after another from each of several threads."""

    answers: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        return [each for each in self.answers if each != "200"]


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Both hosts."""

    app: Host
    proxy: Host

    @classmethod
    def boot(cls, containers: Containers, image: str, binary: Path) -> Fleet:
        """Boot both hosts, whose agents find each other."""
        network = containers.create("network")
        docker = containers.docker
        mount = ("--volume", f"{binary}:/usr/local/bin/consul-template:ro")
        published = ("--publish", "127.0.0.1::80", "--publish", "127.0.0.1::443")

        def start(*options: str) -> Host:
            place = (*BOOTED, "--network", network, *options)
            return Host(docker=docker, container=containers.start(image, options=place))

        fleet = cls(
            app=start("--network-alias", "consul"),
            proxy=start(*mount, *published),
        )
        for host, role in (
            (fleet.app, "-server -bootstrap-expect=1"),
            (fleet.proxy, "-retry-join consul"),
        ):
            host.wait_for_boot()
            host.write("/etc/default/consul", f"ROLE={role}\n")
            host.run("mv /usr/bin/instance.py /usr/local/bin/docker-runner")
            host.run("systemctl start consul")
        return fleet

    def servers(self, app: str = "antisocial") -> set[int]:
        """Return the ports that nginx' upstream has."""
        text = self.proxy.try_run(
            f"[ ! -e /run/nginx-closing ] && cat /etc/nginx/sites-enabled/{app}"
        ).stdout
        return {int(port) for port in re.findall(r"\n    server \S+:(\d+) max_fails", text)}

    def wait_for(self, *ports: int, app: str = "antisocial") -> float:
        """Wait until nginx' upstream has just these ports; return after how many seconds it had."""
        began = time.monotonic()
        wait_until(
            lambda: self.servers(app) == set(ports),
            f"nginx has {self.servers(app)}, not {ports}\n{self.journal()}",
            timeout=FOLLOWS,
        )
        return time.monotonic() - began

    def journal(self) -> str:
        """Return what consul-template said last."""
        return self.proxy.try_run(
            "journalctl --no-pager -n 30 -o cat -u 'consul-template@*'"
        ).stdout

    def ask(
        self,
        path: str = "/",
        method: str = "GET",
        body: bytes | None = None,
        *,
        name: str = "antisocial.example.org",
        tls: bool = False,
        **headers: str,
    ) -> Answer:
        """Ask the proxy."""
        connection = self.connect(name, tls=tls)
        try:
            more = {key.replace("_", "-"): value for key, value in headers.items()}
            connection.request(method, path, body, {"Host": name, **more})
            answer = connection.getresponse()
            told = {key.lower(): value for key, value in answer.getheaders()}
            return Answer(status=answer.status, headers=told, text=answer.read().decode())
        finally:
            connection.close()

    def connect(self, name: str, *, tls: bool = False) -> http.client.HTTPConnection:
        """Open a connection, with TLS to any certificate if asked."""
        port = int(self.proxy.container.url(port=443 if tls else 80).split(":")[2].rstrip("/"))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.connect()
        if tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection.sock = context.wrap_socket(connection.sock, server_hostname=name)
        return connection

    def seen(self) -> int:
        """Return how many requests for /once the instances have seen, together."""
        ports = (8000, 8001, 8002)
        script = "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())"
        return sum(
            json.loads(self.app.run('python3 -c "$1" "$2"', script, f"http://127.0.0.1:{port}/"))[
                "seen"
            ]
            for port in ports
        )

    @contextmanager
    def traffic(self, threads: int = 3) -> Iterator[Traffic]:
        """Let threads ask all the time."""
        made, ended = Traffic(), threading.Event()

        def run() -> None:
            while not ended.is_set():
                try:
                    made.answers.append(str(self.ask().status))
                except (OSError, http.client.HTTPException) as error:
                    made.answers.append(repr(error))

        running = [threading.Thread(target=run) for _ in range(threads)]
        for thread in running:
            thread.start()
        try:
            yield made
        finally:
            ended.set()
            for thread in running:
                thread.join()


def remove(docker: str, *images: str) -> None:
    """Remove images."""
    command(docker, "image", "rm", "--force", *images)


def dozen() -> Iterator[Manifest]:
    """The manifests of a dozen apps with odd names, several domains and hostile headers."""
    for file in sorted((HERE / "dozen").glob("*.toml")):
        yield load("", HERE, file).manifest


def written(manifest: Manifest, targets: tuple[TargetName, ...], folder: Path) -> Path:
    """Write an app's files, but for docker-runner, of which the hosts have a stub."""
    made = [each for each in files(manifest, targets) if not each.path.endswith("docker-runner")]
    output = folder / manifest.name / targets[0]
    changes.write(changes.compare(made, manifest.name, output), output, prune=False)
    return output


def certificate(run: Callable[[str], str], path: str) -> None:
    """Have a certificate made that is signed by itself: a path with .pem and .key after it."""
    run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=example.org "
        f"-keyout {path}.key -out {path}.pem 2>/dev/null"
    )
