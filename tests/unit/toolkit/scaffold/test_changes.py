import errno
import io
import os
import stat
import tarfile
from pathlib import Path

import pytest

from toolkit.errors import ConfigurationError
from toolkit.scaffold import changes
from toolkit.scaffold.changes import State
from toolkit.scaffold.files import EXECUTABLE, PRIVATE, File, with_header

FILES = (
    File(path="etc/default/a", text="IMAGE=a\n"),
    File(path="etc/default/a.env", text="SECRET_KEY=\n", mode=PRIVATE, filled=True),
    File(path="etc/systemd/system/a.target", text="[Unit]\n"),
    File(path="etc/systemd/system/multi-user.target.wants/a.target", link="../a.target"),
    File(path="usr/local/bin/docker-runner", text="#!/bin/sh\n", mode=EXECUTABLE, shared=True),
)
DEFAULT, ENV, TARGET, LINK, RUNNER = FILES


@pytest.fixture
def output(tmp_path):
    """A folder that has the files."""
    write(tmp_path)
    return tmp_path


def write(output, files=FILES, app="a"):
    changes.write(changes.compare(files, app, output), output, prune=False)


def states(output, files=FILES, app="a"):
    return [change.state for change in changes.compare(files, app, output)]


def state(output, file, app="a"):
    return states(output, [file], app)[0]


def everything(output):
    """All that is in a folder: type, mode, time and bytes."""
    return {
        path: (path.lstat().st_mode, path.lstat().st_mtime_ns, path.is_file() and path.read_bytes())
        for path in output.rglob("*")
    }


def test_all_is_new(tmp_path):
    found = changes.compare(FILES, "a", tmp_path / "no")
    assert {change.state for change in found} == {State.NEW}
    assert all(change.stale and not change.hand for change in found)


def test_what_is_written(output):
    assert (output / DEFAULT.path).read_text() == with_header(DEFAULT, "a")
    assert (output / LINK.path).readlink() == Path("../a.target")
    assert (output / LINK.path).read_text() == (output / TARGET.path).read_text()
    modes = [stat.S_IMODE((output / file.path).stat().st_mode) for file in (DEFAULT, ENV, RUNNER)]
    assert modes == [0o644, 0o600, 0o755]


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_modes_are_the_files(tmp_path, umask):
    before = os.umask(umask)
    try:
        write(tmp_path)
    finally:
        os.umask(before)
    assert states(tmp_path)[0] is State.SAME
    assert stat.S_IMODE((tmp_path / ENV.path).stat().st_mode) == 0o600
    folders = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_dir()}
    assert folders == {0o755}, "cp -a would give /etc such a mode"


def test_a_mode_that_nobody_can_write_to(tmp_path):
    file = File(path="etc/sudoers.d/a", text="a\n", mode=0o440)
    write(tmp_path, [file])
    write(tmp_path, [File(path=file.path, text="b\n", mode=0o440)])
    assert stat.S_IMODE((tmp_path / file.path).stat().st_mode) == 0o440
    assert state(tmp_path, file) is State.CHANGED


def test_a_second_time_nothing_is_written(output):
    before = everything(output)
    assert states(output) == [State.SAME, State.FILLED, *[State.SAME] * 3]
    write(output)
    assert everything(output) == before


def test_nothing_else_is_left_behind(output):
    assert {path.name for path in output.rglob("*") if not path.is_dir()} == {
        file.path.rpartition("/")[2] for file in FILES
    }


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (with_header(File(path="x", text="IMAGE=b\n"), "a").encode(), State.CHANGED),
        (with_header(DEFAULT, "a").encode() + b"more\n", State.EDITED),
        (with_header(DEFAULT, "a").replace("\n", "\r\n").encode(), State.EDITED),
        (with_header(DEFAULT, "b").encode(), State.FOREIGN),
        (b"IMAGE=a\n", State.FOREIGN),
        (b"", State.FOREIGN),
        (b"\xff\0", State.FOREIGN),
    ],
)
def test_what_is_there(output, data, expected):
    (output / DEFAULT.path).write_bytes(data)
    assert state(output, DEFAULT) is expected
    write(output)
    assert state(output, DEFAULT) is State.SAME


def test_another_mode_is_a_change(output):
    (output / RUNNER.path).chmod(0o644)
    assert state(output, RUNNER) is State.CHANGED
    write(output)
    assert state(output, RUNNER) is State.SAME


def test_what_every_app_has_is_nobodys(output):
    assert state(output, RUNNER, "b") is State.SAME
    newer = File(path=RUNNER.path, text="#!/bin/sh\n:\n", mode=EXECUTABLE, shared=True)
    assert state(output, newer, "b") is State.CHANGED


