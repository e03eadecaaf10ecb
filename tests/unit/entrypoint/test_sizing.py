import os
from pathlib import Path

import pytest

from entrypoint import numbers, sizing
from entrypoint.errors import ConfigurationError

TREES = Path(__file__).with_name("cgroups")


@pytest.fixture
def cores(monkeypatch):
    """Says how many CPUs the process may run on."""

    def run_on(count):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(count)))

    run_on(64)
    return run_on


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize(
    ("tree", "workers", "why"),
    [
        ("cpus-0.5", 1, "CPU quota 0.5 ("),
        ("cpus-1.5", 2, "CPU quota 1.5 ("),
        ("cpuset-cpus-0", 1, "bound to 1 CPUs (cpuset."),
        ("memory-256m", 1, "memory limit 256 MiB (memory."),
    ],
)
def test_a_container(cores, version, tree, workers, why):
    size = sizing.web_workers_size({}, str(TREES / f"{version}-{tree}"))
    assert size.value == workers
    assert size.why.startswith(why)


def test_a_quota_is_rounded_up_and_says_so(cores):
    why = sizing.processes(str(TREES / "v2-cpus-0.5")).why
    assert why == "CPU quota 0.5 (cpu.max is 50000 / 100000), rounded up"


@pytest.mark.parametrize(("quota_us", "workers"), [(200000, 2), (400001, 5), (1600000, 16)])
def test_a_quota_is_not_capped(cores, app, quota_us, workers):
    assert sizing.processes(app(**{"sys/fs/cgroup/cpu.max": f"{quota_us} 100000"})).value == workers


@pytest.mark.parametrize(("count", "workers"), [(1, 1), (6, 6), (8, 8), (9, 8), (64, 8)])
def test_without_a_quota_at_most_eight(cores, tmp_path, count, workers):
    cores(count)
    size = sizing.processes(str(tmp_path))
    assert size.value == workers
    assert ("at most 8" in size.why) is (count > 8)


def test_an_affinity_below_the_quota(cores, app):
    cores(2)
    assert sizing.processes(app(**{"sys/fs/cgroup/cpu.max": "400000 100000"})).value == 2


@pytest.mark.parametrize(("mib", "workers"), [(100, 1), (192, 1), (400, 2), (4096, 4)])
def test_memory_limits_processes(cores, app, mib, workers):
    limits = {"cpu.max": "400000 100000", "memory.max": str(mib * 1024 * 1024)}
    size = sizing.processes(app(**{"sys/fs/cgroup/" + name: limits[name] for name in limits}))
    assert size.value == workers
    assert size.why.startswith("memory limit" if mib < 4 * 192 else "CPU quota")
    assert size.why.endswith("at least one") is (mib < 192)


def test_variables_win(cores):
    tree = str(TREES / "v1-cpus-0.5")
    size = sizing.web_workers_size({"WEB_CONCURRENCY": "7"}, tree)
    assert (size.value, size.why) == (7, "WEB_CONCURRENCY")
    assert sizing.web_workers({"WEB_CONCURRENCY": "7"}, tree) == 7
    assert sizing.web_workers({"WEB_CONCURRENCY": ""}, tree) == 1
    assert sizing.web_threads({"WEB_THREADS": "9"}) == 9
    assert sizing.web_threads({}) == sizing.THREADS
    assert sizing.worker_concurrency({"WORKER_CONCURRENCY": "5"}, tree) == 5
    assert sizing.worker_concurrency({}, tree) == 1
    assert sizing.port({"PORT": "65535"}) == 65535


@pytest.mark.parametrize("value", ["lots", "0", "-5", "1.5", "²", " 2", "2 ", "1_0", "9" * 5000])
def test_a_number_that_is_none_is_not_shown(value):
    with pytest.raises(ConfigurationError, match="WEB_CONCURRENCY is not a number") as error:
        sizing.web_workers({"WEB_CONCURRENCY": value})
    assert value not in str(error.value) or value == "0"
    assert len(str(error.value)) < 200


def test_a_number_that_is_too_large():
    with pytest.raises(ConfigurationError, match="PORT is not a number from 1 to 65535"):
        sizing.port({"PORT": "65536"})


def test_all_problems_are_one_error():
    environ = {"WEB_THREADS": "many", "PORT": "tcp://10.0.0.1:80"}
    readers = [
        lambda name=name: numbers.positive(environ, name) for name in (*environ, "WEB_CONCURRENCY")
    ]
    with pytest.raises(ConfigurationError) as error:
        numbers.together(*readers)
    text = str(error.value)
    assert text.startswith("entrypoint: 2 variables are wrong:")
    assert "WEB_THREADS is not" in text
    assert "PORT is not" in text
    assert "10.0.0.1" not in text
    assert "many" not in text


def test_one_problem_is_as_it_is():
    with pytest.raises(ConfigurationError, match="^entrypoint: PORT is not"):
        numbers.together(lambda: 1, lambda: sizing.port({"PORT": "x"}))
    assert numbers.together(lambda: 1, lambda: 2) == [1, 2]
