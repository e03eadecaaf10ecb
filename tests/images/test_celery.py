"""Worker and beat in the weather: brokers and databases that go away, restarts, old files."""

from __future__ import annotations

import re
import time
from datetime import datetime

import pytest
from containers import HARDENED, command, wait_until

#: Seconds within which a role has noticed that its broker is silent, a standby that it is free, and
#: a standby has ended; generous, since other work may be running.
NOTICE, TAKEOVER, STOP = 20, 8, 5

#: What a scheduled task may be late by, in seconds, and what it is due after.
LATE, EVERY = 3, 8

SENDING = "Sending due task tock"


@pytest.fixture
def start(containers, services):
    """Start a role as a host would, without waiting for anything."""

    def do(image, verb, *options, args=(), volume=None, **environ):
        data = ("--volume", f"{volume or containers.create('volume')}:/data")
        place = (*HARDENED, *services.options(**environ), *data)
        return containers.start(image, verb, *args, options=(*place, *options))

    return do


@pytest.fixture
def redis(containers, services):
    """A broker of the test's own."""
    place = ("--network", services.network, "--network-alias", "weather")
    return containers.start("django-container/redis", options=place)


@pytest.fixture
def often(tmp_path):
    """The options by which beat sends a task every so many seconds."""

    def options(seconds):
        settings = tmp_path / f"every{seconds}.py"
        task = {"task": "antisocial.feeds.tasks.fetch_due_feeds", "schedule": float(seconds)}
        settings.write_text(
            "from antisocial.settings_docker import *\n"
            f"CELERY_BEAT_SCHEDULE = {{'tock': {task!r}}}\n"
        )
        settings.chmod(0o644)
        tmp_path.chmod(0o755)
        return ("--volume", f"{settings}:/app/antisocial/often.py:ro", "--env", "SETTINGS=often")

    return options


BROKER = "redis://weather:6379/0"


def health(container, *args):
    """Whether it is alive, or ready, and the line that says why."""
    done = container.exec("entrypoint", "health", *args)
    return done.returncode == 0, done.stdout


def is_ready(container):
    return health(container, "--ready")[0]


def wait_until_ready(container):
    wait_until(lambda: is_ready(container), f"{container.name} is not ready:\n{container.logs()}")


def wait_until_waiting(container, what="the broker", timeout=NOTICE):
    def waits():
        ready, line = health(container, "--ready")
        return not ready and f"waits for {what}" in line

    wait_until(waits, f"{container.name} does not wait:\n{container.logs()}", timeout=timeout)
    alive, line = health(container)
    assert alive, line


def times(container, text):
    """When the log said something."""
    lines = re.findall(rf"(?m)^(\S+ \S+) \w+ .*{re.escape(text)}", container.logs())
    return [datetime.fromisoformat(stamp.replace(",", ".")).timestamp() for stamp in lines]


def docker(container, *words):
    done = command(container.docker, *words, container.name)
    assert done.returncode == 0, done.stderr


def test_a_worker_waits_for_its_broker_and_never_dies_of_it(start, redis, example_image):
    docker(redis, "stop", "--time", "1")
    worker = start(example_image, "worker", CELERY_BROKER_URL=BROKER)
    # A file system that is full, since the role's file takes all of it, stops nobody.
    cramped = start(
        *(example_image, "worker", "--tmpfs", "/run/app:size=4k"), CELERY_BROKER_URL=BROKER
    )
    wait_until_waiting(worker, timeout=60)
    wait_until_waiting(cramped, "", timeout=60)
    docker(redis, "start")
    for each in (worker, cramped):
        wait_until_ready(each)
    docker(redis, "stop", "--time", "1")
    wait_until_waiting(worker)
    wait_until_waiting(cramped, "")
    docker(redis, "start")
    for each in (worker, cramped):
        wait_until_ready(each)
    assert worker.end("TERM").code == 0


