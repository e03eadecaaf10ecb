"""The role's file: written before the program starts, read by `health`."""

import os

import pytest

from entrypoint import role
from entrypoint.errors import WriteError


@pytest.mark.parametrize(
    "health",
    [
        ("process",),
        ("http", "8000"),
        ("heartbeat", "60"),
        ("command", "sh", "-c", "echo 'a\nb' \\ \t é", ""),
        ("command", os.fsdecode(b"\xff")),
    ],
)
def test_what_was_written_is_read(runtime, health):
    role.begin("web", health, {}, required=True)
    found = role.read()
    assert (found.name, found.pid, found.health) == ("web", os.getpid(), health)


def test_the_name_stands_on_the_first_line(runtime):
    role.begin("worker", ("heartbeat", "60"), {}, required=True)
    assert (runtime / "role").read_text().splitlines()[:2] == ["worker", str(os.getpid())]


def test_what_an_earlier_run_left_is_removed(runtime):
    for name in ("role", "heartbeat", "waiting", "listening"):
        (runtime / name).write_text("old")
    role.begin("web", ("process",), {}, required=True)
    assert [path.name for path in runtime.iterdir()] == ["role"]


def test_a_drain_ends_with_its_container(runtime, tmp_path, monkeypatch):
    monkeypatch.setattr(role, "TMPFS", (str(runtime),))
    drain = runtime / "mine"
    drain.touch()
    role.begin("web", ("process",), {"DRAIN_FILE": str(drain)}, required=True)
    assert not drain.exists()


def test_a_drain_file_on_a_volume_is_somebody_elses(runtime, tmp_path, monkeypatch):
    monkeypatch.setattr(role, "TMPFS", (str(runtime),))
    drain = tmp_path / "drain"
    drain.touch()
    role.begin("web", ("process",), {"DRAIN_FILE": str(drain)}, required=True)
    assert drain.exists()


def test_everybody_may_read_it_whatever_the_umask(runtime):
    before = os.umask(0o077)
    try:
        role.begin("web", ("process",), {}, required=True)
    finally:
        os.umask(before)
    assert (runtime / "role").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_is_not_there(runtime, monkeypatch):
    monkeypatch.setattr(role, "FILE", str(runtime / "gone" / "role"))
    role.begin("migrate", ("process",), {}, required=False)
    with pytest.raises(WriteError) as error:
        role.begin("web", ("http", "8000"), {}, required=True)
    assert error.value.exit_code == 73
    assert str(runtime / "gone") in str(error.value)
    assert "--tmpfs" in str(error.value)


@pytest.mark.parametrize("text", ["", "web", "web\n7", "web\nseven\nprocess\0", "\xff"])
def test_a_damaged_file_is_none(runtime, text):
    (runtime / "role").write_bytes(text.encode("latin-1"))
    assert role.read() is None


def test_no_file(runtime):
    assert role.read() is None


def test_where_the_drain_file_is(runtime):
    assert role.drain_file({}) == role.drain_file({"DRAIN_FILE": ""}) == str(runtime / "drain")
    assert role.drain_file({"DRAIN_FILE": "/data/drain"}) == "/data/drain"
