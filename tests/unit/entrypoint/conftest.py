import pytest

from entrypoint import role


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


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    """A folder that stands for /run/app, with the role's files in it."""
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("FILE", "HEARTBEAT", "WAITING", "LISTENING", "DRAIN"):
        path = folder / getattr(role, name).rpartition("/")[2]
        monkeypatch.setattr(role, name, str(path))
    for name in ("DRAIN_FILE", "DRAIN_SECONDS", "HEALTH_HOST", "HEALTH_PATH", "HEALTH_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    return folder
