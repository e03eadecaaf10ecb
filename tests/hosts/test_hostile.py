"""Values that somebody might change on their way: manifests/hostile.toml."""

from __future__ import annotations

import json
import tomllib

import pytest
from conftest import MANIFESTS
from containers import wait_until

MANIFEST = tomllib.loads((MANIFESTS / "hostile.toml").read_text())
ROLE = MANIFEST["roles"]["echo"]


@pytest.fixture(scope="module")
def hostile(host, scaffold):
    """The host, whose container has printed its arguments and its environment."""
    host.install(scaffold("hostile"), "hostile", SECRET_KEY="a b  'c' \"d\" $e #f %g \\")
    host.set_tag("hostile", "build-1")
    host.run("systemctl start hostile.target")
    yield host
    host.run("systemctl stop hostile-echo")
    assert not [name for name in host.names() if name.startswith("hostile")]


@pytest.fixture(scope="module")
def echoed(hostile):
    """What the container was given: its arguments, its environment."""

    def said():
        done = hostile.try_run("docker logs hostile-echo")
        return done.stdout if done.stdout.endswith("\n") else ""

    text = wait_until(said, f"it says nothing\n{hostile.run('journalctl -u hostile-echo')}")
    return json.loads(text)


def test_arguments_arrive_unchanged(echoed):
    assert echoed[0] == ROLE["verb"][4:]


def test_variables_arrive_unchanged(echoed):
    expected = MANIFEST["env"]["clear"] | ROLE["env"]
    assert {name: echoed[1].get(name) for name in expected} == expected
    assert echoed[1]["SECRET_KEY"] == "a b  'c' \"d\" $e #f %g \\"


def test_options_arrive_unchanged(hostile, echoed):
    assert echoed[1]["OPTION"] == ROLE["options"][1].removeprefix("OPTION=")
    assert hostile.inspect("hostile-echo")["Config"]["Labels"]["ends"] == "\\"


def test_nothing_was_evaluated(hostile, echoed):
    assert hostile.try_run("test -e /tmp/pwned").returncode == 1
    assert hostile.try_run("docker exec hostile-echo test -e /tmp/pwned").returncode == 1


@pytest.mark.parametrize("shell", ["dash", "bash --posix", "busybox sh"])
def test_arguments_of_a_person_arrive_unchanged(hostile, shell):
    given = [*ROLE["verb"][4:], "", "two\nlines", "* /etc/*", "\t"]
    code = "import json, sys; print(json.dumps(sys.argv[1:]))"
    runner = f"{shell} /usr/local/bin/docker-runner"
    said = hostile.run(f'{runner} hostile exec python -c "$@"', code, *given)
    assert json.loads(said) == given
