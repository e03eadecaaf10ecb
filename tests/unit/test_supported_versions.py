"""The pairs of Python and Django in tox.ini are those of the metadata and of the docs."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """The declared pairs, such as ("3.14", "6.1")."""
    folder = tmp_path_factory.mktemp("tox")
    listed = subprocess.check_output(
        [sys.executable, "-m", "tox", "list", "--no-desc", "--workdir", folder],
        cwd=CHECKOUT,
        text=True,
    )
    found = re.findall(r"^py(\d)(\d+)-django(\d)(\d)$", listed, re.MULTILINE)
    assert len(found) == len(listed.split())
    return {(f"{a}.{b}", f"{c}.{d}") for a, b, c, d in found}


@pytest.fixture(scope="module")
def project():
    """The settings library's metadata."""
    text = (CHECKOUT / "settings_lib" / "pyproject.toml").read_text()
    return tomllib.loads(text)["project"]


def oldest(versions):
    return min(versions, key=lambda version: tuple(map(int, version.split("."))))


def test_metadata(pairs, project):
    pythons, djangos = map(set, zip(*pairs, strict=True))
    classifiers = project["classifiers"]
    assert pythons == set(re.findall(r"Python :: (\d\.\d+)", "\n".join(classifiers)))
    assert djangos == set(re.findall(r"Django :: (\d\.\d+)", "\n".join(classifiers)))
    assert project["requires-python"] == f">={oldest(pythons)}"
    assert f"django>={oldest(djangos)}" in project["dependencies"]


def test_table(pairs):
    page = CHECKOUT / "docs" / "reference" / "supported-versions.md"
    rows = [line.split("|")[1:-1] for line in page.read_text().splitlines() if line[:1] == "|"]
    pythons = re.findall(r"Python (\d\.\d+)", "".join(rows[0]))
    table = {
        (python, re.search(r"\d\.\d", django)[0])
        for django, *cells in rows[2:]
        for python, cell in zip(pythons, cells, strict=True)
        if cell.strip() == "yes"
    }
    assert table == pairs


def test_locks(pairs):
    for django in {django for _, django in pairs}:
        lock = (CHECKOUT / "requirements" / f"django-{django}.txt").read_text()
        assert re.findall(r"^django==(\d\.\d)", lock, re.MULTILINE) == [django]


def test_what_most_pairs_leave_out_exists():
    left_out = re.findall(r"--ignore (\S+)", (CHECKOUT / "tox.ini").read_text())
    assert left_out
    assert not [path for path in left_out if not (CHECKOUT / path).exists()]
