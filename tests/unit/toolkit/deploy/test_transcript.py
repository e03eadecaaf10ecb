import json
import stat

import pytest

from toolkit.deploy.events import Note
from toolkit.deploy.transcript import KEPT, folder, transcript


@pytest.fixture
def environ(tmp_path):
    return {"HOME": str(tmp_path)}


def test_every_event_is_a_line_of_json(environ):
    with transcript("antisocial", environ) as (path, listeners):
        for listener in listeners:
            listener(Note(text="a", host="app1"))
            listener(Note(text="b"))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [each["text"] for each in lines] == ["a", "b"]


def test_nobody_else_can_read_it(environ):
    with transcript("antisocial", environ):
        pass
    assert stat.S_IMODE(folder("antisocial", environ).stat().st_mode) == 0o700


def test_the_last_ones_are_kept(environ):
    for _ in range(KEPT + 3):
        with transcript("antisocial", environ) as (path, _listeners):
            pass
    kept = sorted(folder("antisocial", environ).glob("*"))
    assert len(kept) == KEPT
    assert kept[-1] == path


def test_xdg_says_where(environ, tmp_path):
    environ["XDG_STATE_HOME"] = str(tmp_path / "state")
    assert folder("antisocial", environ) == tmp_path / "state" / "toolkit" / "antisocial"


def test_a_folder_that_cannot_be_written_stops_no_deploy(tmp_path):
    (tmp_path / ".local").write_text("a file")
    with transcript("antisocial", {"HOME": str(tmp_path)}) as (path, listeners):
        assert (path, listeners) == (None, [])
