"""The pipelines and the sudoers file, by the programs that read them."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from apps import toolkit_or_fail
from building import build, root_of
from containers import PREFIX, Container, build_command, command

FOLDER = Path(__file__).with_name("ci")
ROOT = Path(__file__).parents[2]

ACTIONLINT = "v1.7.12"

BRANCH = "release/2.x#1@+"

MANIFESTS = {
    "default": 'name = "antisocial"',
    "full": (
        'name = "my-app_2"\nimage = "registry.example.org:5000/team/my.app"\n'
        f'deploy = {{ user = "robot", branch = "{BRANCH}" }}\n[roles.web]\ninstances = 2\n'
        "[roles.sendalerts]"
    ),
    "odd": 'name = "1"\npackage = "a"\nimage = "on"\ndeploy = { user = "_x-1", branch = "1.0" }',
}


@pytest.fixture(scope="module", params=MANIFESTS)
def made(request, tmp_path_factory):
    """A repository with the pipelines, and the host's files in `hosts`."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "toolkit.toml").write_text(MANIFESTS[request.param])
    toolkit_or_fail(
        *("scaffold", "--directory", str(folder), "--target", "ci", "--target", "systemd")
    )
    return folder


@pytest.fixture(scope="module")
def readers(docker, standing, say):
    """A container with Groovy and sudo."""
    say("Groovy and sudo")
    name = build(docker, FOLDER, f"{PREFIX}-ci", ROOT=root_of("trixie"))
    container = standing.start(name, options=("--init",))
    yield container
    command(docker, "rm", "--force", container.name)
    command(docker, "image", "rm", "--force", name)


@pytest.fixture(scope="module")
def actionlint(say):
    """The program, from the cache or from its source."""
    cache = ROOT / ".cache" / f"actionlint-{ACTIONLINT}"
    if not (cache / "actionlint").is_file():
        go = shutil.which("go")
        assert go, (
            f"actionlint is missing: install Go, or put the program of {ACTIONLINT} into {cache} "
            "(https://github.com/rhysd/actionlint/releases)"
        )
        say("actionlint")
        source = f"github.com/rhysd/actionlint/cmd/actionlint@{ACTIONLINT}"
        done = build_command(go, "install", source, env={**os.environ, "GOBIN": str(cache)})
        assert done.returncode == 0, done.stdout
    return str(cache / "actionlint")


def test_the_workflow(made, actionlint):
    shellcheck = Path(sys.executable).with_name("shellcheck")
    options = ("-no-color", "-shellcheck", str(shellcheck))
    done = command(actionlint, *options, str(made / ".github/workflows/deploy.yml"))
    assert done.returncode == 0, done.stdout


def put(container, path, text, mode="440"):
    script = 'cat > "$1" && chmod "$2" "$1"'
    done = container.exec("sh", "-c", script, "sh", path, mode, stdin=text)
    assert done.returncode == 0, done.stderr


def test_the_jenkinsfile(made, readers):
    put(readers, "/tmp/Jenkinsfile", (made / "Jenkinsfile").read_text())
    done = readers.exec("groovyc", "-d", "/tmp/classes", "/tmp/Jenkinsfile")
    assert done.returncode == 0, done.stderr


def test_groovy_is_asked(readers):
    put(readers, "/tmp/Broken", "pipeline { stages {")
    assert readers.exec("groovyc", "-d", "/tmp/classes", "/tmp/Broken").returncode != 0


@pytest.mark.parametrize("made", ["full"], indirect=True)
@pytest.mark.parametrize(
    ("branch", "failing", "expected"),
    [
        (BRANCH, "", ["make build", "docker push", "toolkit deploy"]),
        ("another", "", ["make build"]),
        (BRANCH, "make", ["make build"]),
        (BRANCH, "docker push", ["make build", *["docker push"] * 3]),
        (BRANCH, "deploy", ["make build", "docker push", "toolkit deploy", "toolkit rollback"]),
    ],
)
def test_what_jenkins_runs(made, readers, branch, failing, expected):
    put(readers, "/tmp/Jenkinsfile", (made / "Jenkinsfile").read_text())
    put(readers, "/tmp/jenkins.groovy", (FOLDER / "jenkins.groovy").read_text())
    argv = ("/tmp/jenkins.groovy", "/tmp/Jenkinsfile", branch, *filter(None, [failing]))
    done = readers.exec("groovy", *argv)
    assert done.returncode == 0, done.stderr
    assert [" ".join(line.split()[:2]) for line in done.stdout.splitlines()] == expected


# sudo.

#: Programs of a host; sudo says nothing about what is not there. Each prints what it was given.
PROGRAMS = ("/usr/bin/systemctl", "/usr/bin/docker", "/usr/local/bin/docker-runner")
STAND_IN = '#!/bin/sh\necho "$TAG-$EXTRA-$CONTAINER-$*"\n'


@dataclass(frozen=True, kw_only=True)
class Deployer:
    """The user who deploys an app, on a host that has its sudoers file."""

    container: Container
    app: str
    user: str

    def may(self, *argv: str) -> bool:
        """Return whether sudo would run a command as root."""
        return self.container.exec("sudo", "-n", "--list", *argv, user=self.user).returncode == 0

    def run(self, *argv: str, **environ: str) -> str:
        """Return what a command prints that sudo runs."""
        variables = [f"{name}={value}" for name, value in environ.items()]
        done = self.container.exec("env", *variables, "sudo", "-n", *argv, user=self.user)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def deployer(made, readers):
    for program in PROGRAMS:
        put(readers, program, STAND_IN, mode="755")
    (file,) = (made / "hosts/etc/sudoers.d").iterdir()
    put(readers, f"/etc/sudoers.d/{file.name}", file.read_text())
    (user,) = re.findall(r"^(\S+) ALL = ", file.read_text(), re.MULTILINE)
    readers.exec("useradd", user)
    yield Deployer(container=readers, app=file.name, user=user)
    readers.exec("rm", f"/etc/sudoers.d/{file.name}")


def test_sudo_reads_it(deployer, readers):
    done = readers.exec("visudo", "--check", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_user_may_deploy_and_nothing_else(deployer):
    app, may = deployer.app, deployer.may
    unit = f"{app}-8000.service" if app == "my-app_2" else f"{app}.service"
    assert may("/usr/bin/systemctl", "restart", unit)
    assert may("/usr/local/bin/docker-runner", app, "manage", "showmigrations", "a b")
    assert not may("/usr/bin/systemctl", "restart", "ssh.service")
    assert not may("/usr/bin/systemctl", "restart", unit, "ssh.service")
    assert not may("/usr/bin/systemctl", "edit", unit)
    assert not may("/usr/local/bin/docker-runner", "another", "run")
    assert not may("/usr/local/bin/docker-runner")
    assert not may("/usr/bin/docker", "run", "--volume", "/:/host", "debian")
    assert not may("/usr/bin/docker", "exec", f"{app}-web", "sh")
    assert not may("/bin/sh")


def test_docker_runner_gets_the_tag_and_no_options(deployer):
    given = {"TAG": "build-1", "EXTRA": "--privileged", "CONTAINER": "x"}
    said = deployer.run("/usr/local/bin/docker-runner", deployer.app, "release", **given)
    assert said == f"build-1---{deployer.app} release\n"
