"""`drain` on the built image, as `docker exec`, a preStop hook and a deploy use it."""

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


def status(container, path=HEARTBEAT):
    try:
        with urllib.request.urlopen(container.url(path), timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def health(container, *args):
    return container.exec("entrypoint", "health", *args).returncode


@pytest.mark.parametrize("user", [None, "0", "65534:0"])
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


def test_not_writable(containers, base):
    container = containers.start(base, "exec", "sleep", "600", options=("--read-only",))
    done = container.exec("entrypoint", "drain")
    assert done.returncode == 73
    assert "/run/app/drain cannot be written" in done.stderr
    assert "writable /run/app" in done.stderr


def test_a_proxy_that_looks_loses_no_request(role, example_image):
    """Drain, then stop, while a proxy polls readiness every half second and sends requests."""
    web = role(example_image, "run", DRAIN_SECONDS="2")
    polled, answers, over = [True], [], threading.Event()

    def poll():
        while not over.is_set():
            try:
                polled[0] = status(web) == 200
            except OSError:
                polled[0] = False
            time.sleep(0.5)

    def send():
        while not over.is_set():
            if polled[0]:
                try:
                    answers.append(status(web, "/feeds/"))
                except OSError as error:
                    answers.append(error)
            time.sleep(0.02)

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
