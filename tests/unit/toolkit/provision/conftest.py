"""Hosts without hosts: a shell that writes down what it is asked, and scripts in a folder."""

import base64
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from toolkit.deploy.ssh import Done
from toolkit.manifest.reading import load
from toolkit.provision.machines import machines
from toolkit.resources import REMOTE

SHELLS = [shell for shell in (["dash"], ["bash", "--posix"]) if shutil.which(shell[0])]


@dataclass
class FakeShell:
    """Answers by the script's name, or by that and the host's; writes down what it was asked."""

    answers: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def run(self, host, remote, listen=None):
        self.asked.append((host.address, str(remote), remote.stdin))
        name = remote.script.rpartition("/")[2]
        answer = self.answers.get((name, host.name), self.answers.get(name))
        if isinstance(answer, Exception):
            raise answer
        done = answer if isinstance(answer, Done) else Done(code=0, output=answer or "")
        if listen:
            for line in done.output.splitlines():
                listen(line)
        return done

    def scripts(self):
        return [(where, what.split()[0].removeprefix("remote/")) for where, what, _ in self.asked]


@pytest.fixture
def shell():
    return FakeShell()


@pytest.fixture
def manifest(tmp_path_factory):
    """A manifest from its text, of the app shop."""

    def manifest(text='deploy.hosts = ["app1"]\n[roles.web]\n'):
        folder = tmp_path_factory.mktemp("app")
        (folder / "toolkit.toml").write_text(text)
        return load("shop", folder).manifest

    return manifest


@pytest.fixture
def one(manifest):
    """One host, of one web."""
    return machines(manifest())[0]


@pytest.fixture
def said():
    """What people were told."""
    return []


@dataclass
class Place:
    """A host's root in a folder, with programs that stand for the real ones."""

    root: Path
    shell: list
    bin: Path

    def program(self, name, text="exit 0"):
        """A program that writes down how it was called, then does what a script says."""
        path = self.bin / name
        path.unlink(missing_ok=True)  # it may be a link to the real one
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.root}/calls"\n{text}\n')
        path.chmod(0o755)

    def write(self, path, text, mode=0o644):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return file

    def read(self, path):
        return (self.root / path).read_text()

    def mode(self, path):
        return (self.root / path).stat().st_mode & 0o777

    def calls(self):
        file = self.root / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def run(self, script, *args, stdin="", root=True, stdout=subprocess.PIPE):
        text = (REMOTE / "provision" / script).read_text()
        first = (str(self.root),) if root else ()
        return subprocess.run(
            [*self.shell, "-c", text, script, *first, *args],
            input=base64.b64encode(stdin).decode() if isinstance(stdin, bytes) else stdin,
            check=False,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
            env={**os.environ, "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}"},
        )


@pytest.fixture(params=SHELLS, ids=" ".join)
def place(request, tmp_path):
    root = tmp_path / "root"
    for folder in ("var/tmp", "run", "etc/default", "etc/systemd/system", "var/www"):
        (root / folder).mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    place = Place(root=root, shell=request.param, bin=tmp_path / "bin")
    for name in ("docker", "nginx", "visudo", "systemctl", "initctl"):
        place.program(name)
    place.program("systemctl", 'case "$*" in *is-active*) exit 3 ;; esac')
    return place
