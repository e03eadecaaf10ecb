"""Runs `toolkit deploy` and its like on a fleet, as people do, and looks at what they leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from containers import command, wait_until
from fleet import APPS, PROXY
from load import traffic_to
from versions import APPS as FOLDERS

from toolkit.manifest.reading import load
from toolkit.scaffold.instances import instances
from toolkit.scaffold.temporary import temporary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from containers import Done
    from fleet import Fleet

    from toolkit.manifest import Manifest

#: Seconds that any of these commands may take. Generous: other work may be running.
LONGEST = 600

#: Seconds in which Docker says that a container which has just started is healthy.
HEALTHY = 90

#: Every app of these tests.
NAMES = ("probe", "solo", "duo", "quick")

#: What a host says of an app: its files, and all of its containers.
LOOK = """
cd "/var/www/$1" || exit
for file in TAG REVERT; do
    [ ! -e $file ] || sed "s/^/$file /" $file
done
[ ! -e JOURNAL ] || sed 's/^/JOURNAL /' JOURNAL
[ ! -e HISTORY ] || sed 's/^/HISTORY /' HISTORY
ls -A | sed 's/^/FILE /'
[ ! -e .lock ] || flock --nonblock .lock true || echo HELD
docker ps --all --filter "name=^$1-" --format 'CONTAINER {{.Names}} {{.Image}} {{.ID}} {{.Status}}'
systemctl list-units --plain --no-legend --state active "consul-registration@$1*" | sed 's/^/UNIT /'
"""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one host has of an app."""

    tag: str = ""
    revert: str = ""
    journal: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    held: bool = False
    #: The image, id and status of each container, by name.
    containers: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    #: What tells Consul of instances, and is active.
    registrations: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, text: str) -> Look:
        found: dict[str, list[str]] = {}
        for line in text.splitlines():
            key, _, rest = line.partition(" ")
            found.setdefault(key, []).append(rest)

        def tag(name: str) -> str:
            return found.get(name, [""])[0].removeprefix("export TAG=")

        rows = [row.split(" ", 3) for row in found.get("CONTAINER", ())]
        return cls(
            tag=tag("TAG"),
            revert=tag("REVERT"),
            journal=json.loads(found.get("JOURNAL", ["{}"])[0]),
            history=[json.loads(line) for line in found.get("HISTORY", ())],
            files=set(found.get("FILE", ())),
            held="HELD" in found,
            containers={name: (image, ident, status) for name, image, ident, status in rows},
            registrations={row.split()[0] for row in found.get("UNIT", ())},
        )


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a command ended: its exit code, what it told with --json, what it said to stderr."""

    code: int
    events: list[dict[str, Any]]
    said: str
    seconds: float

    def steps(self, *phases: str) -> list[tuple[str, str, str]]:
        """Return what was done: host, phase and step."""
        return [
            (each["host"], each["phase"], each["step"])
            for each in self.events
            if each["event"] == "step-ended"
            and each["outcome"] == "done"
            and (not phases or each["phase"] in phases)
        ]

    @property
    def lines(self) -> str:
        """What commands on hosts printed."""
        return "\n".join(each["line"] for each in self.events if each["event"] == "output")

    @property
    def notes(self) -> str:
        return "\n".join(each["text"] for each in self.events if each["event"] == "note")

    @property
    def ended(self) -> dict[str, Any]:
        """The event of its end; a note may follow."""
        return next(each for each in reversed(self.events) if each["event"] == "ended")

    def __str__(self) -> str:
        shown = [
            " ".join(str(each.get(key, "")) for key in SHOWN)
            for each in self.events
            if each["event"] != "step-started" and each.get("outcome") != "skipped"
        ]
        return "\n".join((f"exit code {self.code} after {self.seconds:.0f} s", *shown, self.said))


SHOWN = ("at", "host", "phase", "step", "outcome", "seconds", "detail", "text", "line", "reason")


class Running:
    """A command that has been started, and tells what it does."""

    def __init__(self, argv: tuple[str, ...], env: dict[str, str], log: Path) -> None:
        self._began = time.monotonic()
        self._log = log
        with log.open("w") as stderr:
            self.process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=env,
                text=True,
            )
        self.events: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self._over = True
            self._news.notify_all()

    _over = False

    def at(self, phase: str, step: str, host: str = "", event: str = "step-started") -> bool:
        """Wait until a step begins (or ends); False if the command ends without it."""

        def is_it(each: dict[str, Any]) -> bool:
            return (
                each["event"] == event
                and (each["phase"], each["step"]) == (phase, step)
                and host in {"", each["host"]}
                and each.get("outcome") != "skipped"
            )

        with self._news:
            self._news.wait_for(lambda: self._over or any(map(is_it, self.events)), LONGEST)
            return any(map(is_it, self.events))

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> Run:
        """End it with no chance to clear up."""
        self.process.kill()
        return self.end()

    def end(self) -> Run:
        """Wait for its end."""
        try:
            code = self.process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.wait()
            self._reader.join()
            self.process.stdout.close()
        seconds = time.monotonic() - self._began
        return Run(code=code, events=self.events, said=self._log.read_text(), seconds=seconds)


@dataclass(frozen=True)
class App:
    """An app of a fleet: its commands, and what is left of them.

    Args:
        fleet: The fleet.
        name: A folder of `apps`, which has a manifest.
        folder: For logs.
        config: OpenSSH's; the fleet's own by default.
        patience: Seconds that a container has to become ready, instead of two minutes.
        who: Who deploys.
    """

    fleet: Fleet
    name: str
    folder: Path
    config: Path | None = None
    patience: int = 0
    who: str = "tests"

    @cached_property
    def manifest(self) -> Manifest:
        folder = FOLDERS / self.name
        return load("", folder, folder / "toolkit.toml").manifest

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        roles = self.manifest.roles
        return tuple(dict.fromkeys(host for role in roles for host in self.manifest.hosts_of(role)))

    @cached_property
    def web(self) -> tuple[str, ...]:
        """The hosts that have web."""
        return self.manifest.hosts_of("web")

    @property
    def proxied(self) -> bool:
        """Whether the proxy's nginx serves it; else each host's own."""
        return "proxy" in self.manifest.targets

    @property
    def url(self) -> str:
        return self.fleet.url if self.proxied else f"http://{self.fleet.addresses[self.hosts[0]]}"

    # Commands.

    def start(self, *argv: str) -> Running:
        """Start a command that tells what it does."""
        return Running((*self._toolkit, *argv, *self._place, "--json"), self._env, self._log())

    def deploy(self, tag: str, *more: str) -> Run:
        return self.start("deploy", self.name, "--tag", tag, *more).end()

    def rollback(self, *more: str) -> Run:
        return self.start("rollback", self.name, *more).end()

    def run(self, *argv: str) -> Done:
        """Run any other command of the toolkit's to its end."""
        return command(*self._toolkit, *argv, *self._place, env=self._env, timeout=LONGEST)

    @property
    def _toolkit(self) -> tuple[str, ...]:
        if self.patience:
            script = Path(__file__).with_name("impatient.py")
            return (sys.executable, str(script), str(self.patience))
        return (sys.executable, "-m", "toolkit")

    @property
    def _place(self) -> tuple[str, ...]:
        return ("--directory", str(FOLDERS / self.name))

    @property
    def _env(self) -> dict[str, str]:
        config = self.config or self.fleet.access.config
        return {**os.environ, "TOOLKIT_SSH_CONFIG": str(config), "TOOLKIT_WHO": self.who}

    def _log(self) -> Path:
        return self.folder / f"{time.monotonic_ns()}.log"

    # What there is.

    def look(self, *hosts: str) -> dict[str, Look]:
        """Return what hosts have; all that run."""

        def ask(name: str) -> Look:
            return Look.read(self.fleet.host(name).try_run(LOOK, self.name).stdout)

        return self.fleet.together(ask, hosts or self.hosts)

    def wrong(self, tag: str, *hosts: str) -> list[str]:
        """Return what is not as it has to be where a tag serves and nothing is left of a deploy."""
        found = []
        passing = {each.name for each in temporary(self.manifest)}
        for host, look in self.look(*hosts).items():
            expected = {each.name for each in instances(self.manifest, host)}
            image = f"{self.manifest.image}:{tag}"
            if look.tag != tag:
                found.append(f"{host} has TAG {look.tag}, not {tag}")
            for name in expected:
                has, _, status = look.containers.get(name, ("nothing", "", ""))
                if has != image or not status.startswith("Up"):
                    found.append(f"{host}: {name} is {has} {status}, not {image}")
            found += [f"{host}: {name} is left" for name in set(look.containers) & passing]
            others = set(look.containers) - passing - expected
            found += [f"{host}: {name} should not be there" for name in others]
            found += [
                f"{host}: {name} is left"
                for name in look.files
                if name in {"LOCK", ".holder", ".probe"} or name.endswith(".new")
            ]
            found += [f"{host}: {each} is left" for each in look.registrations if "surge" in each]
            if look.held:
                found.append(f"{host}: the lock is held")
            if look.journal.get("state", "done") not in {"done", "returned"}:
                found.append(f"{host}: the journal is {look.journal}")
        if not hosts:
            found += self._unlisted()
        return found

    def _unlisted(self) -> list[str]:
        wanted = {f"{host}:8000" for host in self.web}
        if self.listed() == wanted:
            return []
        return [f"nginx has {self.listed()}, not {wanted}"]

    def listed(self) -> set[str]:
        """Return the instances that nginx has."""
        if self.proxied:
            return self.fleet.listed(self.name)
        there: set[str] = set()
        for host in self.web:
            text = self.fleet.host(host).run(f"cat /etc/nginx/upstreams/{self.name}.conf")
            there |= {
                f"{host}:{line.split()[1].rpartition(':')[2]}"
                for line in text.splitlines()
                if line.startswith("server") and "down;" not in line
            }
        return there

    def assert_serves(self, tag: str, revert: str | None = None) -> None:
        """See that every host serves a tag, that nothing is left, and that `status` says so.

        Args:
            tag: The tag.
            revert: What REVERT has to be, if that is known.
        """
        assert not (wrong := self.wrong(tag)), "\n".join(wrong)
        if revert is not None:
            assert {each.revert for each in self.look().values()} == {revert}

        def well() -> dict[str, Any] | None:
            done = self.run("status", self.name, "--json")
            told.append(done.stdout)
            return json.loads(done.stdout) if done.returncode == 0 else None

        told: list[str] = []
        try:
            found = wait_until(well, "", timeout=HEALTHY)
        except AssertionError:
            raise AssertionError(told[-1]) from None
        assert found["ok"], found
        assert {each["tag"] for each in found["containers"]} == {tag}, found
        assert {each["tag"] for each in found["hosts"] if each["host"] in self.hosts} == {tag}
        assert len(found["containers"]) == sum(
            len(list(instances(self.manifest, host))) for host in self.hosts
        )

    def ids(self) -> dict[tuple[str, str], str]:
        """Return the id of each container, by host and name."""
        return {
            (host, name): ident
            for host, look in self.look().items()
            for name, (_, ident, _) in look.containers.items()
        }

    def history(self) -> list[tuple[str, str, str, str]]:
        """Return the audit log, the same on all hosts: kind, tag, the tag before, outcome."""
        logs = [
            [(each["kind"], each["tag"], each["before"], each["outcome"]) for each in look.history]
            for look in self.look().values()
        ]
        assert all(log == logs[0] for log in logs), logs
        return logs[0]

    # How it comes to be there.

    def stand(self, tag: str = "build-1") -> None:
        """Have a tag serve on all hosts, as if there never had been another one."""
        for name in NAMES:
            if any(self._has(host, name) for host in (*APPS, PROXY)):
                self.fleet.clear(name)
        self.fleet.empty()
        self.fleet.install(FOLDERS / self.name / "toolkit.toml", self._machines)
        self.fleet.together(self._nginx, APPS)
        self.begin(tag, *self.hosts)
        wait_until(lambda: self.listed() == {f"{host}:8000" for host in self.web}, "nginx's list")

    def begin(self, tag: str, *hosts: str) -> None:
        """Run a tag on hosts, as by hand."""
        pull = '. "/etc/default/$1" && docker pull --quiet "$IMAGE:$2"'
        self.fleet.together(lambda name: self.fleet.host(name).run(pull, self.name, tag), hosts)
        release = f"TAG={tag} docker-runner {self.name} release </dev/null"
        self.fleet.host(hosts[0]).run(release)

        def start(name: str) -> None:
            host = self.fleet.host(name)
            host.set_tag(self.name, tag)
            host.run(f"chown -R deploy: /var/www/{self.name}; systemctl start {self.name}.target")
            if name in self.web:
                host.wait_for_answer(8000, "/__lbheartbeat__")

        self.fleet.together(start, hosts)

    @property
    def _machines(self) -> tuple[str, ...]:
        return (*self.hosts, *((PROXY,) if self.proxied else ()))

    def _has(self, host: str, name: str) -> bool:
        return self.fleet.host(host).try_run(f"test -e /var/www/{name}").returncode == 0

    def _nginx(self, name: str) -> None:
        """Run nginx on an app's host too, where it is wanted: by itself it is on proxies alone."""
        host = self.fleet.host(name)
        if self.proxied or name not in self.hosts:
            host.run("systemctl stop nginx")
            return
        override = "/etc/systemd/system/nginx.service.d/host.conf"
        host.write(override, "[Unit]\nConditionHost=\n")
        host.run("systemctl daemon-reload; systemctl start nginx; nginx-reload")


@contextmanager
def requests(app: App, *options: str) -> Iterator[Any]:
    """Send requests to an app, few enough for a machine with other work."""
    light = ("--rate", "40", "--workers", "4", "--slow", "2", "--longest", "2")
    file = app.folder / f"traffic-{time.monotonic_ns()}.json"
    with traffic_to(app.url, f"{app.name}.example.org", file, *light, *options) as seen:
        yield seen


def ready(app: App, tag: str = "build-1") -> App:
    """Return the app as a tag serves; anew, unless it does."""
    there = all(look.tag == tag for look in app.look().values())
    if not there or app.wrong(tag) or any(look.history for look in app.look().values()):
        app.stand(tag)
    return app


def until(condition: Callable[[], object], what: str, timeout: float = LONGEST) -> object:
    """As `wait_until`, for what takes long."""
    return wait_until(condition, what, timeout=timeout)
