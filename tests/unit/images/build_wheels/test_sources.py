from pathlib import Path

import pytest

from build_wheels.errors import InputError, NoInputError, UsageError
from build_wheels.sources import Form, find, read_toml

BROKEN = Path(__file__).parents[3] / "broken"


def app(root, *files):
    for file in files:
        (root / file).write_text("")
    return root


@pytest.mark.parametrize(
    ("files", "form"),
    [
        (("requirements.txt", "pylock.toml", "uv.lock"), Form.UV),
        (("requirements.txt", "pylock.toml"), Form.PYLOCK),
        (("requirements.txt",), Form.REQUIREMENTS),
    ],
)
def test_detection(tmp_path, files, form):
    assert find(app(tmp_path, *files), requirements=(), lock="").form is form


def test_named_files_win(tmp_path):
    root = app(tmp_path, "uv.lock", "a.txt", "b.txt", "pylock.prod.toml")
    found = find(root, requirements=("a.txt", "b.txt"), lock="")
    assert found.files == (Path("a.txt"), Path("b.txt"))
    assert find(root, requirements=(), lock="pylock.prod.toml").form is Form.PYLOCK


def test_errors(tmp_path):
    root = app(tmp_path, "a.txt", "uv.lock")
    with pytest.raises(UsageError, match="exclude each other"):
        find(root, requirements=("a.txt",), lock="uv.lock")
    with pytest.raises(NoInputError, match=r"no file b\.txt"):
        find(root, requirements=("b.txt",), lock="")
    with pytest.raises(UsageError, match="no known lock file"):
        find(root, requirements=(), lock="a.txt")
    with pytest.raises(NoInputError, match="nothing says"):
        find(BROKEN / "requirements-none", requirements=(), lock="")
    (root / "bad.toml").write_text("= 1")
    with pytest.raises(InputError, match="not valid TOML"):
        read_toml(root / "bad.toml", shown="bad.toml")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("poetry.lock", "poetry export"),
        ("backend/uv.lock", "--lock backend/uv.lock"),
        ("requirements/production.txt", "--requirements requirements/production.txt"),
        ("requirements-dev.txt", "--requirements requirements-dev.txt"),
        ("README", "write a requirements.txt"),
    ],
)
def test_what_else_there_is(tmp_path, name, words):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    with pytest.raises(NoInputError) as error:
        find(tmp_path, requirements=[], lock="")
    assert words in error.value.then
