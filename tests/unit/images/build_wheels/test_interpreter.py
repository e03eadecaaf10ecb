import json

import pytest

from build_wheels.errors import ConfigurationError
from build_wheels.interpreter import ask, without_debugging
from build_wheels.process import Completed


class Answer:
    def __init__(self, output, errors=""):
        self.completed = Completed(returncode=0, output=output, errors=errors)

    def run(self, argv, *, merge):
        self.argv = argv
        assert not merge
        return self.completed


def test_an_interpreter_describes_itself():
    environment = {
        "platform_python_implementation": "CPython",
        "python_version": "3.9",
        "platform_machine": "aarch64",
    }
    tags = [["cp39", "cp39", "linux_aarch64"], ["py3", "none", "any"]]
    runner = Answer(json.dumps([environment, tags, "-O2 -g -Wall"]))
    target = ask("/ve/bin/python", runner)
    assert runner.argv[0] == "/ve/bin/python"
    assert target.shown == "CPython 3.9 on aarch64"
    assert [str(tag) for tag in target.tags] == ["cp39-cp39-linux_aarch64", "py3-none-any"]
    assert target.compiler_flags == "-O2 -Wall -g0"


def test_one_that_does_not_work():
    with pytest.raises(ConfigurationError, match="/nope does not work") as error:
        ask("/nope", Answer("", "bad interpreter"))
    assert error.value.why == "bad interpreter"


@pytest.mark.parametrize(
    ("flags", "clean"), [("", "-g0"), ("-g -O2 -g3", "-O2 -g0"), ("-grecord", "-grecord -g0")]
)
def test_no_debugging(flags, clean):
    assert without_debugging(flags) == clean
