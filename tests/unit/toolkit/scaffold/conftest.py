import pytest

from toolkit.manifest.reading import load


@pytest.fixture
def manifest(tmp_path_factory):
    """A manifest from its text, of the app antisocial."""

    def manifest(text="", app="antisocial"):
        folder = tmp_path_factory.mktemp("app")
        (folder / "toolkit.toml").write_text(text)
        return load(app, folder).manifest

    return manifest