def test_a_broker_that_is_silent_is_waited_for(start, redis, example_image, often):
    """Its connections stay open: nothing fails, and clients wait for an answer."""
    worker = start(example_image, "worker", CELERY_BROKER_URL=BROKER)
    beat = start(example_image, "beat", *often(1), CELERY_BROKER_URL=BROKER)
    for each in (worker, beat):
        wait_until_ready(each)
    beat.wait_for_log(SENDING)
    docker(redis, "pause")
    try:
        for each in (worker, beat):
            wait_until_waiting(each)
    finally:
        docker(redis, "unpause")
    sent = len(times(beat, SENDING))
    for each in (worker, beat):
        wait_until_ready(each)
    wait_until(lambda: len(times(beat, SENDING)) > sent, "nothing sent:\n" + beat.logs())


def test_a_worker_restarts_itself_on_hup_and_keeps_its_pulse(start, example_image):
    worker = start(example_image, "worker")
    worker.wait_for_log("ready.")
    (_, [[before, _]]) = worker.tree()
    docker(worker, "kill", "--signal", "HUP")
    wait_until(lambda: worker.logs().count(" ready.") == 2, worker.name)
    wait_until_ready(worker)
    (_, [[after, children]]) = worker.tree()
    assert len(children) == 2
    assert after[-5:] == before[-5:]
    assert after[1].endswith("/celery")
    beats = [worker.exec("stat", "-c", "%.Y", "/run/app/heartbeat").stdout]
    wait_until(
        lambda: worker.exec("stat", "-c", "%.Y", "/run/app/heartbeat").stdout not in beats, "pulse"
    )


def test_a_long_task_in_the_workers_own_process_does_not_stop_its_pulse(start, child_image):
    worker = start(child_image, "worker", args=("-P", "solo", "-Q", "solo"))
    worker.wait_for_log("ready.")
    code = "from slow.tasks import note; note.apply_async(['/data/notes', 1, 8], queue='solo')"
    assert worker.exec("manage", "shell", "-v", "0", "-c", code).returncode == 0
    wait_until(lambda: worker.file("/data/notes"), worker.name)
    time.sleep(5)
    done = worker.exec("sh", "-c", "date +%s; stat -c %Y /run/app/heartbeat; cat /data/notes")
    now, touched, notes = done.stdout.split("\n", 2)
    assert int(now) - int(touched) < 4
    assert notes == "began 1\n"
    assert is_ready(worker)


def test_options_are_put_where_celery_wants_them(start, redis, example_image):
    args = ("-c", "1", "--broker", BROKER, "-q", "-n", "me@%h", "--loglevel", "WARNING")
    worker = start(example_image, "worker", args=args)
    wait_until_ready(worker)
    (_, [[_, children]]) = worker.tree()
    assert len(children) == 1
    assert redis.exec("redis-cli", "exists", "_kombu.binding.celery").stdout.strip() == "1"
    assert "INFO" not in worker.logs()
    assert "[queues]" not in worker.logs()  # -q


def test_no_task_is_lost_or_done_twice_over_a_stop_and_a_start(
    containers, start, redis, child_image, say
):
    volume, count = containers.create("volume"), 24
    first = start(child_image, "worker", volume=volume, CELERY_BROKER_URL=BROKER)
    first.wait_for_log("ready.")
    code = (
        "from slow.tasks import note\n"
        f"for number in range({count}): note.delay('/data/notes', number, 0.3)"
    )
    assert first.exec("manage", "shell", "-v", "0", "-c", code).returncode == 0
    wait_until(lambda: (first.file("/data/notes") or b"").count(b"done") >= 4, first.name)
    ended = first.end("TERM")
    assert ended.code == 0
    notes = first.file("/data/notes")
    began, done = notes.count(b"began"), notes.count(b"done")
    waiting = int(redis.exec("redis-cli", "llen", "celery").stdout)
    say(f"after TERM: {done} of {count} tasks done, {waiting} given back")
    assert began == done
    assert done + waiting == count
    assert waiting > 0
    assert redis.exec("redis-cli", "hlen", "unacked").stdout.strip() == "0"
    second = start(child_image, "worker", volume=volume, CELERY_BROKER_URL=BROKER)
    wait_until(lambda: (second.file("/data/notes") or b"").count(b"done") >= count, second.name)
    time.sleep(1)
    lines = second.file("/data/notes").decode().splitlines()
    assert sorted(lines) == sorted(
        f"{word} {n}" for n in range(count) for word in ("began", "done")
    )


def hostname(container):
    return container.inspect()["Config"]["Hostname"]


