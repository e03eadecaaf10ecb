import pytest

from entrypoint.build import serving
from entrypoint.errors import BuildError, ConfigurationError
from entrypoint.project import Project


@pytest.fixture
def check(antisocial, tmp_path):
    """Checks an app in an image with a gunicorn of our own making, or without one."""

    def run(gunicorn=None, app="antisocial"):
        environ = {
            "APP": app,
            "DJANGO_SETTINGS_MODULE": "antisocial.settings_docker",
            "BUILD": "1",
            "PATH": str(tmp_path / "bin"),
        }
        if gunicorn is not None:
            program = tmp_path / "bin" / "gunicorn"
            program.parent.mkdir()
            program.write_text(f"#!/bin/sh\n{gunicorn}\n")
            program.chmod(0o755)
        serving.check(Project(environ, antisocial), environ)

    return run


def test_it_starts(check, capsys):
    check("echo 'gunicorn (version 27)'")
    assert "gunicorn (version 27)" in capsys.readouterr().out


def test_no_gunicorn(check):
    with pytest.raises(BuildError, match="not installed") as error:
        check()
    assert "--with gunicorn" in error.value.hint


def test_one_that_does_not_start(check):
    with pytest.raises(BuildError, match="No module named 'pkg_resources'"):
        check("echo traceback; echo \"No module named 'pkg_resources'\" >&2; exit 1")


def test_an_app_that_has_no_wsgi(check):
    with pytest.raises(ConfigurationError, match="not importable"):
        check("exit 0", app="antisoical")
