"""`toolkit setup`: from a bare Debian or Ubuntu to a host, step by step, each of them once."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.deploy.side_by_side import end, side_by_side
from toolkit.errors import ConfigurationError, PreflightError, ScaffoldError
from toolkit.provision import applying, approving, remotes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolkit.deploy.commands import Remote
    from toolkit.deploy.ssh import Shell
    from toolkit.provision.machines import Machine

#: The first version of each system whose packages are known to do.
SYSTEMS: Mapping[str, float] = {"debian": 11, "ubuntu": 20.04}

_KNOWN = " or ".join(f"{name.title()} {first} or later" for name, first in SYSTEMS.items())

#: What Debian and Ubuntu have no package of, and where it comes from.
ELSEWHERE: Mapping[str, str] = {
    "consul": "https://developer.hashicorp.com/consul/install; its agent has to run here",
    "consul-template": "https://releases.hashicorp.com/consul-template/; to be put at "
    "/usr/local/bin/consul-template; then: systemctl start consul-template@{app}",
}

_VERBS = {"there": "was there", "now": "installs", "did": "done", "lacks": "lacks"}


@dataclass(frozen=True, kw_only=True)
class System:
    """What kind of host it is.

    Attributes:
        values: What the script `system` has said, by key.
        programs: Those that are there, of those that were asked for.
    """

    values: Mapping[str, str]
    programs: frozenset[str] = frozenset()

    @classmethod
    def read(cls, text: str) -> System:
        """What the script has printed."""
        pairs = [line.partition(" ") for line in text.splitlines()]
        return cls(
            values={key: value for key, _, value in pairs if key != "program"},
            programs=frozenset(value for key, _, value in pairs if key == "program"),
        )

    def wrong(self) -> str:
        """Why it cannot be set up; an empty text where it can."""
        named, version = self.values.get("id", ""), self.values.get("version", "")
        first = SYSTEMS.get(named)
        name = self.values.get("name") or "an unknown system"
        if first is None or (version and _number(version) < first):
            return f"it is {name}, and not {_KNOWN}"
        if "apt" not in self.values:
            return "it has no apt-get"
        if self.values.get("uid") != "0":
            return "the commands are not root's there"
        if self.values.get("init") != "systemd":
            return "systemd does not run there"
        return ""


def _number(version: str) -> float:
    try:
        return float(version)
    except ValueError:
        return 0


@dataclass(kw_only=True)
class Setup:
    """Hosts that are set up.

    Attributes:
        shell: Runs commands on hosts.
        app: The app.
        machines: The hosts.
        keys: Public keys of those who deploy, besides the admin's.
        force: Write over files that were edited by hand.
        say: Gets each line for people.
    """

    shell: Shell
    app: str
    machines: tuple[Machine, ...]
    keys: str
    force: bool
    say: Callable[[str], None]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Set the hosts up.

        Raises:
            PreflightError: One is no Debian or Ubuntu that does; nothing was changed on any.
            ToolkitError: One has failed; the others are done. It can be run again.
        """
        looked = side_by_side(self.machines, self._look)
        end(looked.failed)
        _refuse(looked.done)
        outcome = side_by_side(self.machines, self._set_up)
        for machine, changed in outcome.done.items():
            if not changed:
                self._tell(machine, "nothing was to be done: it is set up.")
        for line in self._left(tuple(outcome.done)):
            self.say(line)
        end(outcome.failed)

    def _look(self, machine: Machine) -> System:
        done = self.shell.run(machine.admin, remotes.system(machine.admin, tuple(ELSEWHERE)))
        if not done.ok or not done.output.endswith("end\n"):
            raise applying.not_allowed(machine, done)
        return System.read(done.output)

    def _set_up(self, machine: Machine) -> bool:
        """Whether anything was changed."""
        admin, nginx = machine.admin, machine.has("etc/nginx/")
        packages = remotes.packages(admin, nginx=nginx)
        user = remotes.user(admin, self.app, machine.user, self.keys)
        steps = [self._step(machine, "its packages", packages)]
        steps.append(self._step(machine, f"the user {machine.user}", user))
        steps.append(self._install(machine))
        return any(steps)

    def _step(self, machine: Machine, what: str, remote: Remote) -> bool:
        done = self.shell.run(machine.admin, remote, lambda line: self._account(machine, line))
        if not done.ok:
            last = [line for line in done.output.splitlines() if not _accounted(line)][-5:]
            raise ConfigurationError(
                f"{machine.name}: {what} could not be set up:\n  " + "\n  ".join(last),
                "When that is mended, run it again: what is done stays done.",
            )
        return any(line.startswith("did ") for line in done.output.splitlines())

    def _install(self, machine: Machine) -> bool:
        found = applying.look(self.shell, self.app, machine)
        edited = [f"/{each.path}" for each in applying.hand(found)]
        if edited and not self.force:
            raise ScaffoldError(
                f"{machine.name}: edited by hand, or another's: {', '.join(edited)}",
                f"`toolkit apply {self.app} --diff` shows what would change.",
            )
        installed = applying.install(self.shell, self.app, machine, found, prune=False)
        if not installed.written:
            self._tell(machine, f"was there  {len(machine.files)} files of {self.app}")
        for line in approving.lines(self.app, replace(installed, lacks=())):
            self._tell(machine, f"done       {line}")
        for line in installed.lacks:
            self._tell(machine, f"lacks      {line}")
        return bool(installed.written)

    def _left(self, done: tuple[Machine, ...]) -> Iterator[str]:
        """What is left to people."""
        looked = side_by_side(done, self._look)
        for machine, system in looked.done.items():
            for program in _needed(machine):
                if program not in system.programs:
                    where = ELSEWHERE[program].format(app=self.app)
                    yield f"{machine.name}: lacks      {program}: {where}"

    def _account(self, machine: Machine, line: str) -> None:
        if _accounted(line):
            word, _, rest = line.partition(" ")
            self._tell(machine, f"{_VERBS[word]:<9}  {rest}")

    def _tell(self, machine: Machine, line: str) -> None:
        with self._lock:
            self.say(f"{machine.name}: {line}")


def _accounted(line: str) -> bool:
    return line.partition(" ")[0] in _VERBS


def _needed(machine: Machine) -> Iterator[str]:
    """The programs without a package that a host's files need."""
    if machine.has("etc/consul-services/") or machine.has("etc/systemd/system/registrator"):
        yield "consul"
    if machine.has("etc/consul-template/"):
        yield "consul-template"


def _refuse(found: Mapping[Machine, System]) -> None:
    wrong = {machine.name: reason for machine, each in found.items() if (reason := each.wrong())}
    if wrong:
        lines = "".join(f"\n  - {name}: {reason}" for name, reason in wrong.items())
        raise PreflightError(
            f"hosts that cannot be set up; nothing was changed on any:{lines}",
            "docs/how-to/hosts.md says what a host needs, however it came there.",
        )
