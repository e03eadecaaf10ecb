import errno
import shlex
import signal

import pytest

from build_wheels import __main__ as program
from build_wheels import cli, errors


def test_defaults():
    options = cli.parse([])
    assert str(options.source) == "/src"
    assert str(options.wheelhouse) == "/wheelhouse"
    assert options.python == "/ve/bin/python"
    assert options.find_links == ("/usr/share/django-container/wheels",)
    assert options.requirements == ()


def test_everything():
    options = cli.parse(
        shlex.split(
            "-r a.txt --requirements b.txt --group g --no-group n --extra e --with x --upgrade"
            " --find-links /w --rebuild six --python /py"
        )
    )
    assert options.requirements == ("a.txt", "b.txt")
    assert (options.groups, options.no_groups, options.extras) == (("g",), ("n",), ("e",))
    assert options.extra == ("x",)
    assert options.rebuild == ("six",)
    assert options.find_links[-1] == "/w"
    assert options.upgrade


def test_a_wrong_command_line(capsys):
    assert program.main(["--frobnicate"]) == 64
    assert "--frobnicate" in capsys.readouterr().err


def test_help_names_every_exit_code(capsys):
    with pytest.raises(SystemExit):
        cli.parse(["--help"])
    text = capsys.readouterr().out
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and hasattr(k, "code")]
    codes = [k.code for k in kinds if k is not errors.WheelhouseError]
    assert len(codes) == len(set(codes))
    for code in codes:
        assert str(code) in text


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (errors.InputError("https://a:b@h/ is wrong"), 65, "https://****@h/ is wrong"),
        (OSError(errno.ENOSPC, "No space left on device", "/wheelhouse/x"), 73, "/wheelhouse/x"),
        (OSError(errno.EROFS, "Read-only file system", "/src/x"), 73, "/src/x cannot be used"),
        (ValueError("odd"), 70, "ValueError: odd"),
        (errors.Interrupted(signal.SIGTERM), 143, "interrupted"),
    ],
)
def test_no_failure_shows_a_traceback(monkeypatch, capsys, error, code, text):
    def fail(*_):
        raise error

    monkeypatch.setattr(program, "fill", fail)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert program.main([]) == code
    said = capsys.readouterr().err
    assert text in said
    assert "Traceback" not in said


def test_the_form_of_an_error():
    error = errors.InputError("what", why="one\ntwo", then="do this")
    error.also = [errors.InputError("more")]
    assert str(error) == "error: what\n  one\n  two\nnext: do this\nerror: more"