@pytest.mark.parametrize("data", ["", "SECRET_KEY=x\n", "\xff"])
def test_what_people_filled_in_is_never_written_over(output, data):
    (output / ENV.path).write_text(data)
    other = File(path=ENV.path, text="OTHER=\n", mode=PRIVATE, filled=True)
    assert state(output, other) is State.FILLED
    write(output, [other])
    assert (output / ENV.path).read_text() == data


@pytest.mark.parametrize("target", ["/run/secrets/a.env", "../other"])
def test_nor_is_a_link_in_its_place(output, target):
    (output / ENV.path).unlink()
    (output / ENV.path).symlink_to(target)
    assert state(output, ENV) is State.FILLED
    write(output)
    assert (output / ENV.path).readlink() == Path(target)


def test_a_link_that_points_elsewhere_is_an_edit(output):
    (output / LINK.path).unlink()
    (output / LINK.path).symlink_to("/dev/null")
    assert changes.compare([LINK], "a", output)[0].hand
    write(output)
    assert state(output, LINK) is State.SAME


@pytest.mark.parametrize("file", [DEFAULT, LINK, RUNNER], ids=lambda file: file.path)
def test_a_folder_in_a_files_place(output, file):
    (output / file.path).unlink()
    (output / file.path).mkdir()
    assert state(output, file) is State.FOREIGN
    with pytest.raises(ConfigurationError, match=rf"{file.path} cannot be read or written"):
        write(output, [file])
    assert (output / file.path).is_dir()
    assert not list(output.rglob(".scaffold-*"))


@pytest.mark.parametrize("target", ["/no/such/file", "elsewhere"])
def test_a_link_in_a_files_place_is_somebodys(output, target):
    (output / DEFAULT.path).with_name("elsewhere").write_text("x")
    (output / DEFAULT.path).unlink()
    (output / DEFAULT.path).symlink_to(target)
    assert state(output, DEFAULT) is State.FOREIGN
    write(output)
    assert not (output / DEFAULT.path).is_symlink()
    assert (output / DEFAULT.path).with_name("elsewhere").read_text() == "x"


def test_a_link_to_what_would_be_made_is_as_good(output):
    (output / DEFAULT.path).rename(output / "elsewhere")
    (output / DEFAULT.path).symlink_to(output / "elsewhere")
    assert state(output, DEFAULT) is State.SAME


def test_a_file_in_a_links_place_is_somebodys(output):
    (output / LINK.path).unlink()
    (output / LINK.path).write_text("x")
    assert state(output, LINK) is State.FOREIGN


def test_a_file_in_a_folders_place(tmp_path):
    (tmp_path / "etc").write_text("x")
    with pytest.raises(ConfigurationError, match="cannot be read or written"):
        write(tmp_path)


def test_output_through_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert states(tmp_path / "real")[0] is State.SAME


def test_output_through_a_link_to_nowhere(tmp_path):
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(ConfigurationError):
        write(tmp_path / "link")


def test_unwritable(tmp_path):
    with pytest.raises(ConfigurationError, match="/proc/etc/default/a cannot be read or written"):
        write(Path("/proc"), [DEFAULT])


