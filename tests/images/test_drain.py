"""`drain` on the built image, as `docker exec`, a preStop hook and a deploy use it."""

import http.client
import threading
import time
import urllib.error
import urllib.request

import pytest
from containers import command, wait_until

HEARTBEAT = "/__lbheartbeat__"


@pytest.fixture
def web(role, example_image):
    return role(example_image, "run", DRAIN_SECONDS="2")


@pytest.fixture
def worker(role, example_image):
    return role(example_image, "worker", DRAIN_SECONDS="60")


def ask(url):
    """Return the status of an answer, or what came instead."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException) as error:
        return error


def status(container, path=HEARTBEAT):
    return ask(container.url(path))


def health(container, *args):
    return container.exec("entrypoint", "health", *args).returncode


@pytest.mark.parametrize("user", [None, "65534:0"])
def test_drain_and_undo(web, user):
    assert (status(web), health(web), health(web, "--ready")) == (200, 0, 0)
    began = time.monotonic()
    done = web.exec("entrypoint", "drain", user=user)
    assert done.returncode == 0, done.stderr
    assert 2 <= time.monotonic() - began < 10
    assert (status(web), health(web), health(web, "--ready")) == (503, 0, 1)
    assert status(web, "/feeds/") == 200
    # The second one, whoever asks, has nothing left to wait for.
    assert "waiting 0.0 s" in web.exec("entrypoint", "drain").stdout
    done = web.exec("entrypoint", "drain", "--undo", user=user)
    assert done.returncode == 0, done.stderr
    assert (status(web), health(web), health(web, "--ready")) == (200, 0, 0)


def test_a_worker_returns_at_once(worker):
    began = time.monotonic()
    assert worker.exec("entrypoint", "drain").returncode == 0
    assert time.monotonic() - began < 30
    assert (health(worker), health(worker, "--ready")) == (0, 1)


def test_interrupted_it_drains_all_the_same(web):
    # As the end of a Kubernetes grace period would: no terminal, and TERM.
    script = "entrypoint drain & sleep 1; kill -TERM $!; wait $!"
    done = web.exec("env", "DRAIN_SECONDS=60", "sh", "-c", script)
    assert done.returncode == 128 + 15
    assert (status(web), health(web)) == (503, 0)


def test_a_restart_ends_it(web, docker):
    web.exec("env", "DRAIN_SECONDS=0", "entrypoint", "drain")
    assert web.end("TERM").code == 0
    assert command(docker, "start", web.name).returncode == 0
    web.wait_for_answer(HEARTBEAT)
    assert health(web, "--ready") == 0


def test_what_is_no_time(web):
    done = web.exec("env", "DRAIN_SECONDS=5s", "entrypoint", "drain")
    assert done.returncode == 78
    assert "DRAIN_SECONDS" in done.stderr
    assert status(web) == 200


def test_root_drains_as_app(containers, base):
    container = containers.start(base, "exec", "sleep", "600")
    assert container.exec("entrypoint", "drain", user="0").returncode == 0
    assert container.exec("stat", "-c", "%U", "/run/app/drain").stdout == "app\n"
    assert health(container, "--ready") == 1


def test_not_writable(containers, base):
    container = containers.start(base, "exec", "sleep", "600", options=("--read-only",))
    done = container.exec("entrypoint", "drain")
    assert done.returncode == 73
    assert "/run/app/drain cannot be written" in done.stderr
    assert "writable /run/app" in done.stderr


def test_a_proxy_that_looks_loses_no_request(role, example_image):
    """Drain, then stop, while a proxy polls readiness every half second and sends requests."""
    web = role(example_image, "run", DRAIN_SECONDS="2")
    page, heartbeat = web.url("/feeds/"), web.url(HEARTBEAT)
    polled, answers, over = [True], [], threading.Event()

    def poll():
        while not over.wait(0.5):
            polled[0] = ask(heartbeat) == 200

    def send():
        while not over.wait(0.02):
            if polled[0]:
                answers.append(ask(page))

    threads = [threading.Thread(target=each) for each in (poll, send, send)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(answers) > 10, "no traffic")
    assert web.exec("entrypoint", "drain").returncode == 0
    assert web.end("TERM").code == 0
    over.set()
    for thread in threads:
        thread.join()
    assert set(answers) == {200}
    assert "ERROR" not in web.logs()  # a 503 that is meant so is none
