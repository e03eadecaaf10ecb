"""A fleet in memory: what the commands of a deploy do on its hosts, as far as anybody can tell.

The files of an app's folder, the containers, the jobs, the registrations, and the lists of the
proxies, which follow what is ready some commands later. Whatever a visitor would notice is written
down in `World.seen`: a listed instance that does not run, and a host without any.
"""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from toolkit.deploy.clock import Clock
from toolkit.deploy.ssh import Done
from toolkit.errors import HostError
from toolkit.scaffold.temporary import temporary

#: Commands after which a proxy has what is ready, as a rule.
LAG = 2

#: Commands on a host after which a container there has started.
BOOT = 1


class KilledError(BaseException):
    """The deployer is dead: nothing of it runs any more."""


class Fast(Clock):
    """A clock on which waiting takes no time."""

    def __init__(self):
        self._now = 0.0

    def now(self):
        return self._now

    def wait(self, seconds, stop):
        self._now += seconds
        return stop.is_set()


@dataclass
class Box:
    """A container."""

    image: str
    port: int | None = None
    up: bool = True
    boot: int = BOOT
    well: bool = True
    draining: bool = False
    over: bool = False

    @property
    def ready(self):
        return self.up and self.well and self.boot <= 0 and not self.draining


@dataclass
class Machine:
    """A host."""

    address: str
    files: dict = field(default_factory=dict)
    history: list = field(default_factory=list)
    boxes: dict = field(default_factory=dict)
    units: set = field(default_factory=set)
    upstream: tuple = ()
    gone: bool = False
    full: bool = False
    lock: object = None
    images: set = field(default_factory=set)

    @property
    def tags(self):
        """What TAG and REVERT have."""
        return tuple(self.files.get(name, "").partition("=")[2] for name in ("TAG", "REVERT"))

    @property
    def journal(self):
        return json.loads(self.files.get("JOURNAL", "{}"))


class World:
    """The hosts of a fleet. Its web serves `tag` at the start, and served `revert` before that.

    Args:
        fleet: The fleet.
        tag: The tag; an empty text for hosts that have none yet.
        revert: The one before it.
        bad: For tags, what is wrong with them: pull, check, release, canary, surge, or a role's
            name, whose containers are never well.
        lag: Commands after which a proxy has what is ready.
    """

    def __init__(self, fleet, tag="b1", revert="b0", bad=None, lag=LAG):
        self.fleet, self.bad, self.lag = fleet, bad or {}, lag
        self.guard = threading.RLock()
        self.consul = True
        self.seen = []
        self.released = []
        self.machines = {}
        for number, host in enumerate(fleet.everywhere, 1):
            self.machines[host.name] = Machine(address=f"10.0.0.{number}")
        for host in fleet.hosts:
            if tag:
                self._serve(host, tag, revert)
        self._recent = deque(maxlen=lag + 1)
        self.settle()
        self.served = {host.name for host in fleet.hosts if tag and fleet.web(host)}

    def _serve(self, host, tag, revert):
        machine = self.machines[host.name]
        machine.files["TAG"] = f"export TAG={tag}"
        machine.images |= {tag}
        if revert:
            machine.files["REVERT"] = f"export TAG={revert}"
            machine.images |= {revert}
        for each in self.fleet.instances(host):
            machine.boxes[each.name] = Box(image=self.image(tag), port=each.port, boot=0)
        if self.fleet.discovery == "nginx":
            machine.upstream = tuple(each.port for each in self.fleet.web(host))

    def image(self, tag):
        return f"{self.fleet.manifest.image}:{tag}"

    def __getitem__(self, name):
        return self.machines[name]

    # What visitors meet.

    @property
    def registrator(self):
        return self.fleet.manifest.registration.kind == "registrator"

    def _ready(self):
        for name, machine in self.machines.items():
            for box_name, box in machine.boxes.items():
                unit = f"consul-registration@{box_name}.service"
                surge = box_name.endswith("-surge")
                known = unit in machine.units or not surge or self.registrator
                if box.port and box.ready and known:
                    yield name, box.port

    def settle(self):
        """Let the proxies have what is ready now."""
        for _ in range(self.lag + 1):
            self._pass()

    def _pass(self):
        if self.consul:
            self._recent.append(frozenset(self._ready()))

    @property
    def listed(self):
        """The instances that get requests: a host and a port each."""
        if self.fleet.discovery == "nginx":
            return {(name, port) for name, each in self.machines.items() for port in each.upstream}
        return self._recent[0]

    def look(self, what):
        """Write down what a visitor would notice now."""
        for name, port in self.listed:
            boxes = [each for each in self[name].boxes.values() if each.port == port]
            up = [each for each in boxes if each.up and each.boot <= 0]
            if not up and not self[name].gone:
                self.seen.append(f"{what}: {name} has {port} in the list, and nothing there")
        for name in self.served - {name for name, _ in self.listed}:
            if not self[name].gone and self.fleet.discovery != "none":
                self.seen.append(f"{what}: {name} has nothing in the list")


