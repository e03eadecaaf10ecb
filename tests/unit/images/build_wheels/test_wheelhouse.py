import pytest

from build_wheels.errors import BusyError, CannotCreateError
from build_wheels.manifest import Deb, Manifest, sha256_of
from build_wheels.wheelhouse import Wheelhouse


def fill(folder, manifest, package, *names, lock="", debs=()):
    wheelhouse = Wheelhouse(folder)
    with wheelhouse.staging() as staging:
        packages = []
        for name in names:
            file = staging / f"{name}-1.0-py3-none-any.whl"
            file.write_text(name)
            packages.append(package(name, sha256=sha256_of(file)))
        for deb in debs:
            (staging / "debs" / deb.filename).write_text(deb.name)
        made = manifest(*packages, debs=tuple(debs))
        wheelhouse.commit(staging, made, lock=lock)
    return made


def fail_halfway(folder):
    with Wheelhouse(folder).staging() as staging:
        (staging / "x.whl").write_text("half")
        (staging / "y.whl").read_text()


def contents(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_new_files_come_and_old_ones_go(tmp_path, manifest, package):
    deb = Deb(name="libpq5", version="1", filename="libpq5_1_amd64.deb", sha256="0")
    fill(tmp_path, manifest, package, "a", "b", lock="lock", debs=[deb])
    assert contents(tmp_path) == [
        "a-1.0-py3-none-any.whl",
        "b-1.0-py3-none-any.whl",
        "debs",
        "debs/libpq5_1_amd64.deb",
        "manifest.json",
        "pylock.toml",
        "requirements.txt",
    ]
    made = fill(tmp_path, manifest, package, "b", "c")
    assert contents(tmp_path) == [
        "b-1.0-py3-none-any.whl",
        "c-1.0-py3-none-any.whl",
        "manifest.json",
        "requirements.txt",
    ]
    assert Manifest.load(tmp_path / "manifest.json") == made


def test_what_others_put_there_stays(tmp_path, manifest, package):
    (tmp_path / "README").write_text("mine")
    fill(tmp_path, manifest, package, "a")
    assert (tmp_path / "README").read_text() == "mine"


def test_a_failure_leaves_everything_as_it_was(tmp_path, manifest, package):
    fill(tmp_path, manifest, package, "a", lock="lock")
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(FileNotFoundError):
        fail_halfway(tmp_path)
    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_what_a_killed_run_left_is_removed(tmp_path):
    (tmp_path / ".new-dead").mkdir()
    (tmp_path / ".new-dead" / "x.whl").write_text("half")
    with Wheelhouse(tmp_path).staging():
        assert not (tmp_path / ".new-dead").exists()
    assert contents(tmp_path) == []


def test_two_runs_exclude_each_other(tmp_path):
    with (
        Wheelhouse(tmp_path).staging(),
        pytest.raises(BusyError),
        Wheelhouse(tmp_path).staging(),
    ):
        pass


def test_logs_of_failed_builds_stay_until_the_next_good_run(tmp_path, manifest, package):
    wheelhouse = Wheelhouse(tmp_path)
    with wheelhouse.staging() as staging:
        (staging / "logs" / "x.log").write_text("why")
        wheelhouse.keep_logs(staging)
    assert contents(tmp_path) == ["logs", "logs/x.log"]
    fill(tmp_path, manifest, package, "a")
    assert not (tmp_path / "logs").exists()


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotCreateError), Wheelhouse(tmp_path / "file" / "x").staging():
        pass