def test_one_beat_sends_and_another_takes_over(start, redis, example_image, often, say):
    def beat(**environ):
        return start(example_image, "beat", *often(1), CELERY_BROKER_URL=BROKER, **environ)

    first = beat()
    first.wait_for_log(SENDING)
    second, refused = beat(), beat(BEAT_STANDBY="exit")
    wait_until_waiting(second, f"the lock: container {hostname(first)}", timeout=60)
    command(refused.docker, "wait", refused.name)
    assert refused.inspect()["State"]["ExitCode"] == 75
    assert f"container {hostname(first)}" in refused.logs()

    assert SENDING not in second.logs()
    killed = time.time()
    first.end("KILL")
    wait_until(lambda: SENDING in second.logs(), second.logs())
    took = times(second, SENDING)[0] - killed
    say(f"the standby sends {took:.1f} s after the KILL")
    assert took < TAKEOVER
    wait_until_ready(second)

    third = beat()
    wait_until_waiting(third, f"the lock: container {hostname(second)}", timeout=60)
    code = (
        "from django.db import connection; c = connection.cursor(); c.execute("
        "'SELECT pg_terminate_backend(pid), clock_timestamp() FROM pg_stat_activity "
        "WHERE application_name = %s', ['entrypoint beat " + hostname(second) + "']); "
        "print(c.fetchone()[1].timestamp())"
    )
    done = third.exec("manage", "shell", "-v", "0", "-c", code)
    assert done.returncode == 0, done.stderr
    terminated = float(done.stdout)
    command(second.docker, "wait", second.name, timeout=30)
    assert second.inspect()["State"]["ExitCode"] == 75, second.logs()
    assert "the lock for beat is lost" in second.logs()
    assert "Traceback" not in second.logs()
    # What is sent has been announced just after a look at the lock.
    assert times(second, SENDING)[-1] < terminated + 0.5
    wait_until(lambda: SENDING in third.logs(), third.logs())
    took = times(third, SENDING)[0] - terminated
    say(f"the next one sends {took:.1f} s after the session's end")
    assert took < TAKEOVER


def test_a_standby_ends_at_once(start, example_image):
    both = [start(example_image, "beat") for _ in range(2)]
    wait_until(lambda: any(map(is_ready, both)), both[0].logs())
    (standby,) = (each for each in both if not is_ready(each))
    wait_until_waiting(standby, "the lock: container", timeout=60)
    ended = standby.end("TERM")
    assert ended.code == 0, standby.logs()
    assert ended.seconds < STOP


def test_a_schedule_outlives_its_container(containers, start, example_image, often):
    """Without it, a task that is due every day would be due a day after every deploy."""
    volume = containers.create("volume")
    first = start(example_image, "beat", *often(EVERY), volume=volume)
    first.wait_for_log("beat: Starting")
    began = times(first, "beat: Starting")[0]
    wait_until_ready(first)
    assert first.end("TERM").code == 0
    assert SENDING not in first.logs()
    time.sleep(max(0, began + EVERY - time.time()))
    second = start(example_image, "beat", *often(EVERY), volume=volume)
    second.wait_for_log(SENDING)
    assert times(second, SENDING)[0] - times(second, "beat: Starting")[0] < LATE


def test_a_schedule_that_cannot_be_read_does_not_stop_beat(containers, start, example_image):
    volume = containers.create("volume")
    code = (
        "import dbm; file = dbm.open('/data/celerybeat-schedule', 'n'); "
        r"file[b'entries'] = b'cno_such_module\nThing\n.'; file.close()"
    )
    place = ("--user", "123456:0", "--volume", f"{volume}:/data")
    written = containers.run(example_image, "exec", "python", "-c", code, options=place)
    assert written.returncode == 0, written.stderr
    beat = start(example_image, "beat", volume=volume)
    wait_until_ready(beat)
    assert "is put aside as /data/celerybeat-schedule.unreadable-" in beat.logs()


def test_beat_says_which_volume_it_lacks(containers, services, example_image):
    done = containers.run(example_image, "beat", options=(*HARDENED, *services.options()))
    assert done.returncode == 73
    assert "--volume NAME:/data" in done.stdout + done.stderr
