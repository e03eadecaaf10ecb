"""A real worker of Celery's, with its broker in memory, in a process of its own."""

import json
import subprocess
import sys

import pytest

SETTINGS = """
INSTALLED_APPS = []
CELERY_WORKER_POOL = "solo"
from settings_lib import configure
configure(globals(), app="app", celery=True)
"""

PROGRAM = """
import logging, os, sys
from celery import Celery, shared_task, signals
from celery.contrib.testing.worker import start_worker
from celery.utils.log import get_task_logger
import django
django.setup()
from settings_lib.logs import request_id

app = Celery("app")
app.config_from_object("django.conf:settings", namespace="CELERY")

@shared_task
def first(word):
    get_task_logger(__name__).info("first %s", word)
    second.delay(word)

@shared_task
def second(word):
    logging.getLogger("app.library").info("second %s", word)
    print(f"printed {word}")
    third.delay(word)

@shared_task
def third(word):
    done.append(word)

done = []
request_id.begin("of-the-request")
first.delay("asked")
request_id.end()
first.delay("alone")
with start_worker(app, perform_ping_check=False, pool="solo", loglevel="CRITICAL"):
    import time
    deadline = time.monotonic() + 20
    while len(done) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    logging.getLogger("celery.worker").info("between")
    from billiard.util import get_logger
    get_logger().error("of a process")
assert sorted(done) == ["alone", "asked"], done
request_id.begin("of-the-request")
app.conf.task_always_eager = True
first.delay("eager")
logging.getLogger("app").info("after")
"""


LOGGERS = {
    *("__main__", "app", "app.library"),
    *("celery.redirected", "celery.worker", "multiprocessing"),
}


@pytest.fixture
def run(tmp_path, complete):
    """Runs a program with those settings, and returns its lines."""
    (tmp_path / "app_settings.py").write_text(SETTINGS)

    def do(program, **environ):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env={
                **complete,
                "CELERY_BROKER_URL": "memory://",
                "LOG_FORMAT": "json",
                "DJANGO_SETTINGS_MODULE": "app_settings",
                **environ,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return do


def test_a_tasks_lines_have_the_id_of_the_request_that_sent_it(run):
    lines = run(PROGRAM)
    found = [
        (line["logger"], line["message"], line["request_id"])
        for line in lines
        if line["logger"] in LOGGERS or "succeeded" in line["message"]
    ]
    told = [(logger, message, about) for logger, message, about in found if "succ" not in message]
    of = "of-the-request"
    assert sorted(told, key=str) == sorted(
        [
            ("__main__", "first asked", of),
            ("app.library", "second asked", of),
            ("celery.redirected", "printed asked", of),
            ("__main__", "first alone", None),
            ("app.library", "second alone", None),
            ("celery.redirected", "printed alone", None),
            ("celery.worker", "between", None),
            ("multiprocessing", "of a process", None),
            ("__main__", "first eager", of),
            ("app.library", "second eager", of),
            ("celery.redirected", "printed eager", of),
            ("app", "after", of),
        ],
        key=str,
    )
    ended = [about for _, message, about in found if "succeeded" in message]
    assert ended.count(of) == 6  # three tasks of a worker's, and three eager ones
    assert ended.count(None) == 3
    assert not any("data" in line for line in lines)


def test_celery_is_not_imported_where_it_is_not_used(run):
    program = "import django, sys; django.setup(); assert 'celery' not in sys.modules"
    settings = SETTINGS.replace("celery=True", "celery=False")
    run(f"import pathlib; pathlib.Path('app_settings.py').write_text({settings!r})")
    run(program, CELERY_BROKER_URL="")
