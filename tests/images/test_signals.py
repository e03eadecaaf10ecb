"""How verbs end: the matrix of docs/reference/signals.md, cell by cell, on a built image."""

from __future__ import annotations

import re
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from containers import HARDENED, PREFIX, Containers, command, wait_until

#: Seconds after TERM within which an idle role has ended, as the issue says.
IDLE = 2

#: Seconds that a request or a task in flight takes, and within which its role has ended.
BUSY, END = 5, 7

#: The same in the matrix, where it is about what becomes of it.
SHORT = 2

ROLES = ("run", "worker", "beat")

#: What children are there: gunicorn's workers, Celery's processes.
CHILDREN = 2

GOES_ON = "goes on"
CHILD, MEMORY = "a child is killed", "out of memory"

#: How many containers of the matrix are started ahead of their tests.
AHEAD = 3

#: A program whose child leaves an orphan that ends soon.
ORPHAN = """\
import os, time
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(0.5)
    os._exit(0)
os.wait()
print("ready", flush=True)
time.sleep(600)
"""

IDLER = "import time; print('ready', flush=True); time.sleep(600)"

#: Takes memory until it is killed, or its container ends.
EATER = """\
taken = []
while True:
    taken.append(b"x" * (10**6 + len(taken)))
"""


class Cell(NamedTuple):
    """A cell of the table: the exit code, or GOES_ON."""

    verb: str
    cause: str
    expected: int | str

    @property
    def place(self):
        """The name of its container.

        Cells in which a role goes on share one, but for gunicorn's USR2, after which there are two
        gunicorns.
        """
        shared = self.expected == GOES_ON and self.cause != "USR2"
        return f"{self.verb}-{GOES_ON if shared else self.cause}".replace(" ", "-")

    @property
    def queue(self):
        """The queue that its worker works on."""
        return f"{PREFIX}-{self.place}"


