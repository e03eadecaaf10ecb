import pytest

from toolkit import cli, engine, errors, resources


def test_makefiles(toolkit):
    code, said = toolkit("makefiles")
    assert (code, said.strip()) == (0, str(resources.MAKEFILES))
    names = {path.name for path in resources.MAKEFILES.iterdir()}
    assert names == {"django.mk", "docker.mk", "wheelhouse.mk"}


@pytest.mark.parametrize(
    "args",
    [
        ("frobnicate",),
        ("build",),
        ("build", "x", "--frobnicate"),
        ("images", "build", "bse"),
        ("images", "build", "--suite", "sid"),
        ("wheelhouse", "--ca-bundle", "/no/such/file"),
        ("wheelhouse", "-C", "/no/such/folder"),
    ],
)
def test_a_wrong_command_line(toolkit, args):
    code, said = toolkit(*args)
    assert code == 64
    assert "Traceback" not in said


def test_no_engine(toolkit, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("DOCKER", raising=False)
    code, said = toolkit("images", "build")
    assert code == 69
    assert said.startswith("toolkit: there is no `docker` on PATH.")


def test_a_defect_is_one_message(toolkit, monkeypatch):
    def broken(environ):
        raise ZeroDivisionError("oh")

    monkeypatch.delenv("TOOLKIT_TRACEBACK", raising=False)
    monkeypatch.setattr(engine, "find", broken)
    code, said = toolkit("images", "build")
    assert code == 70
    assert "ZeroDivisionError: oh" in said
    assert "Traceback" not in said


def test_interrupted(toolkit, monkeypatch):
    def interrupted(environ):
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "find", interrupted)
    code, said = toolkit("images", "build")
    assert code == 130
    assert "interrupted" in said


def test_every_command_has_help():
    for command in cli.cli.commands.values():
        assert command.help


def test_exit_codes_tell_errors_apart():
    codes = [error.exit_code for error in errors.ALL]
    assert len(set(codes)) == len(codes)
    assert {errors.ToolkitError, *errors.ToolkitError.__subclasses__()} == set(errors.ALL)
    assert errors.WheelhouseError(65).exit_code == 65
    assert str(errors.WheelhouseError(65)) == ""
