import subprocess

import pytest

from toolkit import git


def test_no_checkout(tmp_path):
    assert git.source(tmp_path) == git.Source()
    assert git.Source().labels("1") == {"org.opencontainers.image.version": "1"}


def test_a_checkout(tmp_path):
    def run(*args):
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", "-C", tmp_path, *identity, *args], check=True, capture_output=True)

    run("init")
    (tmp_path / "a").write_text("a")
    run("add", "a")
    run("commit", "-m", "a")
    run("remote", "add", "origin", "https://me:secret@git.example.org/app.git")
    clean = git.source(tmp_path)
    assert len(clean.revision) == 40
    assert clean.url == "https://git.example.org/app.git"
    assert clean.created.startswith("20")
    (tmp_path / "a").write_text("b")
    assert git.source(tmp_path).revision == f"{clean.revision}-dirty"
    assert "secret" not in str(clean.labels("1"))


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://token@h/x", "https://h/x"),
        ("ssh://git@h:22/x", "ssh://h:22/x"),
        ("git@h:x/y.git", "git@h:x/y.git"),
        ("", ""),
    ],
)
def test_credentials(url, clean):
    assert git.without_credentials(url) == clean
