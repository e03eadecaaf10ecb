"""The targets that an app's Makefile gets by including the toolkit's."""

import pytest
from apps import TOOLKIT
from containers import build_command

MAKEFILE = """\
APP = makes
TOOLKIT_MAKEFILES := $(shell $(TOOLKIT) makefiles)
include $(TOOLKIT_MAKEFILES)/docker.mk
include $(TOOLKIT_MAKEFILES)/django.mk

nested:
\t@$(MAKE) --no-print-directory help
"""


@pytest.fixture(scope="module")
def folder(apps, docker):
    """The smallest app, with a Makefile; its image is built by it."""
    folder = apps.copy("plain")
    (folder / "Makefile").write_text(MAKEFILE)
    (folder / ".env").write_text("SECRET_KEY=of the tests\nDATABASE_URL=sqlite:////tmp/x\n")
    return folder


@pytest.fixture(scope="module")
def make(folder, apps, docker):
    def run(*words, stdin=""):
        names = (f"IMAGE={apps.image('makes')}", f"TOOLKIT={TOOLKIT}", f"DOCKER={docker}")
        done = build_command("make", "-C", str(folder), *words, *names, stdin=stdin)
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


def test_help(make):
    said = make("help")
    for target in ("build", "wheelhouse", "run", "migrate", "shell", "test", "push", "clean"):
        assert f"  {target} " in said


def test_a_recipe_may_call_make(make):
    assert "wheelhouse" in make("nested")


def test_from_build_to_clean(make, folder):
    assert "makes" in make("build")
    assert (folder / "wheelhouse" / "manifest.json").is_file()
    assert "up to date" in make("build")
    assert "Ran " in make("test")
    assert "--fake-initial" in make("migrate", "ARGS=--help")
    assert "42" in make("shell", stdin="print(6 * 7)\n")
    make("clean")
    assert not (folder / "wheelhouse").exists()
