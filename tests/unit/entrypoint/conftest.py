import pytest


@pytest.fixture
def app(tmp_path):
    """Writes files below a folder that stands for /app, and returns the folder."""

    def write(*names, **contents):
        for name in (*names, *contents):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(contents.get(name, ""))
        return str(tmp_path)

    return write


@pytest.fixture
def antisocial(app):
    """An app with everything that a verb looks for."""
    return app(
        "manage.py",
        "antisocial/__init__.py",
        "antisocial/wsgi.py",
        "antisocial/asgi.py",
        "antisocial/settings_docker.py",
    )
