"""What a host said of itself, and what it runs of an app."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.deploy.commands import Remote, script
from toolkit.scaffold.temporary import SURGE, temporary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from toolkit.deploy.hosts import Fleet, Host

#: What TAG and REVERT have, as docker-runner reads it.
_TAG = re.compile(r"(?:export +)?TAG=([\"']?)([A-Za-z0-9_.-]*)\1")


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container of the app, running or not.

    Attributes:
        name: Its name.
        image: Its image with the tag; the image's id where the tag names another one by now.
        status: What Docker says of it, such as `Up 3 minutes (healthy)`.
    """

    name: str
    image: str
    status: str

    @property
    def up(self) -> bool:
        """Whether it runs."""
        return self.status.startswith("Up")


@dataclass(frozen=True, kw_only=True)
class Job:
    """What an init says of a job.

    Attributes:
        name: Its name.
        state: systemd's ActiveState, or what Upstart's `status` prints.
        restarts: How often it was started again by itself; None where the init does not count.
        since: Since when it is so; an empty text where the init does not tell.
    """

    name: str
    state: str
    restarts: int | None = None
    since: str = ""


@dataclass(frozen=True, kw_only=True)
class State:
    """A host, at one moment.

    Attributes:
        clock: Its time, in seconds since 1970.
        addresses: Its addresses.
        free: Kilobytes that are free where images go; None where it is not known.
        engine: What is wrong with its engine; an empty text where it answers.
        installed: The app's files are there.
        writable: TAG can be written.
        tag: The app's tag; an empty text for none.
        revert: The tag before it; an empty text for none.
        journal: What JOURNAL has, or nothing.
        lock: What LOCK has, or nothing.
        containers: The app's, by name.
        images: The ids of its images, by tag; the newest first.
        jobs: Its jobs, by name.
        ready: The names of its temporary containers that are ready.
    """

    clock: float = 0
    addresses: frozenset[str] = frozenset()
    free: int | None = None
    engine: str = ""
    installed: bool = False
    writable: bool = False
    tag: str = ""
    revert: str = ""
    journal: Mapping[str, Any] = field(default_factory=dict)
    lock: Mapping[str, Any] = field(default_factory=dict)
    containers: Mapping[str, Container] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)
    ready: Collection[str] = frozenset()

    def up(self, name: str) -> bool:
        """Whether a container runs."""
        return name in self.containers and self.containers[name].up

    def runs(self, name: str, image: str) -> bool:
        """Whether a container runs, of an image and its tag."""
        return self.up(name) and self.containers[name].image == image


def ask(fleet: Fleet, host: Host) -> Remote:
    """The command by which a host tells its state."""
    there = fleet.instances(host)
    others = list(temporary(fleet.manifest))
    containers = [each.name for each in (*there, *others)]
    jobs = [each.job for each in there]
    surges = [each.name for each in others if each.kind == SURGE]
    sudo = " ".join(host.sudo)
    names = (" ".join(containers), " ".join(jobs), " ".join(surges))
    return script("facts", fleet.app, fleet.manifest.image, sudo, *names)


def read(text: str) -> State:
    """A host's state, from what the script `facts` printed.

    Lines of other keys are passed over: what a login shell prints may be among them.
    """
    values: dict[str, Any] = {"containers": {}, "images": {}, "jobs": {}, "ready": set()}
    for line in text.splitlines():
        key, _, rest = line.partition(" ")
        if key in _READERS:
            with contextlib.suppress(ValueError):  # no number: a login shell's words
                _READERS[key](values, rest.strip())
    return State(**values)


def _container(values: dict[str, Any], rest: str) -> None:
    name, image, status = (*rest.split(" ", 2), "", "")[:3]
    values["containers"][name] = Container(name=name, image=image, status=status)


def _image(values: dict[str, Any], rest: str) -> None:
    tag, _, identity = rest.partition(" ")
    values["images"][tag] = identity


def _job(values: dict[str, Any], rest: str) -> None:
    name, _, said = rest.partition(" ")
    if "|" in said:
        restarts, since, state = _properties(said)
        values["jobs"][name] = Job(name=name, state=state, restarts=restarts, since=since)
    else:
        values["jobs"][name] = Job(name=name, state=said)


def _properties(said: str) -> tuple[int | None, str, str]:
    """NRestarts, ActiveEnterTimestamp and ActiveState, in whatever order systemd has them."""
    restarts, since, state = None, "", ""
    for each in said.strip("|").split("|"):
        if each.isdigit():
            restarts = int(each)
        elif " " in each:
            since = each
        elif each:
            state = each
    return restarts, since, state


def _file(values: dict[str, Any], rest: str) -> None:
    name, _, text = rest.partition(" ")
    if name in {"TAG", "REVERT"} and (found := _TAG.fullmatch(text.strip())):
        values[name.lower()] = found[2]
    elif name in {"JOURNAL", "LOCK"}:
        values[name.lower()] = json_object(text)


def json_object(text: str) -> dict[str, Any]:
    """An object of JSON; an empty one where the text is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


_READERS = {
    "clock": lambda values, rest: values.update(clock=float(rest)),
    "addresses": lambda values, rest: values.update(addresses=frozenset(rest.split())),
    "free": lambda values, rest: values.update(free=int(rest)),
    "engine-error": lambda values, rest: values.update(engine=rest or "it does not answer"),
    "installed": lambda values, rest: values.update(installed=True),  # noqa: ARG005
    "writable": lambda values, rest: values.update(writable=True),  # noqa: ARG005
    "ready": lambda values, rest: values["ready"].add(rest),
    "container": _container,
    "image": _image,
    "job": _job,
    "file": _file,
}
