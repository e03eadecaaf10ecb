import stat
import sys

import pytest

from toolkit import __main__ as main


@pytest.fixture
def program(tmp_path):
    """Writes a shell script that stands for a program, and returns its path."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return write


@pytest.fixture
def toolkit(monkeypatch, capsys):
    """Runs a command line, and returns its exit code and what it said."""

    def run(*args):
        monkeypatch.setattr(sys, "argv", ["toolkit", *args])
        try:
            main.main()
        except SystemExit as ended:
            code = ended.code
        else:
            code = 0
        said = capsys.readouterr()
        return code, said.out + said.err

    return run
