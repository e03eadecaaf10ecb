import pytest

from settings_lib.app import App
from settings_lib.errors import ConfigurationError
from settings_lib.fragments import health
from settings_lib.fragments.health import MIDDLEWARE

OURS = {
    "DRAIN_FILE": "/run/app/drain",
    "HEARTBEAT_TIMEOUT": 3,
    "IMAGE_TAG": None,
    "IMAGE_REVISION": None,
    "MIDDLEWARE": [MIDDLEWARE],
}


def test_ours(values):
    assert health.settings(values(), App()) == OURS


def test_the_environment_s(values):
    given = {
        "DRAIN_FILE": "/data/drain",
        "HEARTBEAT_TIMEOUT": "1m",
        "IMAGE_TAG": "build-42",
        "IMAGE_REVISION": "0123abcd",
    }
    assert health.settings(values(**given), App()) == {
        **given,
        "HEARTBEAT_TIMEOUT": 60,
        "MIDDLEWARE": [MIDDLEWARE],
    }


def test_the_project_s(values):
    project = {"HEARTBEAT_TIMEOUT": 7, "IMAGE_TAG": "1.2", "MIDDLEWARE": ["its.own", MIDDLEWARE]}
    found = health.settings(values(), App(project=project))
    assert found == {**OURS, **project, "MIDDLEWARE": [MIDDLEWARE, "its.own"]}
    assert project["MIDDLEWARE"] == ["its.own", MIDDLEWARE]


@pytest.mark.parametrize("timeout", ["0", "-1", "soon"])
def test_a_time_in_which_nobody_can_answer(values, timeout):
    with pytest.raises(ConfigurationError) as error:
        values(HEARTBEAT_TIMEOUT=timeout)
    (problem,) = error.value.problems
    assert problem.name == "HEARTBEAT_TIMEOUT"
    assert problem.example == "3s"


def test_build_mode(values):
    assert health.settings(values(BUILD="1", DRAIN_FILE="/x"), App())["DRAIN_FILE"] == "/x"
