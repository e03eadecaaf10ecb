"""The containers that a deploy starts, and the files by which docker-runner knows them."""

import shlex

import pytest

from toolkit.scaffold.instances import options
from toolkit.scaffold.targets import base
from toolkit.scaffold.temporary import surge, temporary

FULL = """
targets = ["systemd", "proxy", "registration"]
registration.kind = "registrator"
release = { verb = ["release", "--skip", "it's"] }
[roles.web]
instances = 2
memory = "512m"
stop-timeout = "40s"
drain = "20s"
surge-port = 9000
env = { A = "b" }
options = ["--volume", "/a:/b", "--label=it's"]
[roles.worker]
options = ["--cap-add", "NET_ADMIN"]
"""


def of(manifest, host=""):
    return {each.kind: each for each in temporary(manifest, host)}


def files(manifest, host=""):
    """What a shell would have read of each file."""
    made = {}
    for file in base.files(manifest, host):
        name, _, kind = file.path.rpartition("/")[2].partition(".")
        if name == "antisocial" and kind not in {"", "env"}:
            lines = [line for line in file.text.splitlines() if not line.startswith("#")]
            made[kind] = dict(word.partition("=")[::2] for word in shlex.split(" ".join(lines)))
    return made


def test_of_an_app(manifest):
    found = of(manifest())
    assert {kind: (each.name, each.job, each.port) for kind, each in found.items()} == {
        "surge": ("antisocial-web-surge", "antisocial-web-surge", 18000),
        "canary": ("antisocial-web-canary", "antisocial-web-canary", None),
        "release": ("antisocial-release", "antisocial-release", None),
    }
    assert surge(manifest()) == found["surge"]


@pytest.mark.parametrize(
    ("host", "kinds"),
    [("app1", {"surge", "canary", "release"}), ("app2", {"release"}), ("proxy", set())],
)
def test_of_a_host(manifest, host, kinds):
    app = manifest("roles = {web = {hosts = ['app1']}, worker = {hosts = ['app2']}}")
    assert {*of(app, host)} == {*files(app, host)} == kinds
    assert bool(surge(app, host)) is ("surge" in kinds)


def test_of_an_app_without_web(manifest):
    assert {*of(manifest("roles.worker = {}"))} == {"release"}


def test_what_is_read(manifest):
    found = files(manifest(FULL))
    common = (
        "--memory 512m --stop-timeout 40 --env-file /etc/default/antisocial-web.env "
        "--volume /a:/b --label=it's"
    )
    assert found == {
        "surge": {
            "CONTAINER": "antisocial-web-surge",
            "EXTRA": "--publish 9000:8000 --env PORT=8000 --env DRAIN_SECONDS=20 "
            "--env WEB_KEEPALIVE=75 --env SERVICE_NAME=antisocial "
            "--env SERVICE_8000_NAME=antisocial --env SERVICE_8000_CHECK_HTTP=/__lbheartbeat__ "
            "--env SERVICE_8000_CHECK_INTERVAL=2s --env SERVICE_8000_CHECK_TIMEOUT=5s "
            f"{common}",
            "DETACH": "1",
        },
        "canary": {
            "CONTAINER": "antisocial-web-canary",
            "EXTRA": "--env PORT=8000 --env DRAIN_SECONDS=0 --env WEB_KEEPALIVE=75 "
            f"--env SERVICE_IGNORE=1 {common}",
            "DETACH": "1",
        },
        "release": {
            "CONTAINER": "antisocial-release",
            "EXTRA": "--stop-timeout 30",
            "DETACH": "1",
        },
    }


def test_nobody_is_to_be_ignored_where_nobody_looks(manifest):
    assert "SERVICE_" not in str(files(manifest()))


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("-p 9000:9000 --env -A=b", "--env -A=b"),
        ("--publish 1:1 --env A=b --publish=2:2", "--env A=b"),
        ("-p9000:9000 -P --publish-all --ip 10.0.0.1 --ip6=::1", ""),
        ("--pid host --cidfile /x --privileged", "--pid host --privileged"),
        ("--mac-address", ""),
    ],
)
def test_what_two_containers_cannot_both_have_is_left_out(manifest, given, left):
    app = manifest(f"roles.web.options = {given.split()}")
    for kind in ("surge", "canary"):
        instance = of(app)[kind]
        assert " ".join(instance.settings.options) == left
    assert "--publish" not in options(of(app)["canary"], app)
    assert options(of(app)["surge"], app)[:2] == ("--publish", "127.0.0.1:18000:8000")