class Holding:
    """A lock of a host, as `Held`."""

    def __init__(self, machine, claim):
        self.machine = machine
        self.lost = machine.gone
        self._lines = []
        if self.lost:
            return
        if machine.lock is None:
            machine.lock = self
            machine.files["LOCK"] = claim
            self._lines = ["held"]
        else:
            self._lines = [machine.files["LOCK"]]
            self.lost = True

    @property
    def ended(self):
        return self.lost or self.machine.gone

    def line(self, timeout):
        return self._lines.pop(0) if self._lines else ""

    def say(self, text):
        return not self.ended

    def end(self, timeout=10):
        if self.machine.lock is self:
            self.machine.lock = None
            self.machine.files.pop("LOCK", None)
        if self.machine.gone:
            return Done(code=255, error="no route to host")
        return Done(code=75)


class Deployer:
    """One machine that deploys, as `Shell`. It can be killed.

    Args:
        world: The hosts.
        dies: The number of the command at which it is killed; None for never.
        after: That command is done nevertheless; with "half", the first part of it alone.
        fault: Is called with a host's name and a command before that is run; it may raise, and what
            it gives is the answer.
    """

    def __init__(self, world, dies=None, *, after=False, fault=None):
        self.world, self.dies, self.after, self.fault = world, dies, after, fault
        self.said, self.dead = [], False
        self._held = []

    def hold(self, host, remote):
        with self.world.guard:
            self._count(f"{host.name}: {remote}", lambda: None)
            held = Holding(self.world[host.name], remote.argv[-1])
            self._held.append(held)
            return held

    def run(self, host, remote, listen=None):
        with self.world.guard:
            machine = self.world[host.name]
            what = f"{host.name}: {remote}"
            self._count(what, lambda: self._do(machine, host, remote))
            answer = self.fault(host.name, str(remote)) if self.fault else None
            if machine.gone:
                raise HostError(f"{host.name} cannot be reached: no route to host")
            done = answer or self._do(machine, host, remote)
            self.world.look(what)
            return done

    def _count(self, what, do):
        if self.dead:
            raise KilledError
        self.said.append(what)
        if len(self.said) == self.dies:
            if self.after:
                do()
                self.world.look(what)
            self.dead = True
            for each in self._held:
                each.end()
            raise KilledError(what)

    def _do(self, machine, host, remote):
        half = len(self.said) == self.dies and self.after == "half"
        for box in machine.boxes.values():
            box.boot -= 1
        done = Act(self.world, machine, host, half=half).of(remote)
        self.world._pass()
        return done if isinstance(done, Done) else Done(code=0, output=done or "")


