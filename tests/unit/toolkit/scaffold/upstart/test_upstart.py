"""The target `upstart`."""

import subprocess
import sys
from pathlib import Path

import pytest
from stanzas import read

from toolkit.manifest.reading import load
from toolkit.scaffold.files import with_header
from toolkit.scaffold.targets import upstart

GOLDEN = Path(__file__).parents[1] / "golden" / "upstart"
MANIFESTS = sorted((Path(__file__).parents[4] / "hosts" / "manifests").glob("*.toml"))
SHELLCHECK = str(Path(sys.executable).with_name("shellcheck"))

FULL = """
[roles.web]
instances = 2
drain = "5s"
memory = "512m"
[roles.worker]
verb = ["worker", "-Q", "it's $mail"]
stop-timeout = "5m"
[roles.sendalerts]
enabled = false
"""


@pytest.mark.parametrize(("case", "text"), [("default", ""), ("full", FULL)])
def test_golden(manifest, case, text):
    made = {
        file.path: with_header(file, "antisocial") for file in upstart.files(manifest(text), "")
    }
    there = {
        str(path.relative_to(GOLDEN / case)): path.read_text()
        for path in (GOLDEN / case).rglob("*")
        if path.is_file()
    }
    assert made == there


@pytest.fixture(params=MANIFESTS, ids=lambda path: path.stem)
def jobs(request, tmp_path):
    """The jobs of a manifest, by name."""
    return {
        file.path: file.text
        for file in upstart.files(load("", tmp_path, request.param).manifest, "")
    }


def test_every_stanza_is_upstarts(jobs):
    for path, text in jobs.items():
        if path.endswith(".conf"):
            assert read(text).problems == [], path


def test_every_script_is_a_shells(jobs):
    for text in jobs.values():
        for script in read(text).scripts.values():
            argv = (SHELLCHECK, "--shell=dash", "--severity=warning", "-")
            done = subprocess.run(argv, check=False, input=script, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout


def test_each_disabled_job_has_an_override(manifest):
    paths = [file.path for file in upstart.files(manifest(FULL), "")]
    assert [path for path in paths if path.endswith(".override")] == [
        "etc/init/antisocial-sendalerts.override"
    ]


def test_a_job_may_drain_and_stop_before_it_is_killed(manifest):
    web = next(iter(upstart.files(manifest(FULL), ""))).text
    assert "kill timeout 55\n" in web  # 5 s of drain, 35 s to stop, and a margin
