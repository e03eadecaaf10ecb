import os

import pytest

from entrypoint import cgroup, sizing
from entrypoint.errors import ConfigurationError

MIB = 1024 * 1024


@pytest.fixture
def v2(app):
    """A control group of version 2, as a container sees it."""

    def tree(cpu="max 100000", memory="max"):
        return app(**{"cpu.max": cpu + "\n", "memory.max": memory + "\n"})

    return tree


@pytest.fixture
def v1(app):
    """A control group of version 1."""

    def tree(quota="-1", memory="9223372036854771712"):
        return app(
            **{
                "cpu/cpu.cfs_quota_us": quota + "\n",
                "cpu/cpu.cfs_period_us": "100000\n",
                "memory/memory.limit_in_bytes": memory + "\n",
            }
        )

    return tree


@pytest.fixture
def _cores(monkeypatch, request):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(request.param)))


@pytest.mark.parametrize("_cores", [64], indirect=True)
@pytest.mark.parametrize(
    ("quota_us", "cpus", "workers"),
    [("50000", 0.5, 1), ("100000", 1.0, 1), ("150000", 1.5, 2), ("400000", 4.0, 4)],
)
def test_a_quota(v1, v2, _cores, quota_us, cpus, workers):
    for root in (v2(cpu=f"{quota_us} 100000"),):
        assert cgroup.cpus(root) == cpus
        assert sizing.web_workers({}, root) == workers


@pytest.mark.parametrize("_cores", [64], indirect=True)
@pytest.mark.parametrize(("quota_us", "workers"), [("50000", 1), ("150000", 2)])
def test_a_quota_of_version_1(v1, _cores, quota_us, workers):
    assert sizing.web_workers({}, v1(quota=quota_us)) == workers


@pytest.mark.parametrize("_cores", [6], indirect=True)
def test_no_quota_is_the_cpus_that_the_process_is_bound_to(v1, _cores):
    assert cgroup.cpu_quota(v1()) is None
    assert sizing.web_workers({}, v1()) == 6


@pytest.mark.parametrize("_cores", [6], indirect=True)
def test_no_quota_of_version_2(v2, _cores):
    assert cgroup.cpu_quota(v2()) is None
    assert cgroup.memory(v2()) is None
    assert sizing.worker_concurrency({}, v2()) == 6


@pytest.mark.parametrize("_cores", [8], indirect=True)
@pytest.mark.parametrize(("limit", "workers"), [(100, 1), (400, 2), (4096, 8)])
def test_memory_limits_processes(v2, _cores, limit, workers):
    assert sizing.web_workers({}, v2(memory=str(limit * MIB))) == workers


def test_version_1_without_a_memory_limit(v1):
    assert cgroup.memory(v1()) is None


def test_nothing_to_read(tmp_path):
    assert cgroup.cpu_quota(str(tmp_path)) is None
    assert cgroup.memory(str(tmp_path)) is None
    assert sizing.web_workers({}, str(tmp_path)) >= 1


def test_variables_win(tmp_path):
    assert sizing.web_workers({"WEB_CONCURRENCY": "7"}, str(tmp_path)) == 7
    assert sizing.web_threads({"WEB_THREADS": "9"}) == 9
    assert sizing.web_threads({}) == sizing.THREADS
    assert sizing.worker_concurrency({"WORKER_CONCURRENCY": "5"}, str(tmp_path)) == 5


@pytest.mark.parametrize("value", ["lots", "0", "-1", "1.5", "²", " 2"])
def test_a_number_that_is_none_is_not_shown(value):
    with pytest.raises(ConfigurationError, match="WEB_CONCURRENCY is not a number") as error:
        sizing.web_workers({"WEB_CONCURRENCY": value})
    assert value not in str(error.value).replace("at least 1", "").replace("=4", "") or value == "0"
