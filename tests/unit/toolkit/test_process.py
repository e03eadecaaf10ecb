import sys
from pathlib import Path

import pytest

from toolkit.process import Command, CommandError, capture, stream, succeeds


def python(code, **fields):
    return Command(argv=(sys.executable, "-c", code), **fields)


def test_a_command_prints_as_a_shell_would_take_it():
    command = Command(argv=("docker", "run", "a b", "$x"), variables={"DOCKER_BUILDKIT": "1"})
    assert str(command) == "DOCKER_BUILDKIT=1 docker run 'a b' '$x'"


def test_capture(tmp_path):
    code = "import os; print(os.environ['X'], os.getcwd())"
    assert capture(python(code, variables={"X": "y"}, directory=tmp_path)) == f"y {tmp_path}\n"


def test_a_failure_carries_what_was_said():
    with pytest.raises(CommandError) as error:
        capture(python("import sys; sys.exit('why')"))
    assert (error.value.code, error.value.output) == (1, "why")


def test_a_program_that_is_not_there():
    with pytest.raises(CommandError) as error:
        stream(Command(argv=("/no/such/program",)))
    assert error.value.code == 127
    assert not succeeds(Command(argv=("/no/such/program",)))


def test_a_command_that_hangs_is_ended():
    with pytest.raises(CommandError, match=r"-9"):
        capture(python("import time; time.sleep(60)"), timeout=0.2)


def test_stream_passes_lines_on_and_keeps_the_last(capfd):
    with pytest.raises(CommandError) as error:
        stream(python("for i in range(100): print(i)\nraise SystemExit(3)"))
    assert error.value.code == 3
    assert error.value.output.split()[-1] == "99"
    assert len(error.value.output.split()) == 60
    assert len(capfd.readouterr().out.split()) == 100


def test_a_commands_directory_is_a_path():
    assert Command(argv=("x",), directory=Path("/")).directory == Path("/")
