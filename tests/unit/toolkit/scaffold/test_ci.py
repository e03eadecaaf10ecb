"""The target `ci`, and the sudoers file. tests/hosts/test_ci.py has their readers read them."""

import io
import json
import os
import re
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from toolkit.scaffold.files import File, with_header
from toolkit.scaffold.targets import base, ci

GOLDEN = Path(__file__).with_name("golden") / "ci"

MANIFESTS = {
    "default": "",
    "full": """
        image = "registry.example.org:5000/thraxil/antisocial"
        targets = ["upstart", "proxy", "ci"]
        deploy = { user = "robot", branch = "release/2.x#1" }
        [roles.web]
        instances = 2
        [roles.sendalerts]
    """,
}

JENKINS, GITHUB, GITLAB = "Jenkinsfile", ".github/workflows/deploy.yml", ".gitlab-ci.yml"
SCHEMAS = {GITHUB: "github-workflows.json", GITLAB: "gitlab-ci.json"}


def made(manifest) -> dict[str, File]:
    return {file.path: file for file in (*ci.files(manifest, ""), base.sudoers(manifest, ""))}


def read(text):
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(io.StringIO(text))


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_files_are_as_expected(manifest, name):
    """Write them anew with UPDATE_GOLDEN=1, and read the diff."""
    for path, file in made(manifest(MANIFESTS[name])).items():
        golden = GOLDEN / name / path
        if os.environ.get("UPDATE_GOLDEN"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(with_header(file, "antisocial"))
        assert with_header(file, "antisocial") == golden.read_text()


@pytest.mark.parametrize("path", SCHEMAS)
@pytest.mark.parametrize("name", MANIFESTS)
def test_the_files_fit_their_schema(manifest, name, path):
    vendored = files("check_jsonschema") / "builtin_schemas/vendor" / SCHEMAS[path]
    schema = Draft7Validator(json.loads(vendored.read_text()))
    schema.validate(read(made(manifest(MANIFESTS[name]))[path].text))


@pytest.mark.parametrize("path", [JENKINS, GITHUB, GITLAB])
def test_the_toolkits_commands_are_two(manifest, path):
    text = made(manifest())[path].text
    commands = re.findall(r"^[^/#\n]*(toolkit [a-z]+ antisocial[^'\n]*)", text, re.MULTILINE)
    assert commands == [
        'toolkit deploy antisocial --tag "$TAG"',
        "toolkit rollback antisocial --unfinished",
    ]


def test_one_deploy_at_a_time(manifest):
    found = made(manifest())
    assert "disableConcurrentBuilds()" in found[JENKINS].text
    concurrency = read(found[GITHUB].text)["concurrency"]
    assert concurrency == {
        "group": "deploy-antisocial-${{ github.ref }}",
        "cancel-in-progress": False,
    }
    assert read(found[GITLAB].text)["deploy"]["resource_group"] == "antisocial"


def test_only_the_branch_is_deployed(manifest):
    found = made(manifest('deploy.branch = "release/2.x"'))
    jobs = read(found[GITHUB].text)["jobs"]
    ref = "github.ref == 'refs/heads/release/2.x'"
    assert jobs["deploy"]["if"] == ref
    assert jobs["build"]["steps"][-1]["if"] == ref
    for job in ("push", "deploy"):
        assert read(found[GITLAB].text)[job]["rules"] == [
            {"if": '$CI_COMMIT_BRANCH == "release/2.x"'}
        ]
    assert found[JENKINS].text.count("when { expression { onDeployBranch() } }") == 2
    assert "env.BRANCH_NAME == 'release/2.x'" in found[JENKINS].text


# What the shell of a pipeline does, with programs that fail as often as they are told to.


@pytest.fixture
def shell(tmp_path, program, monkeypatch):
    """Runs a script where `docker`, `toolkit` and `sleep` are these."""
    folder = Path(program("sleep", "exit 0")).parent
    calls = tmp_path / "calls"
    for name in ("docker", "toolkit", "make"):
        program(
            name,
            f'echo {name} "$@" >> {calls}\n'
            f'[ "$(grep -c "^{name} " {calls})" -gt "${{FAILURES:-0}}" ]',
        )
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)

    def run(script, **variables):
        calls.write_text("")
        environ = {**os.environ, "IMAGE": "a", "TAG": "build-1", **variables}
        done = subprocess.run(["bash", "-e", "-c", script], check=False, env=environ)
        return done.returncode, calls.read_text().splitlines()

    return run


def pushes(found):
    """The script by which each pipeline pushes."""
    return {
        GITHUB: read(found[GITHUB].text)["jobs"]["build"]["steps"][-1]["run"],
        GITLAB: read(found[GITLAB].text)["push"]["script"][1],
    }


