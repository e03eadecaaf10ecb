"""The target `systemd`. tests/hosts has systemd itself read and run what is made here."""

from pathlib import Path

import pytest

from toolkit.scaffold.files import with_header
from toolkit.scaffold.targets import systemd

GOLDEN = Path(__file__).with_name("golden") / "systemd"

FULL = """
[roles.web]
instances = 2
drain = "5s"
memory = "512m"
hosts = ["app1"]
[roles.worker]
verb = ["worker", "-Q", "it's 100% $mail"]
stop-timeout = "5m"
hosts = ["app2"]
[roles.sendalerts]
enabled = false
"""


def made(manifest, host=""):
    return {
        file.path: file.link or with_header(file, "antisocial")
        for file in systemd.files(manifest, host)
    }


@pytest.mark.parametrize(("case", "text"), [("default", ""), ("full", FULL)])
def test_golden(manifest, case, text):
    there = {
        str(path.relative_to(GOLDEN / case)): str(path.readlink())
        if path.is_symlink()
        else path.read_text()
        for path in (GOLDEN / case).rglob("*")
        if path.is_symlink() or path.is_file()
    }
    assert made(manifest(text)) == there


def test_a_host_has_what_it_runs(manifest):
    names = {Path(path).name for path in made(manifest(FULL), "app2")}
    assert names == {
        "antisocial-worker.service",
        "antisocial-sendalerts.service",
        "antisocial.target",
    }


def test_a_target_wants_the_enabled_roles(manifest):
    target = made(manifest(FULL))["etc/systemd/system/antisocial.target"]
    assert (
        "\nWants=antisocial-8000.service antisocial-8001.service antisocial-worker.service\n"
        in target
    )


def test_a_unit_may_drain_and_stop_before_it_is_killed(manifest):
    web = made(manifest(FULL))["etc/systemd/system/antisocial-8000.service"]
    assert "\nTimeoutStopSec=55\n" in web  # 5 s of drain, 35 s to stop, and a margin