def matrix():
    """Return the cells of the page's table."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "signals.md"
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.read_text().partition("\n## ")[0].splitlines()
        if line.startswith("|")
    ]
    (_, *causes), _, *verbs = rows
    return [
        Cell(name.strip("`"), cause, cell if cell == GOES_ON else int(cell))
        for name, *cells in verbs
        for cause, cell in zip(causes, cells, strict=True)
    ]


CELLS = matrix()


class Stage:
    """Starts the containers of the matrix, a few ahead of the tests that need them."""

    def __init__(self, docker, image, services):
        self.containers = Containers(docker)
        self.image = image
        self.services = services
        self.pool = ThreadPoolExecutor(2)
        self.futures = {}

    def container(self, cell):
        """Return the container of a cell, once it is ready."""
        number = CELLS.index(cell)
        for ahead in CELLS[number : number + AHEAD]:
            if ahead.place not in self.futures:
                self.futures[ahead.place] = self.pool.submit(self._start, ahead)
        return self.futures[cell.place].result()

    def remove(self):
        self.pool.shutdown(cancel_futures=True)
        self.containers.remove()

    def _start(self, cell):
        verb = cell.verb
        options = (
            *HARDENED,
            *("--memory", "400m", "--memory-swap", "400m"),
            *("--volume", f"{self.containers.create('volume')}:/data"),
            *self.services.options(APP="slow", DATABASE_URL="sqlite:////data/db"),
        )
        code = EATER if cell.cause == MEMORY else IDLER
        argv = {
            "run": ("run",),
            "worker": ("worker", "-Q", cell.queue, "-I", "slow.memory"),
            "beat": ("beat",),
            "manage": ("manage", "shell", "-v", "0", "-c", code),
            "exec": ("exec", "python", "-c", code),
        }[verb]
        if verb == "run":
            options = (*options, "--publish", "127.0.0.1::8000")
        container = self.containers.start(self.image, *argv, options=options)
        if verb == "run":
            container.wait_for_answer("/__lbheartbeat__")
        elif verb in ROLES:
            wait_until(lambda: is_ready(container), f"{verb} is not ready")
        elif cell.cause != MEMORY:
            container.wait_for_log("ready")
        return container


@pytest.fixture(scope="module")
def stage(docker, child_image, services):
    made = Stage(docker, child_image, services)
    yield made
    made.remove()


def is_ready(container):
    assert container.inspect()["State"]["Running"], container.logs()
    return container.exec("entrypoint", "health", "--ready").returncode == 0


def children(container):
    return container.probe("children.py")[1]


def begin_task(container, cell, module, task, *args):
    """Give the worker of a cell a task."""
    call = f"from {module} import {task}; {task}.apply_async({args!r}, queue={cell.queue!r})"
    done = container.exec("manage", "shell", "-v", "0", "-c", call)
    assert done.returncode == 0, done.stderr


def leave_marks(container, cell, seconds):
    """Give the worker a task that leaves a mark when it begins and another when it is done."""
    container.exec("rm", "-f", "/data/began", "/data/done")
    begin_task(container, cell, "slow.tasks", "leave_marks", "/data", seconds)


def ask(container, path, answers):
    try:
        with urllib.request.urlopen(container.url(path), timeout=30) as answer:
            answers.append(answer.status)
    except OSError as error:
        answers.append(error)


def in_background(*args):
    thread = threading.Thread(target=ask, args=args)
    thread.start()
    return thread


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.verb} {cell.cause}")
def test_matrix(stage, cell):
    verb, cause, expected = cell
    container = stage.container(cell)
    if expected == GOES_ON:
        goes_on(container, cell)
    elif cause in {CHILD, MEMORY}:
        assert ended_by_force(container, cell) == expected, container.logs()
    elif verb == "run":
        # What it has begun is finished, whichever the signal.
        answers = []
        asking = in_background(container, f"/slow/{SHORT}/", answers)
        container.wait_for_log("slow: began")
        assert container.end(cause).code == expected, container.logs()
        asking.join()
        assert answers == [200]
    elif verb == "worker":
        leave_marks(container, cell, SHORT)
        wait_until(lambda: container.file("/data/began") is not None, container.name)
        assert container.end(cause).code == expected, container.logs()
        finished = container.file("/data/done") is not None
        assert finished == (cause in {"TERM", "INT"}), container.logs()
    else:
        ended = container.end(cause)
        assert ended.code == expected, container.logs()
        assert ended.seconds < IDLE


def goes_on(container, cell):
    """Do to a role what it survives, and look at what it does then."""
    verb, cause, _ = cell
    before = children(container)

    def replaced(lost):
        now = children(container)
        return len(now) == CHILDREN and not set(lost) & set(now)

    if cause == CHILD:
        container.exec("sh", "-c", f"kill -9 {before[0]}")
        wait_until(lambda: replaced(before[:1]), container.logs())
    elif cause == MEMORY:
        kills = oom_kills(container)
        if verb == "run":
            in_background(container, "/eat/", []).join()
        else:
            begin_task(container, cell, "slow.memory", "eat_all")
        wait_until(lambda: oom_kills(container) > kills, container.logs())
        wait_until(lambda: len(children(container)) == CHILDREN, container.logs())
        assert children(container) != before
    else:
        sent = command(container.docker, "kill", "--signal", cause, container.name)
        assert sent.returncode == 0, sent.stderr
        if cause == "HUP":
            wait_until(lambda: replaced(before), container.logs())
        elif cause == "USR2":  # the new gunicorn is a child of the old one
            wait_until(lambda: len(children(container)) == CHILDREN + 1, container.logs())
    if verb == "run":
        container.wait_for_answer("/__lbheartbeat__")
    else:
        leave_marks(container, cell, 0)
        wait_until(lambda: container.file("/data/done") is not None, container.logs())
    assert container.inspect()["State"]["Running"]
    assert "zombie" not in str(container.tree())


def ended_by_force(container, cell):
    """Let the kernel end a verb that has no children; return the exit code."""
    verb, cause, _ = cell
    if cause == CHILD:
        pid, _ = container.probe("children.py")
        container.exec("sh", "-c", f"kill -9 {pid}")
    elif verb == "beat":
        # It takes no memory by itself: another process does, and beat is the first to go. The
        # container ends with it; it would go on if the other one had been chosen.
        pid, _ = container.probe("children.py")
        container.exec("sh", "-c", f"echo 1000 > /proc/{pid}/oom_score_adj")
        container.exec("python", "-c", EATER)
    command(container.docker, "wait", container.name, timeout=60)
    # Its OOMKilled is not asked: where the end overtakes the message, the engine misses it.
    return container.inspect()["State"]["ExitCode"]


def oom_kills(container):
    """Return how often the kernel killed in the container: control groups 1 and 2."""
    files = "/sys/fs/cgroup/memory/memory.oom_control /sys/fs/cgroup/memory.events"
    said = container.exec("sh", "-c", f"cat {files}").stdout
    return int(re.search(r"^oom_kill (\d+)$", said, re.MULTILINE)[1])


@pytest.mark.parametrize("verb", ROLES)
def test_idle_role_ends_at_once(role, example_image, say, verb):
    container = role(example_image, verb)
    ended = container.end("TERM")
    say(f"{verb} ended {ended.seconds:.2f} s after TERM")
    assert ended.code == 0, container.logs()
    assert ended.seconds < IDLE


def test_request_in_flight_is_answered(role, child_image, say):
    web = role(child_image, "run")
    answers = []
    asking = in_background(web, f"/slow/{BUSY}/", answers)
    web.wait_for_log("slow: began")
    ended = web.end("TERM")
    asking.join()
    say(f"web ended {ended.seconds:.2f} s after TERM, with a request of {BUSY} s in flight")
    assert answers == [200]
    assert ended.code == 0
    assert ended.seconds < END


def test_task_in_flight_is_finished(role, child_image, say):
    # A broker of its own: what the module's other containers send and take is nothing to it.
    worker = role(child_image, "worker", CELERY_BROKER_URL="redis://redis:6379/5")
    code = f"from slow.tasks import leave_marks; leave_marks.delay('/data', {BUSY})"
    started = worker.exec("manage", "shell", "-v", "0", "-c", code)
    assert started.returncode == 0, started.stderr
    wait_until(lambda: worker.file("/data/began") is not None, worker.name)
    ended = worker.end("TERM")
    say(f"the worker ended {ended.seconds:.2f} s after TERM, with a task of {BUSY} s in flight")
    assert worker.file("/data/done") is not None, worker.logs()
    assert ended.code == 0
    assert ended.seconds < END


@pytest.mark.parametrize("options", [(), ("--init",)], ids=["tini", "under --init"])
def test_orphans_are_reaped(containers, base, options):
    container = containers.start(base, "exec", "python", "-c", ORPHAN, options=options)
    container.wait_for_log("ready")
    time.sleep(1)
    assert "zombie" not in str(container.tree())
    assert "[WARN" not in container.logs()


@pytest.mark.parametrize(("signal", "code"), [("TERM", 143), ("INT", 130), ("QUIT", 131)])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hook_gets_the_signal(containers, base, tmp_path, when, signal, code):
    pyproject = tmp_path / "pyproject.toml"
    hook = "exec sh -c 'echo ready; exec sleep 600'"
    argv = "echo never" if when == "before" else "true"
    more = f'{when} = ["{hook}", "exec echo never"]'
    pyproject.write_text(f'[tool.entrypoint.verbs.job]\nargv = "{argv}"\n{more}\n')
    mount = ("--volume", f"{pyproject}:/app/pyproject.toml:ro")
    container = containers.start(base, "job", options=mount)
    container.wait_for_log("ready")
    ended = container.end(signal)
    assert ended.code == code, container.logs()
    assert ended.seconds < IDLE
    assert "\nnever" not in container.logs()
