"""The files of a heartbeat."""

import os

import pytest

from entrypoint import heartbeat


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    """The folder that stands for /run/app."""
    folder = tmp_path / "run"
    folder.mkdir()
    monkeypatch.setattr(heartbeat, "HEARTBEAT", str(folder / "heartbeat"))
    monkeypatch.setattr(heartbeat, "WAITING", str(folder / "waiting"))
    return folder


def test_a_touch_makes_the_file_and_renews_it(runtime):
    assert heartbeat.touch()
    os.utime(runtime / "heartbeat", (1, 1))
    assert heartbeat.touch()
    assert (runtime / "heartbeat").stat().st_mtime > 1


def test_what_is_waited_for_can_be_read_by_everybody(runtime):
    before = os.umask(0o077)
    try:
        assert heartbeat.wait_for("the lock: container ü has it")
    finally:
        os.umask(before)
    assert (runtime / "waiting").read_text() == "the lock: container ü has it\n"
    assert (runtime / "waiting").stat().st_mode & 0o777 == 0o644
    assert os.listdir(runtime) == ["waiting"]
    assert heartbeat.ready()
    assert heartbeat.ready()
    assert os.listdir(runtime) == []


def test_a_folder_that_is_gone_stops_nobody(runtime):
    runtime.rmdir()
    assert not heartbeat.touch()
    assert not heartbeat.wait_for("the broker")
    assert heartbeat.ready()  # there is none


def test_a_file_that_cannot_have_content_is_there_all_the_same(runtime, monkeypatch):
    def full(descriptor, data):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "write", full)
    assert heartbeat.wait_for("the broker")
    assert (runtime / "waiting").read_text() == ""
    assert os.listdir(runtime) == ["waiting"]
