"""Both programs that fit their text into a terminal do it alike."""

import io
import os
import pty
import struct
from fcntl import ioctl
from termios import TIOCSWINSZ

import pytest

from entrypoint.checking import terminal as entrypoint
from settings_lib import terminal as library

TEXT = "A headline:\n  - " + "word " * 20 + "\n    https://" + "x" * 90 + "\n\n  a hyphen-ated end"


@pytest.fixture(params=[entrypoint.fitted, library.fitted], ids=["entrypoint", "library"])
def fitted(request):
    return request.param


@pytest.fixture
def terminal():
    """Gives a terminal of so many columns."""
    master, slave = pty.openpty()
    with open(slave, "w") as stream:  # noqa: PTH123 - a descriptor

        def of(columns):
            ioctl(slave, TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            return stream

        yield of
    os.close(master)


def test_a_terminal(fitted, terminal):
    lines = fitted(TEXT, terminal(50)).split("\n")
    assert lines[:4] == [
        "A headline:",
        "  - word word word word word word word word word",
        "    word word word word word word word word word",
        "    word word",
    ]
    assert lines[4].endswith("https://" + "x" * 90)
    assert lines[-2:] == ["", "  a hyphen-ated end"]
    assert fitted("headline\n", terminal(50)) == "headline\n"


def test_what_is_none_and_what_is_too_narrow(fitted, terminal, tmp_path):
    assert fitted(TEXT, io.StringIO()) == TEXT
    assert fitted(TEXT, terminal(20)) == TEXT
    with (tmp_path / "file").open("w") as file:
        assert fitted(TEXT, file) == TEXT
