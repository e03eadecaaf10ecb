"""Celery's variables, seen from the worker: what it was told is what it does."""

from __future__ import annotations

import json

import pytest
from apps import toolkit_or_fail
from containers import HARDENED, wait_until

PASSWORD = "pw-of-rabbitmq"


@pytest.fixture(scope="module")
def rabbitmq(module_containers, services, say):
    """A RabbitMQ beside the other services; it starts while the first test runs."""
    say("RabbitMQ")
    toolkit_or_fail("images", "build", "rabbitmq")
    user = ("--env=RABBITMQ_DEFAULT_USER=app", f"--env=RABBITMQ_DEFAULT_PASS={PASSWORD}")
    place = ("--network", services.network, "--network-alias", "rabbitmq", *user)
    return module_containers.start("django-container/rabbitmq", options=place)


@pytest.fixture
def worker(containers, services, child_image):
    """Start a worker and wait until it is ready."""

    def start(*options, **environ):
        place = (*HARDENED, *services.options(**environ), "--tmpfs", "/data", *options)
        container = containers.start(child_image, "worker", options=place)
        container.wait_for_log(" ready.")
        return container

    return start


ASK = """
import json
from celery import current_app
from slow.tasks import note
asked = current_app.control.inspect(["{node}"], timeout=20)
print(json.dumps([asked.conf()["{node}"], asked.stats()["{node}"]]))
note.delay("/data/notes", 1, 30)
"""


def told_by(container):
    """What the worker tells of its settings and of itself; it gets a task of 30 s then."""
    code = ASK.format(node=f"celery@{container.inspect()['Config']['Hostname']}")
    done = container.exec("manage", "shell", "-v", "0", "-c", code)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_redis(rabbitmq, worker, tmp_path):
    secret = tmp_path / "broker"
    secret.write_text("redis://redis:6379/5\n")
    secret.chmod(0o644)
    container = worker(
        *("--volume", f"{secret}:/run/secrets/broker:ro"),
        CELERY_BROKER_URL=None,
        CELERY_BROKER_URL_FILE="/run/secrets/broker",
        RESULT_BACKEND="redis://redis:6379/6",
        CELERY_VISIBILITY_TIMEOUT="2h",
        CELERY_TASK_ACKS_LATE="true",
        CELERY_TASK_TIME_LIMIT="1h",
        CELERY_TASK_SOFT_TIME_LIMIT="1s",
        CELERY_WORKER_PREFETCH_MULTIPLIER="3",
        CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT="50s",
        CELERY_TIMEZONE="Europe/Berlin",
    )
    conf, stats = told_by(container)
    assert conf["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"visibility_timeout": 7200}
    assert conf["CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS"] == {"visibility_timeout": 7200}
    assert conf["CELERY_TASK_ACKS_LATE"] is True
    assert conf["CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT"] == 50
    assert conf["CELERY_TIMEZONE"] == "Europe/Berlin"
    assert stats["broker"]["virtual_host"] == "5"
    assert stats["prefetch_count"] == 6
    assert stats["pool"]["implementation"] == "settings_lib.prefork:TaskPool"
    assert stats["pool"]["timeouts"] == [1, 3600]
    container.wait_for_log("Soft time limit (1s) exceeded")
    container.wait_for_log("SoftTimeLimitExceeded")


def test_rabbitmq(rabbitmq, worker):
    ready = ("rabbitmqctl", "await_startup", "--timeout", "1")
    wait_until(lambda: rabbitmq.exec(*ready).returncode == 0, rabbitmq.name)
    container = worker(
        CELERY_BROKER_URL=None,
        BROKER_URL=f"amqp://app:{PASSWORD}@rabbitmq//",
        CELERY_TASK_TIME_LIMIT="2s",
        CELERY_TASK_SOFT_TIME_LIMIT="0",  # the app has one of 60
    )
    _, stats = told_by(container)
    assert (stats["broker"]["transport"], stats["broker"]["hostname"]) == ("amqp", "rabbitmq")
    assert stats["prefetch_count"] == 2
    assert stats["pool"]["timeouts"] == [0, 2]
    container.wait_for_log("Hard time limit (2s) exceeded")
    assert PASSWORD not in container.logs()


@pytest.mark.parametrize("verb", ["worker", "beat", "run"])
def test_every_problem_at_once(containers, child_image, services, verb):
    wrong = {
        "CELERY_BROKER_URL": "redis://one-of-two/0",
        "BROKER_URL": "redis://two-of-two/0",
        "RESULT_BACKEND": "rediss://secret-results/0",
        "CELERY_TASK_TIME_LIMIT": "5 minutes",
        "CELERY_WORKER_PREFETCH_MULTIPLIER": "four",
        "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": "-1",
        "EMAIL_HOST": "smtp.example.org:25",
        "TASKS_BACKEND": "database",
    }
    done = containers.run(child_image, verb, options=(*HARDENED, *services.options(**wrong)))
    told = done.stdout + done.stderr
    assert done.returncode == 78, told
    for name in wrong:
        assert name in told
    for value in ("of-two", "secret-results", "5 minutes", "four"):
        assert value not in told
    assert "Traceback" not in told
