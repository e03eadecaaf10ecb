"""`toolkit wheelhouse` and `toolkit build` on apps that are right, special or broken."""

import shutil
import subprocess
import time

import pytest
from apps import toolkit, toolkit_or_fail
from containers import HARDENED

#: Seconds for both where nothing has changed: the promise is 2, and other work may be running.
UNCHANGED = 4


def test_app_serves(containers, plain_image):
    variables = ("--env", "SECRET_KEY=of the tests", "--publish", "127.0.0.1::8000")
    containers.start(plain_image, options=(*HARDENED, *variables)).wait_for_answer()


def test_labels(apps, inspect, plain_image):
    config = inspect(plain_image)["Config"]
    assert config["Labels"]["org.opencontainers.image.version"] == "latest"
    assert "IMAGE_TAG=latest" in config["Env"]


def test_failing_test_fails_the_build(apps):
    done = apps.try_build("failing-test")
    assert done.returncode == 65, done.stdout
    assert "AssertionError: assert" in done.stdout or "FAILED (failures=1)" in done.stdout
    assert "the tests failed (exit code 1)" in done.stdout
    assert done.stdout.splitlines()[-3].startswith("toolkit: ")
    assert "`entrypoint build` ended with exit code 65" in done.stdout


def test_no_tests_fail_the_build(apps):
    done = apps.try_build("no-tests")
    assert done.returncode == 65, done.stdout
    assert "no tests were found by: " in done.stdout
    assert "--allow-no-tests" in done.stdout


def test_no_tests_may_be_allowed(apps):
    apps.build("no-tests-allowed")


def test_command_of_the_tests_may_be_named(apps):
    done = apps.try_build("test-command")
    assert done.returncode == 0, done.stdout
    assert "==> tests: python manage.py test website.checks" in done.stdout
    assert "Ran 1 test" in done.stdout


def test_tests_of_pytest_are_found(apps):
    done = apps.try_build("pytest")
    assert done.returncode == 0, done.stdout
    assert "-m pytest" in done.stdout
    assert "1 passed" in done.stdout


def test_pytest_that_is_not_required(apps):
    done = apps.try_build("pytest-missing")
    assert done.returncode == 65, done.stdout
    assert "Add pytest to the requirements" in done.stdout
    assert "exit code 78" in done.stdout


def test_manage_py_in_a_subfolder(apps, containers):
    image = apps.build("subfolder")
    variables = ("--env", "SECRET_KEY=of the tests", "--publish", "127.0.0.1::8000")
    web = containers.start(image, options=(*HARDENED, *variables))
    web.wait_for_answer()
    assert web.exec("manage", "check").returncode == 0


def test_wheelhouse_of_another_suite_is_refused(apps, docker):
    toolkit_or_fail("images", "build", "base", "--suite", "bookworm")
    done = apps.try_build("bookworm")
    assert done.returncode == 65, done.stdout
    assert "this wheelhouse was built for another image" in done.stdout
    assert "the wheelhouse is for trixie cp313" in done.stdout
    assert "bookworm cp311" in done.stdout
    assert "next: toolkit wheelhouse --suite bookworm" in done.stdout


def test_no_wheelhouse(apps):
    folder = apps.copy("plain")
    shutil.rmtree(folder / "wheelhouse")
    done = toolkit("build", apps.image("no-wheelhouse"), "-C", str(folder))
    assert done.returncode == 64, done.stdout
    assert "Build it first: toolkit wheelhouse" in done.stdout


def test_same_layers_when_built_anew(apps, inspect):
    layers = []
    for _ in range(2):
        image = apps.build("plain", "--no-cache")
        # But for COPY's, the last but one: BuildKit gives the folder that it copies into the time
        # of the build.
        *before, _copied, last = inspect(image)["RootFS"]["Layers"]
        layers.append([*before, last])
    assert layers[0] == layers[1]


@pytest.fixture
def unchanged(apps):
    """An app's folder in which everything is up to date."""
    folder = str(apps.copy("plain"))
    image = apps.image("unchanged")
    commands = [("wheelhouse", "-C", folder), ("build", image, "-C", folder)]
    for each in commands:
        toolkit_or_fail(*each)
    return commands


def test_nothing_changed_takes_no_time(unchanged, say):
    began = time.monotonic()
    for each in unchanged:
        toolkit_or_fail(*each)
    seconds = time.monotonic() - began
    say(f"toolkit wheelhouse and toolkit build, nothing changed: {seconds:.2f} s")
    assert seconds < UNCHANGED


def test_another_tag_and_revision_keep_every_layer(unchanged, apps, inspect):
    _, (_, before, _, folder) = unchanged
    image = apps.image("unchanged", tag="build-42")
    git = ("git", "-C", folder, "-c", "user.name=x", "-c", "user.email=x@example.org")
    for args in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "x")):
        subprocess.run([*git, *args], check=True)
    toolkit_or_fail("build", image, "-C", folder)
    old, new = inspect(before), inspect(image)
    assert new["RootFS"]["Layers"] == old["RootFS"]["Layers"]
    assert "IMAGE_TAG=build-42" in new["Config"]["Env"]
    [revision] = [each for each in new["Config"]["Env"] if each.startswith("IMAGE_REVISION=")]
    assert revision.endswith("-dirty")
    label = new["Config"]["Labels"]["org.opencontainers.image.revision"]
    assert revision == f"IMAGE_REVISION={label}"
