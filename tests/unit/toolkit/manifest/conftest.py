import pytest

from toolkit.errors import ManifestError
from toolkit.manifest.reading import load


@pytest.fixture
def read(tmp_path):
    """Reads a manifest's text, of the app antisocial."""

    def read(text, app="antisocial"):
        (tmp_path / "toolkit.toml").write_text(text)
        return load(app, tmp_path)

    return read


@pytest.fixture
def problems(read):
    """What is wrong in a manifest's text, a line each."""

    def problems(text):
        with pytest.raises(ManifestError) as error:
            read(text)
        return error.value.problems

    return problems
