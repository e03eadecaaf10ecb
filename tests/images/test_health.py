"""`health` on the built image: every role, every way to be asked."""

import json
import statistics

import pytest
from containers import HARDENED, command, wait_until

ROLES = ("run", "worker", "beat")
NAMES = {"run": "web", "worker": "worker", "beat": "beat"}

#: Milliseconds of CPU that a probe may take, as the issue says.
BUDGET = 60

PROBES = 20

#: Prints the CPU time, in milliseconds, of each of some probes.
CPU_TIME = """\
import resource, subprocess, sys
def used():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
for _ in range(int(sys.argv[1])):
    before = used()
    subprocess.run(["/ve/bin/entrypoint", "health"], stdout=subprocess.DEVNULL, check=True)
    print((used() - before) * 1000)
"""

#: Sends a signal to gunicorn's workers.
SIGNAL_WORKERS = """\
import os, signal, sys
from pathlib import Path
parent = Path("/run/app/role").read_text().split("\\n")[1]
for folder in Path("/proc").glob("[0-9]*"):
    if (folder / "stat").read_text().rpartition(")")[2].split()[1] == parent:
        os.kill(int(folder.name), getattr(signal, sys.argv[1]))
"""


@pytest.fixture(scope="module")
def started(module_containers, services, example_image):
    """Containers of the roles, all started at once; Docker asks them every second."""
    options = (*HARDENED, "--health-interval", "1s", "--publish", "127.0.0.1::8000")
    containers = {}
    for verb in ROLES:
        data = ("--volume", f"{module_containers.create('volume')}:/data")
        place = (*options, *services.options(), *data)
        containers[verb] = module_containers.start(example_image, verb, options=place)
    return containers


@pytest.fixture(params=ROLES)
def verb(request):
    return request.param


@pytest.fixture
def container(started, verb):
    """A role that is ready."""
    container = started[verb]

    def ready():
        assert container.inspect()["State"]["Running"], container.logs()
        return health(container, "--ready")[0] == 0

    wait_until(ready, verb)
    return container


def health(container, *args, user=None):
    done = container.exec("entrypoint", "health", *args, user=user)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    return done.returncode, done.stdout.rstrip("\n")


def test_a_role_that_works_is_ready(container, verb):
    for args, state in (((), "alive"), (("--ready",), "ready")):
        code, line = health(container, *args)
        assert code == 0
        assert line.startswith(f"{NAMES[verb]}: {state}: ")


def test_docker_calls_it_healthy(container):
    wait_until(lambda: container.inspect()["State"]["Health"]["Status"] == "healthy", "unhealthy")
    last = container.inspect()["State"]["Health"]["Log"][-1]
    assert last["ExitCode"] == 0
    assert ": alive: " in last["Output"]


@pytest.mark.parametrize("user", ["app", "65534:0"])
def test_anybody_may_ask(container, user):
    assert health(container, user=user)[0] == 0
    assert health(container, "--ready", user=user)[0] == 0


def test_root_may_ask_where_it_can_become_app(containers, base):
    container = containers.start(base, "exec", "sleep", "600")
    wait_until(lambda: health(container, user="0")[0] == 0, container.logs())


def test_a_probe_is_cheap(container, verb, say):
    done = container.exec("python", "-c", CPU_TIME, str(PROBES))
    median = statistics.median(map(float, done.stdout.split()))
    say(f"health of {NAMES[verb]}: {median:.0f} ms of CPU")
    assert median < BUDGET


def test_wrong_arguments(container):
    done = container.exec("entrypoint", "health", "--raedy")
    assert done.returncode == 64
    assert "--ready" in done.stderr


@pytest.mark.parametrize("verb", ["run"], indirect=True)
def test_a_server_that_hangs_is_dead(container):
    container.exec("python", "-c", SIGNAL_WORKERS, "SIGSTOP")
    code, line = health(container)
    container.exec("python", "-c", SIGNAL_WORKERS, "SIGCONT")
    assert (code, line) == (1, "web: dead: 127.0.0.1 port 8000: no answer within 3 s")
    wait_until(lambda: health(container, "--ready")[0] == 0, container.logs())


@pytest.mark.parametrize("bind", ["unix:/run/app/a socket", "[::]:8001", "127.0.0.1:8002"])
def test_wherever_it_listens(containers, services, example_image, bind):
    options = (*HARDENED, *services.options(), "--tmpfs", "/data")
    web = containers.start(example_image, "run", "--bind", bind, options=options)
    wait_until(lambda: health(web, "--ready")[0] == 0, web.logs())


def test_an_app_with_settings_of_its_own(containers, plain_image):
    environ = ("--env", "SECRET_KEY=x")
    web = containers.start(plain_image, options=environ)
    wait_until(lambda: health(web)[0] == 0, web.logs())
    hint = ", which the app does not have; HEALTH_PATH names a page that it has"
    assert health(web, "--ready") == (0, f"web: ready: answered 404 to /__lbheartbeat__{hint}")

    def at(path):
        return web.exec("env", f"HEALTH_PATH={path}", "entrypoint", "health", "--ready").stdout

    assert at("/") == "web: ready: answered 200 to /\n"
    assert at("/gone/") == "web: not ready: answered 404 to /gone/\n"


@pytest.mark.parametrize(
    "argv", [("exec", "sleep", "600"), ("manage", "shell", "-c", "import time; time.sleep(600)")]
)
def test_a_job_is_not_called_unhealthy(containers, services, example_image, argv):
    options = (*HARDENED, *services.options(), "--health-interval", "1s")
    job = containers.start(example_image, *argv, options=options)
    wait_until(lambda: job.inspect()["State"]["Health"]["Status"] == "healthy", job.name)
    code, line = health(job, "--ready")
    assert code == 0
    assert line.startswith(f"{argv[0]}: ready: process ")


@pytest.mark.parametrize(
    ("options", "argv"),
    [
        (("--entrypoint", "sleep"), ("600",)),
        (("--read-only",), ("exec", "sleep", "600")),
    ],
    ids=["another entrypoint", "nothing is writable"],
)
def test_a_role_that_is_not_known(containers, base, options, argv):
    container = containers.start(base, *argv, options=options)
    code, line = health(container)
    assert code == 1
    assert "role is not known" in line


def test_builders_are_not_asked(docker, builder):
    found = json.loads(command(docker, "image", "inspect", builder).stdout)[0]
    assert found["Config"]["Healthcheck"]["Test"] == ["NONE"]
