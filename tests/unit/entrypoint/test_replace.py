"""A program takes this process's place just as with `os.execvp`, which it does not use."""

import os
import subprocess
import sys

import pytest

OURS = "from entrypoint.execute import _exec; _exec(tuple(sys.argv[1:]))"
PYTHONS = "os.execvp(sys.argv[1], sys.argv[1:])"


@pytest.fixture
def both(tmp_path):
    """Runs a command by either, and returns its exit code or its error's number, and its output."""
    for name, mode in (("good", 0o755), ("plain", 0o644)):
        (tmp_path / name).mkdir()
        program = tmp_path / name / "program"
        program.write_text('#!/bin/sh\necho "$0" "$@"\n')
        program.chmod(mode)
    (tmp_path / "file").touch()

    def run(path, *argv):
        found = []
        for call in (OURS, PYTHONS):
            code = (
                "import os, sys\n"
                f"os.chdir({str(tmp_path)!r})\n"
                f"os.environ['PATH'] = {path!r}\n"
                f"try: {call}\n"
                "except OSError as error: sys.exit(error.errno)\n"
            )
            done = subprocess.run(
                [sys.executable, "-c", code, *argv], capture_output=True, text=True, check=False
            )
            found.append((done.returncode, done.stdout, done.stderr))
        return found

    return run


@pytest.mark.parametrize(
    "path",
    [
        "good",
        "plain:good",
        "nowhere:file:good",
        "plain:nowhere",
        "plain",
        "nowhere",
        "file",
        "",
        ":",
    ],
)
@pytest.mark.parametrize("program", ["program", "good/program", "./plain/program", "no/program"])
def test_nothing_differs(both, path, program):
    ours, pythons = both(path, program, "a b", "")
    assert ours == pythons


def test_the_first_that_can_be_executed_is(both):
    (code, said, _), _ = both(os.pathsep.join(("nowhere", "plain", "good")), "program", "x")
    assert (code, said) == (0, "good/program x\n")