@pytest.mark.parametrize("path", [GITHUB, GITLAB])
@pytest.mark.parametrize("failures", range(4))
def test_a_push_is_tried_three_times(manifest, shell, path, failures):
    code, calls = shell(pushes(made(manifest()))[path], FAILURES=str(failures))
    assert code == (0 if failures < 3 else 1)
    assert calls == ["docker push a:build-1"] * min(failures + 1, 3)


@pytest.mark.parametrize(("status", "expected"), [("success", []), ("failed", 1), ("canceled", 1)])
def test_gitlab_goes_back_where_the_job_did_not_succeed(manifest, shell, status, expected):
    (script,) = read(made(manifest())[GITLAB].text)["deploy"]["after_script"]
    _, calls = shell(script, CI_JOB_STATUS=status)
    assert calls == (["toolkit rollback antisocial --unfinished"] if expected else [])


# sudo.


def test_sudoers_name_this_apps_jobs_alone(manifest):
    file = base.sudoers(manifest('roles = { web = { hosts = ["a"] }, worker = {} }'), "b")
    assert file.path == "etc/sudoers.d/antisocial"
    assert file.mode == 0o440
    jobs = re.findall(r"systemctl \w+ (\S+),", file.text)
    assert set(jobs) == {"antisocial-worker.service"}
    assert "web" not in file.text.partition("NOPASSWD")[2]


def commands(manifest, host=""):
    """What may be run, without the way to the program."""
    text = base.sudoers(manifest, host).text.partition("NOPASSWD: ")[2]
    lines = re.split(r",\s(?:\\\n)?\s*", text.replace("\\\n", "").strip())
    return [re.sub(r"/(usr/)?(local/)?s?bin/", "", line) for line in lines]


@pytest.mark.parametrize(
    ("init", "lines"),
    [
        (
            "systemd",
            ["systemctl restart antisocial.service", "systemctl {} consul-registration@{}.service"],
        ),
        ("upstart", ["restart antisocial", "{} consul-registration.{}"]),
    ],
)
@pytest.mark.parametrize("kind", ["consul", "registrator"])
def test_sudoers_are_of_the_init_that_there_is(manifest, init, lines, kind):
    text = f'targets = ["{init}", "registration"]\nregistration.kind = "{kind}"'
    job, told = lines
    found = commands(manifest(text))
    assert job in found
    assert any("systemctl" in line for line in found) is (init == "systemd")
    for verb in ("start", "stop", "restart"):
        assert (told.format(verb, "antisocial-web-surge") in found) is (kind == "consul")
    assert not [line for line in commands(manifest(f'targets = ["{init}"]')) if "consul" in line]


WEB = ("antisocial-web", "antisocial-web-surge", "antisocial-web-canary")
TEMPORARY = (*WEB[1:], "antisocial-release")


def test_what_a_deploy_asks_of_containers(manifest):
    found = commands(manifest())
    assert len(found) == len(set(found))
    for name in (*WEB, *TEMPORARY, "antisocial-worker", "antisocial-beat"):
        for words in ("health", "health --ready"):
            assert f"docker exec {name} entrypoint {words}" in found
        for words in ("--tail 50", "--follow", "--follow --tail 50"):
            assert f"docker logs {words} {name}" in found
        for words in ("drain", "drain --begin", "drain --over", "drain --undo"):
            assert (f"docker exec {name} entrypoint {words}" in found) is (name in WEB)
        for words in ("stop", "wait", "rm --force"):
            assert (f"docker {words} {name}" in found) is (name in TEMPORARY)


def test_nginx_is_told_where_it_is_beside_the_app(manifest):
    told = ["nginx-upstream antisocial", "nginx-upstream antisocial *"]
    text = "roles.web = {hosts = ['a']}\nproxy.hosts = ['a', 'p']\nroles.worker = {hosts = ['w']}"
    assert [line for line in commands(manifest(text), "a") if "nginx" in line] == told
    assert not [line for line in commands(manifest(text), "w") if "nginx" in line]
    other = 'targets = ["systemd", "proxy"]'
    assert not [line for line in commands(manifest(other)) if "nginx" in line]


def test_no_star_is_where_an_option_of_docker_run_could_be(manifest):
    assert [line for line in commands(manifest()) if "*" in line] == [
        "nginx-upstream antisocial *",
        "docker ps *",
        "docker images *",
        r"docker image inspect --format {{.Id}} antisocial\:*",
        "!docker image inspect --format {{.Id}} * *",
        r"docker pull antisocial\:*",
        "!docker pull * *",
        r"docker rmi antisocial\:*",
        "!docker rmi * *",
        "docker-runner antisocial *",
    ]
