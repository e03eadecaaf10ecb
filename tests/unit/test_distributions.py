"""What the three distributions have in common, and what is in their wheels."""

import tomllib
import zipfile
from pathlib import Path

import pytest

import entrypoint
import settings_lib
import toolkit
from toolkit import distributions, resources
from toolkit.process import capture

CHECKOUT = Path(__file__).resolve().parents[2]
PROJECTS = {
    "toolkit": CHECKOUT,
    "entrypoint": resources.ENTRYPOINT,
    "settings_lib": resources.SETTINGS_LIB,
}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The three wheels, by the name of their package."""
    folder = tmp_path_factory.mktemp("wheels")
    built = {}
    for name, project in PROJECTS.items():
        capture(distributions.wheel_command(project, folder / name))
        (built[name],) = (folder / name).iterdir()
    return built


def test_one_version():
    assert toolkit.__version__ == entrypoint.__version__ == settings_lib.__version__


def test_one_licence():
    texts = {(project / "LICENSE").read_text() for project in PROJECTS.values()}
    assert len(texts) == 1


def test_the_entrypoint_has_no_dependency():
    project = tomllib.loads((resources.ENTRYPOINT / "pyproject.toml").read_text())["project"]
    assert project["dependencies"] == []
    assert project["requires-python"] == ">=3.9"


@pytest.mark.parametrize("name", PROJECTS)
def test_a_wheel_has_its_package_alone(wheels, name):
    with zipfile.ZipFile(wheels[name]) as wheel:
        top = {path.partition("/")[0] for path in wheel.namelist()}
    assert len(top) == 2
    assert name in top
    assert not any(path.endswith(".pyc") for path in zipfile.ZipFile(wheels[name]).namelist())


def test_the_toolkits_wheel_carries_what_it_builds_from(wheels):
    with zipfile.ZipFile(wheels["toolkit"]) as wheel:
        names = set(wheel.namelist())
    assert {
        "toolkit/share/images/base/Dockerfile",
        "toolkit/share/images/builder/build_wheels/__main__.py",
        "toolkit/share/makefiles/docker.mk",
        "toolkit/share/entrypoint/pyproject.toml",
        "toolkit/share/entrypoint/src/entrypoint/__main__.py",
        "toolkit/share/settings_lib/src/settings_lib/schema.py",
    } <= names


def test_the_librarys_wheel_has_its_templates(wheels):
    names = set(zipfile.ZipFile(wheels["settings_lib"]).namelist())
    folder = "settings_lib/command/documents/templates"
    assert {f"{folder}/.env.example", f"{folder}/APP.env", f"{folder}/APP"} <= names


def test_wheels_are_equal_for_equal_sources(wheels, tmp_path):
    capture(distributions.wheel_command(resources.ENTRYPOINT, tmp_path))
    (again,) = tmp_path.iterdir()
    assert again.read_bytes() == wheels["entrypoint"].read_bytes()
