import sys

import pytest

from entrypoint import __main__ as program
from entrypoint import errors, user
from entrypoint import help as help_program
from entrypoint.table import Table
from entrypoint.verbs import VERBS


@pytest.fixture
def entrypoint(monkeypatch, capsys):
    """Runs a command line as another user than root, and returns its exit code and stderr."""

    def run(*args, **environ):
        monkeypatch.setattr(user, "is_root", lambda: False)
        monkeypatch.setattr(sys, "argv", ["entrypoint", *args])
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            program.main()
        return ended.value.code, capsys.readouterr().err

    return run


def test_an_unknown_verb(entrypoint):
    code, said = entrypoint("migrat")
    assert code == 64
    assert said.splitlines() == [
        "entrypoint: there is no verb 'migrat'.",
        "  Did you mean 'migrate'? `help` lists them all.",
    ]


@pytest.mark.parametrize("value", ["lots", "9999", "-1"])
def test_a_umask_that_is_none(entrypoint, value):
    code, said = entrypoint("exec", "true", UMASK=value)
    assert code == 78
    assert "octal" in said


def test_a_program_that_is_not_there(entrypoint):
    code, said = entrypoint("exec", "no-such-program")
    assert code == 127
    assert "no-such-program" in said


def test_a_program_that_cannot_run(entrypoint, tmp_path):
    path = tmp_path / "text"
    path.write_text("x")
    code, _ = entrypoint("exec", str(path))
    assert code == 126


def test_help_names_every_verb_and_exit_code():
    text = help_program.overview(Table())
    assert all(f"  {name} " in text for name in VERBS)
    assert all(str(error.exit_code) in text for error in errors.ALL)


def test_exit_codes_tell_errors_apart():
    codes = [error.exit_code for error in errors.ALL]
    assert len(set(codes)) == len(codes)


def test_root_becomes_app_before_anything_else(monkeypatch):
    seen = []
    monkeypatch.setattr(user, "is_root", lambda: True)
    monkeypatch.setattr(user, "become", lambda: seen.append("app"))
    monkeypatch.setattr(program, "dispatch", lambda *_: seen.append("dispatch"))
    monkeypatch.setattr(program, "execute", lambda *_, **__: seen.append("execute"))
    monkeypatch.setattr(sys, "argv", ["entrypoint", "migrate"])
    monkeypatch.delenv("BUILD", raising=False)
    program.main()
    assert seen == ["app", "dispatch", "execute"]
    seen.clear()
    monkeypatch.setattr(sys, "argv", ["entrypoint", "build"])
    program.main()
    assert seen == ["dispatch", "execute"]


@pytest.mark.parametrize("args", [["exec", "sh"], ["build"], []])
def test_a_container_is_never_roots_whatever_its_variables_say(monkeypatch, args):
    seen = []
    monkeypatch.setattr(user, "is_root", lambda: True)
    monkeypatch.setattr(user, "become", lambda: seen.append("app"))
    monkeypatch.setattr(program, "dispatch", lambda verb, _: seen.append(verb))
    monkeypatch.setattr(program, "execute", lambda *_, **__: None)
    monkeypatch.setattr(sys, "argv", ["entrypoint", "--container", *args])
    monkeypatch.setenv("BUILD", "1")
    program.main()
    assert seen == ["app", tuple(args)]


def test_a_defect_is_one_message(entrypoint, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(program, "dispatch", broken)
    code, said = entrypoint("migrate")
    assert code == 70
    assert "ZeroDivisionError" in said
    assert "Traceback" not in said
