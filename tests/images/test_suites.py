"""The base image of each Debian suite, and that building one twice gives the same layers."""

import json
from dataclasses import dataclass

import pytest
from apps import toolkit_or_fail
from containers import PREFIX, command

from toolkit import root


@dataclass(frozen=True, kw_only=True)
class Suite:
    name: str
    python: str
    missing: frozenset[str]

    @property
    def image(self):
        return f"django-container/base:{self.name}"


WINDOWS = {"_overlapped", "_winapi", "msvcrt", "nt", "winreg", "winsound"}
PACKAGED = {"_gdbm", "_tkinter", "ensurepip", "idlelib", "tkinter", "turtle", "turtledemo"}

#: With the modules that Debian's Python has not; the list of Python 3.9 is that of its files.
SUITES = (
    Suite(
        name="trixie",
        python="3.13",
        missing=frozenset({*WINDOWS, *PACKAGED, "_ios_support", "_scproxy", "_wmi"}),
    ),
    Suite(
        name="bookworm",
        python="3.11",
        missing=frozenset({*WINDOWS, *PACKAGED, "_msi", "_scproxy", "msilib"}),
    ),
    Suite(name="bullseye", python="3.9", missing=frozenset({"turtle"})),
)


@pytest.fixture(scope="module", params=SUITES, ids=lambda suite: suite.name)
def suite(request, docker, say):
    say(f"django-container/base:{request.param.name}")
    toolkit_or_fail("images", "build", "base", "--suite", request.param.name)
    return request.param


@pytest.fixture(scope="module")
def container(suite, module_containers):
    return module_containers.idle(suite.image)


def test_suites_are_all_of_the_toolkits():
    assert tuple(suite.name for suite in SUITES) == root.SUITES


def test_python(suite, container):
    assert container.exec("python", "--version").stdout.startswith(f"Python {suite.python}.")


def test_stamp(suite, container):
    stamp = json.loads(container.exec("cat", "/usr/share/django-container/stamp.json").stdout)
    assert stamp["suite"] == suite.name
    assert stamp["python"] == "cp" + suite.python.replace(".", "")
    machine = container.exec("uname", "-m").stdout.strip()
    assert stamp["platform"] == f"linux_{machine}"


def test_help(suite, containers):
    done = containers.run(suite.image, "help")
    assert done.returncode == 0, done.stderr
    assert "docker run IMAGE" in done.stdout


def test_unknown_verb(suite, containers):
    assert containers.run(suite.image, "mirgate").returncode == 64


def test_pip(container):
    assert container.exec("/ve/bin/pip", "--version").stdout.startswith("pip ")


def test_standard_library(suite, container):
    assert set(container.probe("stdlib.py")) == suite.missing


def test_byte_code(container):
    assert list(container.probe("bytecode.py", "/ve/lib", user="root")) == ["unchecked"]


def test_same_layers_when_built_anew(base, engine, docker, inspect, say):
    begin = root.ensure(engine, root.DEFAULT_SUITE, "django-container")
    layers = []
    for namespace in (f"{PREFIX}-first", f"{PREFIX}-second"):
        say(f"the base image anew, without a cache, for {namespace}")
        options = ("--base-image", begin, "--namespace", namespace, "--no-cache")
        output = toolkit_or_fail("images", "build", "base", *options)
        image = output.partition("==> ")[2].split()[0]
        layers.append(inspect(image)["RootFS"]["Layers"])
        command(docker, "image", "rm", image)
    assert layers[0] == layers[1]
