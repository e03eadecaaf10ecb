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
        *("scaffold", "--directory", str(folder), "--target", "ci", "--target", "systemd"),
        *("--target", "nginx", "--target", "registration"),
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
PROGRAMS = (
    *("/usr/bin/systemctl", "/usr/bin/docker"),
    *("/usr/local/bin/docker-runner", "/usr/local/bin/nginx-upstream"),
)
STAND_IN = '#!/bin/sh\necho "$TAG-$INSTANCE-$EXTRA-$CONTAINER-$DETACH-$*"\n'


@dataclass(frozen=True, kw_only=True)
class Deployer:
    """The user who deploys an app, on a host that has its sudoers file."""

    container: Container
    app: str
    image: str
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
    defaults = (made / f"hosts/etc/default/{file.name}").read_text()
    (image,) = re.findall(r"^export IMAGE=(\S+)$", defaults, re.MULTILINE)
    yield Deployer(container=readers, app=file.name, image=image, user=user)
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


#: What `toolkit deploy` asks a host, with APP for the app's name and IMAGE for its image.
ASKED = """
docker exec APP-web-surge entrypoint health --ready
docker exec APP-web-surge entrypoint drain --begin
docker exec APP-web-surge entrypoint drain --over
docker exec APP-web-surge entrypoint drain --undo
docker exec APP-web-canary entrypoint health
docker exec APP-release entrypoint health
docker logs --tail 50 APP-web-canary
docker logs --follow APP-release
docker logs --follow --tail 50 APP-release
docker stop APP-web-surge
docker stop APP-release
docker wait APP-release
docker rm --force APP-web-canary
docker ps
docker ps --all --no-trunc --format {{.Names}}_{{.Image}}
docker images --format {{.Tag}} IMAGE
docker image inspect --format {{.Id}} IMAGE:build-1
docker pull IMAGE:build-1
docker rmi IMAGE:build-1
systemctl stop consul-registration@APP-web-surge.service
nginx-upstream APP
nginx-upstream APP 8000 18000
"""

#: What it does not ask.
REFUSED = """
docker exec APP-web-surge sh
docker exec --privileged APP-web-surge entrypoint health
docker exec APP-web-surge entrypoint drain --over x
docker exec APP-release entrypoint drain
docker logs other
docker logs --follow --tail 50 APP-release other
docker stop APP-worker
docker stop APP-release other
docker wait other
docker rm --force APP-worker
docker rm --force APP-release other
docker rm --force --volumes APP-release
docker inspect APP-release
docker image inspect IMAGE:build-1
docker image inspect --format {{.Config.Env}} IMAGE:build-1
docker image inspect --format {{.Id}} IMAGE:build-1 other
docker image inspect --format {{.Id}} IMAGE:build-1 --format {{.Config.Env}}
docker pull other:build-1
docker pull IMAGE:build-1 other
docker pull IMAGE
docker rmi other:build-1
docker rmi IMAGE:build-1 other:build-1
docker rmi IMAGE:build-1 --force
docker rmi --force IMAGE:build-1
docker run IMAGE:build-1
docker system prune
systemctl stop consul-registration@other-web-surge.service
systemctl stop consul.service
nginx-upstream other 8000
nginx-upstream
"""


def lines(text, deployer):
    for line in text.strip().splitlines():
        named = line.replace("IMAGE", deployer.image).replace("APP", deployer.app)
        program, *words = named.split()
        (path,) = (each for each in PROGRAMS if each.endswith(f"/{program}"))
        yield path, *words


def test_what_a_deploy_asks(deployer):
    for line in lines(ASKED, deployer):
        assert deployer.may(*line) is True, line


def test_what_a_deploy_does_not_ask(deployer):
    for line in lines(REFUSED, deployer):
        assert deployer.may(*line) is False, line


def test_docker_runner_gets_the_tag_and_no_options(deployer):
    given = {
        "TAG": "build-1",
        "INSTANCE": "surge",
        "EXTRA": "--privileged",
        "CONTAINER": "x",
        "DETACH": "1",
    }
    runner = ("/usr/local/bin/docker-runner", deployer.app, "release")
    expected = f"build-1-surge----{deployer.app} release\n"
    assert deployer.run(*runner, **given) == expected
    # As words of sudo's own too.
    assert deployer.run("TAG=build-1", "INSTANCE=surge", *runner) == expected
    for name in ("EXTRA", "CONTAINER", "DETACH", "LD_PRELOAD", "PATH"):
        argv = ("sudo", "-n", f"{name}=x", *runner)
        done = deployer.container.exec(*argv, user=deployer.user)
        assert done.returncode != 0, name
    # Nobody else gets any.
    said = deployer.run("/usr/bin/docker", "ps", **given)
    assert said == "-----ps\n"