@dataclass
class Act:
    """One command on one host."""

    world: World
    machine: Machine
    host: object
    half: bool = False

    def of(self, remote):
        if remote.script:
            return getattr(self, remote.script)(*remote.argv[4:], stdin=remote.stdin)
        words = [each for each in remote.argv if each not in {"sudo", "-n", "env"}]
        given = {}
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            given[name] = value
        program = words[0].rpartition("/")[2].replace("-", "_")
        return getattr(self, program)(*words[1:], **given)

    def timeout(self, seconds, program, *words):
        return getattr(self, program)(*words)

    def consul(self, verb, *words):
        if not self.world.consul:
            return Done(code=1, error="Error listing services: connection refused")
        return "antisocial\n" if verb == "catalog" else json.dumps([*self._passing()])

    def _passing(self):
        for name, port in self.world._ready():
            node = {"Node": name, "Address": self.world[name].address}
            yield {"Node": node, "Service": {"Address": "", "Port": port}}

    # The scripts.

    def facts(self, app, image, sudo, containers, jobs, surges, stdin):
        yielded = [f"clock {time.time():.0f}", f"addresses {self.machine.address} 172.17.0.1"]
        yielded += ["installed yes", "engine yes", "free 99999999"]
        yielded += [] if self.machine.full else ["writable yes"]
        for name in ("TAG", "REVERT", "JOURNAL", "LOCK"):
            if name in self.machine.files:
                yielded.append(f"file {name} {self.machine.files[name].rstrip()}")
        for name in containers.split():
            if box := self.machine.boxes.get(name):
                status = "Up 2 minutes" if box.up else "Exited (0) 2 minutes ago"
                yielded.append(f"container {name} {box.image} {status}")
        for name in surges.split():
            if (box := self.machine.boxes.get(name)) and box.ready:
                yielded.append(f"ready {name}")
        yielded += [f"image {tag} sha256:{tag}" for tag in self.machine.images]
        return "\n".join(yielded)

    def ready(self, name, image, sudo, *health, stdin):
        box = self.machine.boxes.get(name)
        if box is None:
            return Done(code=1, output=f"there is no container {name} yet")
        if box.image != image:
            return Done(code=1, output=f"{name} runs {box.image}")
        if not box.up:
            return Done(code=3, output=f"{name} has ended: Exited (1)")
        well = box.ready if "--ready" in health else box.well and box.boot <= 0
        return Done(code=0 if well else 1, output="" if well else "not ready")

    def release(self, app, name, image, seconds, runner, sudo, *verb, stdin):
        tag = image.rpartition(":")[2]
        self.machine.boxes[name] = Box(image=image)
        if self.half:
            return ""
        del self.machine.boxes[name]
        if "release" in self.world.bad.get(tag, ()):
            return Done(code=1, output="django.db.utils.OperationalError")
        self.world.released.append((self.host.name, tag))
        return ""

    def switch(self, app, tag, revert, force="", stdin=""):
        if self.machine.tags[0] == tag and not force:
            return ""
        if (tag, revert) == self.machine.tags:
            return ""
        if self.machine.full:
            return Done(code=1, error="No space left on device")
        self._file("REVERT", revert)
        if not self.half:
            self._file("TAG", tag)
        return ""

    def _file(self, name, tag):
        if tag:
            self.machine.files[name] = f"export TAG={tag}"
        else:
            self.machine.files.pop(name, None)

    def put(self, app, name, stdin):
        if self.machine.full:
            return Done(code=1, error="No space left on device")
        self.machine.files[name] = stdin
        return ""

    def finish(self, app, number, stdin):
        entry, journal = stdin.splitlines()
        if self.machine.full:
            return Done(code=1, error="No space left on device")
        if all(each["id"] != number for each in self.machine.history):
            self.machine.history.append(json.loads(entry))
        if not self.half:
            self.machine.files["JOURNAL"] = journal
        return ""

    def logs(self, name, job, sudo, stdin):
        return f"the log of {name}\n"

    # The programs.

    def list(self, app, stdin):
        lines = [f"server {self.world[name].address}:{port};" for name, port in self.world.listed]
        return "\n".join(lines)

    def nginx_upstream(self, app, *ports):
        self.machine.upstream = tuple(map(int, ports))

    def docker_runner(self, app, verb, *args, TAG="", INSTANCE=""):  # noqa: N803 - variables
        wrong = self.world.bad.get(TAG, ())
        if verb == "check":
            return Done(code=1, output="SECRET_KEY is missing") if "check" in wrong else ""
        if verb == "exec":
            return Done(code=69, error="no database")
        each = next(each for each in temporary(self.world.fleet.manifest) if each.kind == INSTANCE)
        if (former := self.machine.boxes.get(each.name)) and former.up:
            self._stop(each.name)
        well = "web" not in wrong and INSTANCE not in wrong
        self.machine.boxes[each.name] = Box(image=self.world.image(TAG), port=each.port, well=well)
        return "0123456789ab"

    def docker(self, verb, *args):
        return getattr(self, f"docker_{verb}")(*args)

    def docker_pull(self, image):
        tag = image.rpartition(":")[2]
        if "pull" in self.world.bad.get(tag, ()):
            return Done(code=1, error=f"manifest for {image} not found")
        self.machine.images |= {tag}
        return ""

    def docker_images(self, *args):
        return f"sha256:{args[-1].rpartition(':')[2]}"

    def docker_stop(self, name):
        if name not in self.machine.boxes:
            return Done(code=1, error=f"No such container: {name}")
        self._stop(name)
        return name

    def docker_rm(self, option, name):
        self.machine.boxes.pop(name, None)

    def docker_exec(self, name, entrypoint, drain, option=""):
        box = self.machine.boxes.get(name)
        if box is None or not box.up:
            return Done(code=1, error=f"container {name} is not running")
        box.draining = option != "--undo"
        box.over = option == "--over" or (box.over and option != "--undo")
        return ""

    def _stop(self, name):
        self.machine.boxes[name].up = False

    def systemctl(self, verb, unit):
        return self._init(verb, unit.removesuffix(".service"), unit)

    def start(self, job):
        return self._init("start", job, job.replace(".", "@", 1) + ".service")

    def stop(self, job):
        return self._init("stop", job, job.replace(".", "@", 1) + ".service")

    def _init(self, verb, job, unit):
        if job.startswith("consul-registration"):
            (self.machine.units.add if verb == "start" else self.machine.units.discard)(unit)
            return ""
        each = next(each for each in self.world.fleet.instances(self.host) if each.job == job)
        if verb in {"stop", "restart"} and (box := self.machine.boxes.get(each.name)):
            if not box.over:  # the unit's own drain
                box.draining = True
                self.world.settle()
            del self.machine.boxes[each.name]
            self.world.look(f"{self.host.name}: {unit} is stopped")
        if verb in {"start", "restart"}:
            tag = self.machine.tags[0]
            if not tag:
                return Done(code=1, error="the job failed: it has no tag")
            well = each.role not in self.world.bad.get(tag, ())
            box = Box(image=self.world.image(tag), port=each.port, well=well)
            self.machine.boxes[each.name] = box
        return ""
