import json

import pytest

from build_wheels.errors import ConfigurationError
from build_wheels.manifest import Deb, Manifest, Stamp

DEB = Deb(name="libpq5", version="17.6-0", filename="libpq5_17.6-0_amd64.deb", sha256="1" * 64)


def test_there_and_back(tmp_path, package, manifest):
    written = manifest(
        package("a", needs=("libpq5",)),
        debs=(DEB,),
        debs_for=("libpq5",),
        inputs=("requirements.txt",),
    )
    file = tmp_path / "manifest.json"
    file.write_text(written.to_json())
    assert Manifest.load(file) == written


def test_the_form_that_the_image_and_the_host_read(package, manifest):
    data = json.loads(manifest(package("a"), debs=(DEB,), inputs=("requirements.txt",)).to_json())
    assert sorted(data) == ["debs", "debs_for", "format", "inputs", "packages", "stamp"]
    assert data["format"] == 1
    assert data["stamp"] == {"suite": "trixie", "python": "cp313", "platform": "linux_x86_64"}
    assert sorted(data["packages"][0]) == [
        "filename",
        "identity",
        "name",
        "needs",
        "origin",
        "sha256",
        "source",
        "tags",
        "version",
    ]


@pytest.mark.parametrize("text", ["", "[]", '{"format": 2}', '{"format": 1}', "{"])
def test_one_that_cannot_be_read_counts_as_none(tmp_path, text):
    file = tmp_path / "manifest.json"
    file.write_text(text)
    assert Manifest.load(file) is None
    assert Manifest.load(tmp_path / "none.json") is None


def test_flattened(package, manifest):
    lines = manifest(package("a"), package("b", version="2")).flattened().splitlines()
    assert lines[0].startswith("#")
    assert lines[1:] == [
        f"a==1.0 --hash=sha256:{'0' * 64}",
        f"b==2 --hash=sha256:{'0' * 64}",
    ]


def test_stamp(tmp_path, stamp):
    file = tmp_path / "stamp.json"
    file.write_text(
        '{"suite": "trixie", "python": "cp313", "platform": "linux_x86_64", "epoch": 0}'
    )
    assert Stamp.load(file) == stamp
    file.write_text('{"suite": "trixie"}')
    with pytest.raises(ConfigurationError, match="no valid stamp"):
        Stamp.load(file)
