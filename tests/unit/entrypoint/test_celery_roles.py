"""What is added to Celery's worker and beat, in their own process."""

import subprocess
import sys

import pytest
from celery import Celery
from celery.beat import Scheduler, SchedulingError
from kombu.exceptions import OperationalError

from entrypoint import heartbeat
from entrypoint.celery_roles import beat, worker
from entrypoint.celery_roles.__main__ import PROGRAM
from entrypoint.errors import LockError


@pytest.fixture(autouse=True)
def runtime(tmp_path, monkeypatch):
    monkeypatch.setattr(heartbeat, "HEARTBEAT", str(tmp_path / "heartbeat"))
    monkeypatch.setattr(heartbeat, "WAITING", str(tmp_path / "waiting"))
    monkeypatch.setattr(beat, "RESEND", 0.01)
    return tmp_path


@pytest.fixture
def app():
    return Celery("test", broker="memory://", set_as_current=False)


class Lock:
    """A lock that is lost after some looks at it."""

    def __init__(self, looks):
        self.looks = looks

    def check(self):
        self.looks -= 1
        if self.looks < 0:
            raise LockError("the lock is lost.")

    def release(self):
        pass


class Entries(Scheduler):
    """A scheduler with one task that is always due, and a broker that is away at times."""

    def __init__(self, *args, outages, **options):
        super().__init__(*args, **options)
        self.outages = outages
        self.sent = 0

    def apply_async(self, entry, producer=None, advance=True, **options):
        if self.outages:
            self.outages -= 1
            error = SchedulingError("away")
            error.__context__ = OperationalError("away")  # as Celery raises it
            raise error
        self.sent += 1


@pytest.fixture
def guarded(app):
    """Makes a service that has a lock, and its scheduler."""

    def make(looks=99, outages=0):
        app.conf.beat_schedule = {"always": {"task": "always", "schedule": 0}}
        service = beat.Service(app, scheduler_cls=Entries)
        service._lock = Lock(looks)
        scheduler = Entries(app=app, outages=outages)
        service._guard(scheduler)
        return service, scheduler

    return make


def test_nothing_is_sent_once_the_lock_is_lost(guarded):
    service, scheduler = guarded(looks=5)
    with pytest.raises(beat.Lost):
        for _ in range(10):
            scheduler.tick()
    # A look at each tick and one before each task: the third tick's second one fails.
    assert scheduler.sent == 2
    assert "is lost" in str(service._lost)


def test_a_task_is_sent_as_soon_as_the_broker_is_back(guarded, runtime, caplog):
    _, scheduler = guarded(outages=3)
    scheduler.tick()
    assert scheduler.sent == 1
    assert caplog.text.count("Trying again") == 3
    assert not (runtime / "waiting").exists()


def test_a_lock_that_is_lost_during_an_outage_ends_it(guarded, runtime):
    _, scheduler = guarded(looks=3, outages=99)
    with pytest.raises(beat.Lost):
        scheduler.tick()
    assert scheduler.sent == 0
    assert (runtime / "waiting").read_text() == "the broker\n"


def test_a_task_that_is_wrong_is_celerys_to_report(guarded):
    def wrong(*args, **options):
        raise SchedulingError("no such argument")

    service, scheduler = guarded()
    scheduler.apply_async = wrong
    service._guard(scheduler)
    scheduler.tick()
    assert scheduler.sent == 0


def test_the_loop_turns_often(guarded, app):
    service, scheduler = guarded()
    app.conf.beat_schedule = {}
    scheduler = Scheduler(app=app)
    service._guard(scheduler)
    assert scheduler.tick() == beat.MAX_INTERVAL


@pytest.mark.parametrize(
    ("option", "setting", "size"), [(None, None, 3), (5, None, None), (None, 7, 7)]
)
def test_the_containers_size_is_for_a_worker_that_has_no_other(
    app, monkeypatch, option, setting, size
):
    monkeypatch.setenv("WORKER_CONCURRENCY", "3")
    app.conf.worker_concurrency = setting
    worker.set_size(conf=app.conf, options={"concurrency": option})
    assert app.conf.worker_concurrency == size


def test_the_program_of_a_restart_is_celery_and_hides_no_module(tmp_path):
    """Its folder holds modules called `worker` and `beat`; the app's own must be found."""
    (tmp_path / "worker.py").write_text("from celery import Celery\napp = Celery('own')\n")
    done = subprocess.run(
        [sys.executable, PROGRAM, "-A", "worker", "report"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "software ->" in done.stdout
    assert PROGRAM.endswith("/celery")


def test_celery_that_is_not_installed_is_one_message():
    code = (
        "import sys; sys.modules['celery'] = None;"
        "from entrypoint.celery_roles.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 127
    assert "celery is not installed" in done.stderr
    assert "Traceback" not in done.stderr
