"""The units of many manifests, as systemd reads them."""

from __future__ import annotations

import pytest
from apps import toolkit_or_fail
from conftest import MANIFESTS
from containers import command


@pytest.fixture(scope="module")
def units(bare, tmp_path_factory):
    """Makes the files of a manifest and returns the folder with its units, on the host."""

    def make(manifest):
        name = manifest.stem
        output = tmp_path_factory.mktemp(name)
        where = ("--manifest", str(manifest), "--output", str(output))
        toolkit_or_fail("scaffold", *where, "--target", "systemd")
        place = f"{bare.container.name}:/tmp/{name}"
        copied = command(bare.docker, "cp", f"{output}/.", place)
        assert copied.returncode == 0, copied.stderr
        bare.run("cp -a /tmp/$1/usr/local/bin/docker-runner /usr/local/bin", name)
        return f"/tmp/{name}/etc/systemd/system"

    return make


@pytest.mark.parametrize("manifest", sorted(MANIFESTS.glob("*.toml")), ids=lambda path: path.stem)
def test_systemd_has_nothing_to_say(bare, units, manifest):
    folder = units(manifest)
    verify = "systemd-analyze verify --recursive-errors=yes --man=no"
    done = bare.try_run(
        f"cd {folder} && SYSTEMD_UNIT_PATH={folder}: {verify} ./*.service ./*.target"
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_a_key_that_there_is_not_would_be_seen(bare):
    unit = "[Service]\nExecStart=/bin/true\nRestrat=always\n"
    bare.write("/tmp/wrong.service", unit)
    done = bare.try_run("systemd-analyze verify --recursive-errors=yes --man=no /tmp/wrong.service")
    assert "Restrat" in done.stderr
