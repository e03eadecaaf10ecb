import subprocess

import pytest
from packaging.tags import Tag

from build_wheels.interpreter import Target
from build_wheels.manifest import Manifest, Package, Stamp

STAMP = Stamp(suite="trixie", python="cp313", platform="linux_x86_64")


@pytest.fixture(autouse=True)
def _no_programs(monkeypatch, request):
    """Unit tests start no program, but for those that test how programs are started."""
    if "runs_programs" in request.keywords or "test_process" in request.path.name:
        return

    def refused(*arguments, **_):
        raise AssertionError(f"a unit test started {arguments}")

    monkeypatch.setattr(subprocess, "Popen", refused)


@pytest.fixture
def stamp():
    return STAMP


@pytest.fixture
def target():
    return Target(
        python="/ve/bin/python",
        environment={
            "implementation_name": "cpython",
            "implementation_version": "3.13.5",
            "os_name": "posix",
            "platform_machine": "x86_64",
            "platform_python_implementation": "CPython",
            "platform_release": "6.1",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": "3.13.5",
            "python_version": "3.13",
            "sys_platform": "linux",
        },
        tags=(
            Tag("cp313", "cp313", "manylinux_2_17_x86_64"),
            Tag("cp313", "cp313", "linux_x86_64"),
            Tag("cp313", "abi3", "linux_x86_64"),
            Tag("py3", "none", "any"),
        ),
    )


@pytest.fixture
def package():
    def make(name="six", **changes):
        values = {
            "name": name,
            "version": "1.0",
            "filename": f"{name}-1.0-py3-none-any.whl",
            "sha256": "0" * 64,
            "tags": ("py3-none-any",),
            "origin": "downloaded",
            "identity": f"wheel:sha256:{name}",
            "source": f"https://files.example/{name}-1.0-py3-none-any.whl",
        }
        return Package(**{**values, **changes})

    return make


@pytest.fixture
def manifest(stamp):
    def make(*packages, **changes):
        return Manifest(**{"stamp": stamp, "packages": packages, **changes})

    return make
