from pathlib import Path

import pytest

from entrypoint import cgroup

#: Recorded from real kernels: see the README there.
TREES = Path(__file__).with_name("cgroups")

MIB = 1024 * 1024


@pytest.fixture
def tree():
    def path(name):
        assert (TREES / name / "proc/self/cgroup").is_file()
        return str(TREES / name)

    return path


def value(limit):
    return None if limit is None else limit.value


@pytest.mark.parametrize(
    ("name", "quota", "cpuset", "memory"),
    [
        ("v1-none", None, 2, None),
        ("v1-cpus-0.5", 0.5, 2, None),
        ("v1-cpus-1.5", 1.5, 2, None),
        ("v1-cpuset-cpus-0", None, 1, None),
        ("v1-memory-256m", None, 2, 256 * MIB),
        ("v1-private", 0.5, 2, None),
        ("v2-none", None, 4, None),
        ("v2-cpus-0.5", 0.5, 4, None),
        ("v2-cpus-1.5", 1.5, 4, None),
        ("v2-cpuset-cpus-0", None, 1, None),
        ("v2-memory-256m", None, 4, 256 * MIB),
        # The smallest on the way up counts.
        ("v2-ancestor", 0.5, 4, 256 * MIB),
        ("v2-host", 1.5, 2, 400 * MIB),
        # Its own group cannot be seen: what can be is the namespace's root.
        ("v2-outside", 1.0, 4, None),
        ("hybrid-cpu,cpuacct", 0.5, 4, None),
    ],
)
def test_a_recorded_tree(tree, name, quota, cpuset, memory):
    root = tree(name)
    assert value(cgroup.cpu_quota(root)) == quota
    assert value(cgroup.cpuset(root)) == cpuset
    assert value(cgroup.memory(root)) == memory


def test_every_recorded_tree_is_tested():
    recorded = {path.name for path in TREES.iterdir() if path.is_dir()}
    [mark] = test_a_recorded_tree.pytestmark
    assert recorded == {name for name, *_ in mark.args[1]}


def test_a_limit_says_where_it_is_from(tree):
    v1 = cgroup.cpu_quota(tree("v1-cpus-0.5"))
    assert v1.source == "cpu.cfs_quota_us / cpu.cfs_period_us is 50000 / 100000"
    assert cgroup.cpu_quota(tree("v2-cpus-0.5")).source == "cpu.max is 50000 / 100000"
    assert cgroup.memory(tree("v2-memory-256m")).source == f"memory.max is {256 * MIB}"


def test_version_1_counts_ancestors_too(app):
    """What no container of version 1 sees of itself: its own group is its tree's root."""
    root = app(
        **{
            "proc/self/cgroup": "4:memory:/apps/web\n1:cpu:/apps/web\n",
            "sys/fs/cgroup/cpu/apps/web/cpu.cfs_quota_us": "400000\n",
            "sys/fs/cgroup/cpu/apps/web/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/cpu/apps/cpu.cfs_quota_us": "100000\n",
            "sys/fs/cgroup/cpu/apps/cpu.cfs_period_us": "50000\n",
            "sys/fs/cgroup/memory/apps/web/memory.limit_in_bytes": "9223372036854771712\n",
            "sys/fs/cgroup/memory/apps/memory.limit_in_bytes": "1000\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        }
    )
    assert cgroup.cpu_quota(root).value == 2
    assert cgroup.memory(root).value == 1000


def test_only_the_end_of_the_path_is_below_the_mount(app):
    root = app(
        **{
            "proc/self/cgroup": "0::/docker/1234/init\n",
            "sys/fs/cgroup/init/cpu.max": "20000 100000\n",
            "sys/fs/cgroup/cpu.max": "max 100000\n",
        }
    )
    assert cgroup.cpu_quota(root).value == 0.2


def test_where_proc_cannot_be_read_the_mounts_roots_count(app):
    root = app(
        **{
            "sys/fs/cgroup/cpu.max": "30000 100000\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "5000\n",
        }
    )
    assert cgroup.cpu_quota(root).value == 0.3
    assert cgroup.memory(root).value == 5000


@pytest.mark.parametrize("text", ["", "nonsense", "max", "0 100000", "-1 100000", "1 2 3", "5 0"])
def test_a_quota_that_is_none(app, text):
    root = app(**{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": text})
    assert cgroup.cpu_quota(root) is None


@pytest.mark.parametrize(("text", "cpus"), [("0", 1), ("0-3", 4), ("0-1,4,6-7", 5)])
def test_a_cpuset(app, text, cpus):
    root = app(**{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpuset.cpus.effective": text + "\n"})
    assert cgroup.cpuset(root).value == cpus


def test_nothing_to_read(tmp_path):
    for ask in (cgroup.cpu_quota, cgroup.cpuset, cgroup.memory):
        assert ask(str(tmp_path)) is None


def test_this_machine():
    """Whatever it is, it is read without an error."""
    for ask in (cgroup.cpu_quota, cgroup.cpuset, cgroup.memory):
        found = ask()
        assert found is None or found.value > 0
