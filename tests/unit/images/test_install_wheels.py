import dataclasses
import hashlib
import json
import os
import sys
import time
from pathlib import Path

import pytest

import install_wheels
from build_wheels.manifest import Stamp
from install_wheels import InstallError

STAMP = {"suite": "trixie", "python": "cp313", "platform": "linux_x86_64", "epoch": 0}


@pytest.fixture
def wheelhouse(tmp_path):
    folder = tmp_path / "wheelhouse"
    (folder / "debs").mkdir(parents=True)
    (folder / "six-1.0-py3-none-any.whl").write_bytes(b"six")
    (folder / "debs" / "libpq5_1_amd64.deb").write_bytes(b"pq")
    manifest = {
        "format": 1,
        "stamp": {k: STAMP[k] for k in ("suite", "python", "platform")},
        "packages": [
            {
                "name": "six",
                "version": "1.0",
                "filename": "six-1.0-py3-none-any.whl",
                "sha256": hashlib.sha256(b"six").hexdigest(),
            }
        ],
        "debs": [
            {
                "name": "libpq5",
                "version": "1",
                "filename": "libpq5_1_amd64.deb",
                "sha256": hashlib.sha256(b"pq").hexdigest(),
            }
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_no_wheelhouse_says_what_the_dockerfile_needs(tmp_path, capsys):
    argv = ["--wheelhouse", str(tmp_path / "none"), "--python", sys.executable]
    assert install_wheels.main(argv) == 66
    said = capsys.readouterr().err
    assert "RUN --mount=type=bind,source=wheelhouse,target=/wheelhouse install-wheels" in said
    assert "toolkit wheelhouse" in said


def test_another_suites_wheelhouse_is_refused(wheelhouse):
    manifest = install_wheels.read_manifest(wheelhouse)
    install_wheels.check_stamp(manifest, STAMP)
    with pytest.raises(InstallError) as error:
        install_wheels.check_stamp(manifest, {**STAMP, "suite": "bookworm", "python": "cp311"})
    assert error.value.code == 78
    assert "trixie cp313 linux_x86_64" in error.value.text
    assert "bookworm cp311 linux_x86_64" in error.value.text
    assert "next: toolkit wheelhouse --suite bookworm" in error.value.text


def test_every_file_is_checked(wheelhouse):
    manifest = install_wheels.read_manifest(wheelhouse)
    install_wheels.check_files(wheelhouse, manifest)
    (wheelhouse / "six-1.0-py3-none-any.whl").write_bytes(b"evil")
    (wheelhouse / "debs" / "libpq5_1_amd64.deb").unlink()
    with pytest.raises(InstallError) as error:
        install_wheels.check_files(wheelhouse, manifest)
    assert error.value.code == 65
    assert "six-1.0-py3-none-any.whl is not what was built" in error.value.text
    assert "libpq5_1_amd64.deb is missing" in error.value.text


@pytest.mark.parametrize("text", ["{", '{"format": 9}', "{}", "[]"])
def test_a_manifest_that_cannot_be_read(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InstallError) as error:
        install_wheels.read_manifest(tmp_path)
    assert error.value.code == 65


def test_the_command(wheelhouse):
    argv = install_wheels.pip_command(Path("/ve/bin/python"), wheelhouse, Path("/t/r.txt"))
    assert argv[:2] == ["/ve/bin/pip", "install"]
    assert {"--no-index", "--require-hashes", "--no-deps", "--no-compile"} <= set(argv)
    digest = hashlib.sha256(b"six").hexdigest()
    manifest = install_wheels.read_manifest(wheelhouse)
    assert install_wheels.requirements(manifest) == f"six==1.0 --hash=sha256:{digest}\n"


def test_debs_that_are_there_are_not_installed_again(wheelhouse):
    manifest = install_wheels.read_manifest(wheelhouse)
    assert install_wheels.missing_debs(manifest, {"libpq5": "1"}) == []
    assert [d["name"] for d in install_wheels.missing_debs(manifest, {})] == ["libpq5"]


def test_debs_need_root(wheelhouse, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    manifest = install_wheels.read_manifest(wheelhouse)
    install_wheels.install_debs(wheelhouse, [])
    with pytest.raises(InstallError) as error:
        install_wheels.install_debs(wheelhouse, manifest["debs"])
    assert error.value.code == 77
    assert "before USER" in error.value.text


def test_byte_code_is_unchecked_and_templates_are_left_alone(tmp_path):
    (tmp_path / "good.py").write_text("x = 1\n")
    (tmp_path / "template.py").write_text("class {{ name }}:\n")
    sources = install_wheels.new_sources(tmp_path, time.time() - 60)
    assert [Path(source).name for source in sources] == ["template.py", "good.py"]
    for source in sources:
        install_wheels.compile_one(source)
    (pyc,) = (tmp_path / "__pycache__").iterdir()
    assert pyc.name.startswith("good.")
    assert pyc.read_bytes()[4:8] == b"\x01\0\0\0"  # hash-based, not checked (PEP 552)


def test_old_files_keep_their_times(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "new").write_text("")
    (tmp_path / "link").symlink_to("nowhere")
    began = time.time() - 60
    paths = [path for path, _ in install_wheels.changed(tmp_path, began)]
    assert sorted(p.name for p in paths if p != tmp_path) == ["folder", "link", "new"]
    install_wheels.clamp(paths, 1_000_000)
    assert {os.lstat(path).st_mtime for path in paths} == {1_000_000.0}
    later = list(install_wheels.changed(tmp_path, time.time() + 60))
    assert [path for path, _ in later] == [tmp_path]


def test_logs_are_emptied_and_caches_go(tmp_path):
    for name in ("var/log/dpkg.log", "var/lib/dpkg/status-old", "var/cache/ldconfig/aux-cache"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    install_wheels.tidy(tmp_path, time.time() - 60)
    assert (tmp_path / "var/log/dpkg.log").read_text() == ""
    assert (tmp_path / "var/lib/dpkg/status-old").read_text() == ""
    assert not (tmp_path / "var/cache/ldconfig/aux-cache").exists()


def test_the_stamp_has_the_keys_of_the_builders():
    keys = tuple(f.name for f in dataclasses.fields(Stamp))
    assert keys == install_wheels.STAMPED
