import pytest

from entrypoint import pyproject
from entrypoint.errors import ConfigurationError


def test_no_file_and_no_table(app):
    assert pyproject.table(app("x")) == {}
    assert pyproject.table(app(**{"pyproject.toml": "[project]\n"})) == {}


def test_malformed(app):
    with pytest.raises(ConfigurationError, match="malformed"):
        pyproject.table(app(**{"pyproject.toml": "[tool.entrypoint\n"}))


def test_an_unknown_key(app):
    with pytest.raises(ConfigurationError) as error:
        pyproject.table(app(**{"pyproject.toml": "[tool.entrypoint]\ntset = 'x'\n"}))
    assert "'tset'" in str(error.value)
    assert "test" in error.value.hint


def test_something_else_of_that_name(app):
    with pytest.raises(ConfigurationError):
        pyproject.table(app(**{"pyproject.toml": "[tool]\nentrypoint = 3 # tool.entrypoint\n"}))