def test_a_full_disk_is_another_matter(tmp_path, monkeypatch):
    def full(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        changes.save(b"x", tmp_path / "x")


@pytest.mark.parametrize(
    "interruption", [KeyboardInterrupt, OSError(errno.EIO, "Input/output error")]
)
def test_never_half_written(output, monkeypatch, interruption):
    before = (output / DEFAULT.path).read_bytes()

    def half(self, data):
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise interruption

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises((KeyboardInterrupt, ConfigurationError)):
        write(output, [File(path=DEFAULT.path, text="IMAGE=other\n")])
    assert (output / DEFAULT.path).read_bytes() == before
    assert not list(output.rglob(".scaffold-*"))


def test_the_diff(output):
    (new,) = changes.compare([File(path=DEFAULT.path, text="IMAGE=b\n")], "a", output)
    lines = new.diff().splitlines()
    assert lines[:2] == [f"--- {DEFAULT.path}", f"+++ {DEFAULT.path}"]
    assert {"-IMAGE=a", "+IMAGE=b"} < set(lines)
    assert not any(change.diff() for change in changes.compare(FILES, "a", output))
    (new,) = changes.compare([File(path="x", text="y")], "a", output)
    assert new.diff().splitlines()[:2] == ["--- /dev/null", "+++ x"]
    assert new.diff().endswith("\n+y\n")


def test_the_diff_of_what_is_filled_in_tells_nothing(output):
    (output / ENV.path).write_text("SECRET_KEY=geheim\n")
    assert changes.compare([ENV], "a", output)[0].diff() == ""


def left(output, files=(), app="a"):
    return {change.path: change for change in changes.left(files, app, output)}


def test_what_is_no_longer_made(output):
    assert not left(output, FILES)
    gone = left(output, [DEFAULT, ENV])
    assert {*gone} == {TARGET.path, LINK.path}
    assert gone[TARGET.path].stale
    assert not gone[TARGET.path].hand
    assert "+++ /dev/null" in gone[TARGET.path].diff()
    changes.write(gone.values(), output, prune=False)
    assert (output / TARGET.path).is_file()
    changes.write(gone.values(), output, prune=True)
    assert not os.path.lexists(output / TARGET.path)
    assert not os.path.lexists(output / LINK.path)
    assert (output / RUNNER.path).is_file()


def test_what_is_not_removed(output):
    (output / TARGET.path).write_text(with_header(TARGET, "a") + "edited\n")
    (output / DEFAULT.path).write_text(with_header(DEFAULT, "b"))
    (output / "etc/default/binary").write_bytes(b"\xff\0")
    (output / "etc/default/link").symlink_to("nowhere")
    assert not left(output)


def test_only_where_targets_write_is_looked(output):
    for path in ("home/a/x", "node_modules/x/y", "hosts/etc/default/a"):
        (output / path).parent.mkdir(parents=True)
        (output / path).write_text(with_header(DEFAULT, "a"))
    assert {*left(output, FILES)} == set()
    (output / "Jenkinsfile").write_text(with_header(File(path="Jenkinsfile", text="x"), "a"))
    assert {*left(output, FILES)} == {"Jenkinsfile"}


def test_no_output_yet(tmp_path):
    assert not left(tmp_path / "no")


def test_the_tarball():
    data = changes.tar(FILES, "a")
    assert data == changes.tar(FILES, "a")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        entries = archive.getmembers()
        assert [entry.name for entry in entries] == [file.path for file in FILES]
        assert {(e.uid, e.gid, e.uname, e.gname, e.mtime) for e in entries} == {
            (0, 0, "root", "root", 0)
        }
        assert [entry.mode for entry in entries] == [0o644, 0o600, 0o644, 0o777, 0o755]
        assert archive.getmember(LINK.path).linkname == "../a.target"
        assert archive.extractfile(DEFAULT.path).read().decode() == with_header(DEFAULT, "a")


def test_the_folders_of_the_toolkits_own_are_in_the_tarball():
    files = (*FILES, File(path="etc/nginx/sorry/a.html", text="x", filled=True))
    with tarfile.open(fileobj=io.BytesIO(changes.tar(files, "a"))) as archive:
        folders = {entry.name: entry.mode for entry in archive if entry.isdir()}
    assert folders == {"etc/nginx/sorry": 0o755}


def test_what_is_unpacked_is_what_is_written(output, tmp_path_factory):
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(fileobj=io.BytesIO(changes.tar(FILES, "a"))) as archive:
        archive.extractall(unpacked, filter="tar")
    assert states(unpacked) == states(output)


def test_save(tmp_path):
    changes.save(b"one", tmp_path / "new" / "x.tar")
    changes.save(b"two", tmp_path / "new" / "x.tar")
    assert (tmp_path / "new" / "x.tar").read_bytes() == b"two"
    with pytest.raises(ConfigurationError):
        changes.save(b"x", tmp_path / "new")


def test_what_people_fill_in_is_closed_again(output):
    (output / ENV.path).write_text("SECRET_KEY=geheim\n")
    (output / ENV.path).chmod(0o644)
    (change,) = changes.compare([ENV], "a", output)
    assert (change.state, change.stale, change.hand) == (State.OPEN, True, False)
    assert "geheim" not in change.diff()
    write(output)
    assert stat.S_IMODE((output / ENV.path).stat().st_mode) == 0o600
    assert (output / ENV.path).read_text() == "SECRET_KEY=geheim\n"


def test_another_apps_file_is_nobodys_to_fill_in(output):
    """App a with role b, and app a-b."""
    other = File(path="etc/default/a-b.env", text="X=1\n")
    write(output, [other])
    mine = File(path=other.path, text="SECRET_KEY=\n", mode=PRIVATE, filled=True)
    assert state(output, mine, "a-b") is State.FOREIGN
