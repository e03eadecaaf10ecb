import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from toolkit.deploy.hosts import fleet as fleet_of
from toolkit.deploy.ssh import Done
from toolkit.errors import HostError
from toolkit.manifest.reading import load

STUBS = Path(__file__).with_name("stubs")

SHELLS = [shell for shell in (["sh"], ["dash"], ["busybox", "sh"]) if shutil.which(shell[0])]

#: Mounts the test's folder as /var, then becomes the program.
PLACE = 'mount --bind "$0/var" /var && exec "$@"'

MANIFEST = """
image = "registry.example.org/antisocial"
targets = ["systemd", "proxy", "registration", "ci"]
roles.web.hosts = ["app1", "app2"]
roles.worker.hosts = ["app1", "app2"]
roles.beat.hosts = ["app1"]
proxy.hosts = ["proxy1"]
"""


@pytest.fixture
def fleet(tmp_path_factory):
    """A fleet from a manifest's text, of the app antisocial."""

    def make(text=MANIFEST, hosts=(), roles=()):
        folder = tmp_path_factory.mktemp("app")
        (folder / "toolkit.toml").write_text(text)
        return fleet_of(load("antisocial", folder).manifest, hosts, roles)

    return make


@dataclass
class FakeShell:
    """Writes down what it is asked, and answers.

    `answers` has for the name of a script, or the first words of a command, what it printed, a
    `Done`, an error, or a function of the host. `gone` has hosts that cannot be reached.
    """

    answers: dict = field(default_factory=dict)
    gone: set = field(default_factory=set)
    asked: list = field(default_factory=list)

    def way(self, config):
        """What stands for `Ssh`, a context."""
        self.config = config
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def run(self, host, remote, listen=None):
        self.asked.append((host.name, str(remote)))
        if host.name in self.gone:
            raise HostError(f"{host.name} cannot be reached: no route", f"Try: ssh {host.address}")
        key = remote.script or next(
            (each for each in self.answers if each in remote.line), remote.line
        )
        answer = self.answers.get(key, "")
        if callable(answer):
            answer = answer(host)
        return Done(code=0, output=answer) if isinstance(answer, str) else answer


@pytest.fixture
def shell():
    return FakeShell()


@dataclass
class Machine:
    """A host with an app's folder, and stubs of docker and sudo."""

    folder: Path
    shell: list

    @property
    def home(self):
        return self.folder / "var/www/antisocial"

    def write(self, **files):
        """Write files of the app's folder."""
        for name, text in files.items():
            (self.home / name).write_text(text)

    def say(self, name, text):
        """Have the stubs say or allow something."""
        (self.folder / name).write_text(text)

    def argv(self, remote):
        """What runs a command here."""
        assert remote.argv[:2] == ("sh", "-c")
        inside = ["sh", "-c", PLACE, str(self.folder), *self.shell, *remote.argv[1:]]
        return ["unshare", "--map-root-user", "--mount", *inside]

    @property
    def environ(self):
        path = f"{STUBS}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "HOST": str(self.folder)}

    def run(self, remote):
        """Run a command."""
        done = subprocess.run(
            self.argv(remote),
            check=False,
            capture_output=True,
            text=True,
            input=remote.stdin,
            timeout=30,
            env=self.environ,
        )
        return Done(code=done.returncode, output=done.stdout, error=done.stderr)

    @property
    def calls(self):
        """How docker was called."""
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture(params=SHELLS, ids=" ".join)
def machine(request, tmp_path):
    made = Machine(folder=tmp_path, shell=request.param)
    made.home.mkdir(parents=True)
    return made
