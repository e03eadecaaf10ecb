"""A schedule's file that cannot be read, however it got there, does not stop beat."""

import dbm
import shelve

import pytest
from celery import Celery
from celery.beat import PersistentScheduler, Scheduler

from entrypoint.celery_roles import schedule
from entrypoint.errors import WriteError


@pytest.fixture
def app():
    """An app with a daily task."""
    app = Celery("test", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {"daily": {"task": "daily", "schedule": 86400}}
    return app


@pytest.fixture
def file(tmp_path):
    return tmp_path / "celerybeat-schedule"


@pytest.fixture
def open_scheduler(app, file):
    """Opens a scheduler on the file, as Celery's service would."""
    opened = []

    def make(lazy=False, kind=PersistentScheduler):
        return kind(app=app, schedule_filename=str(file), lazy=lazy)

    def do(kind=PersistentScheduler):
        opened.append(
            schedule.open_scheduler(lambda lazy=False: make(lazy=lazy, kind=kind), str(file))
        )
        return opened[-1]

    yield do
    for each in opened:
        each.close()


def sent(scheduler):
    return scheduler.schedule["daily"].total_run_count


def send(scheduler):
    """Have the daily task sent, as a tick does."""
    entry = scheduler.schedule["daily"]
    scheduler.reserve(entry)
    scheduler.apply_async(entry, advance=False)


def test_what_was_sent_is_remembered(open_scheduler):
    first = open_scheduler()
    send(first)
    first.close()
    assert sent(open_scheduler()) == 1


def test_what_was_sent_is_saved_at_once(open_scheduler, file):
    """The next beat, after a KILL, reads what this one has not closed."""
    first = open_scheduler()
    send(first)
    assert sent(open_scheduler()) == 1


def test_an_own_interval_of_saving_stays(app, open_scheduler):
    app.conf.beat_sync_every = 7
    assert open_scheduler().sync_every_tasks == 7


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, b"garbage", b"SQLite format 3\0" + b"x" * 99]
)
def test_garbage_is_replaced(open_scheduler, file, content):
    file.write_bytes(content)
    assert sent(open_scheduler()) == 0


def test_entries_that_cannot_be_read_are_put_aside(open_scheduler, file, tmp_path, caplog):
    with dbm.open(str(file), "n") as database:
        database[b"entries"] = b"cno_such_module\nThing\n."
    assert sent(open_scheduler()) == 0
    aside = [path for path in tmp_path.iterdir() if ".unreadable-" in path.name]
    assert aside
    assert "no_such_module" in caplog.text


@pytest.mark.parametrize(("forget", "count"), [(False, 2), (True, 1)])
def test_a_schedule_that_is_somebody_elses_by_now_is_not_saved(open_scheduler, file, forget, count):
    mine = open_scheduler()
    send(mine)
    mine.reserve(mine.schedule["daily"])
    if forget:
        schedule.forget(mine)
    mine.close()
    with shelve.open(str(file)) as stored:
        assert stored["entries"]["daily"].total_run_count == count


def test_a_folder_that_is_not_writable(app, tmp_path):
    file = tmp_path / "gone" / "celerybeat-schedule"
    with pytest.raises(WriteError, match="is not writable") as error:
        schedule.open_scheduler(
            lambda lazy=False: PersistentScheduler(app=app, schedule_filename=str(file), lazy=lazy),
            str(file),
        )
    assert "--volume" in str(error.value)


def test_a_scheduler_without_a_file_needs_no_folder(app, tmp_path):
    made = schedule.open_scheduler(
        lambda lazy=False: Scheduler(app=app, lazy=lazy), str(tmp_path / "gone" / "schedule")
    )
    assert set(made.schedule) >= {"daily"}


def test_a_relative_name_is_on_the_data_volume():
    assert schedule.path("celerybeat-schedule") == "/data/celerybeat-schedule"
    assert schedule.path("/elsewhere/schedule") == "/elsewhere/schedule"
