import os
from pathlib import Path

import pytest

import entrypoint
from entrypoint.build import static
from entrypoint.errors import BuildError
from entrypoint.project import Project

SETTINGS = "SECRET_KEY = 'x'\nSECRET_VARIABLES = ['SECRET_KEY']\n"


@pytest.fixture
def probe(app):
    """Asks an app whose settings are some text."""

    def run(text):
        root = app("manage.py", **{"settings.py": text})
        source = Path(entrypoint.__file__).parents[1]
        environ = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(source)}
        return static.probe(Project({}, root), os.environ | environ)

    return run


@pytest.mark.parametrize("more", ["", "print('ready')\n", "print('ready', end='')\n"])
def test_the_answer_is_found_whatever_the_app_prints(probe, more):
    found = probe(SETTINGS + more)
    assert found["secrets"] == ["SECRET_KEY"]
    assert found["elsewhere"]


def test_settings_that_cannot_be_imported(probe):
    with pytest.raises(BuildError, match=r"settings cannot be loaded in build mode \(exit code 1"):
        probe("import nothing_of_that_name\n")
