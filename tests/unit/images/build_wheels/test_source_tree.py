import pytest

from build_wheels.source_tree import SourceTree, digest_of


@pytest.fixture
def app(tmp_path):
    source = tmp_path / "src"
    for file in ("manage.py", "libs/foo/foo.py", "libs/bar/bar.py", "node_modules/x.js"):
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        (source / file).write_text(file)
    (tmp_path / "tree").mkdir()
    return source


def test_only_what_is_built_in_is_copied(app, tmp_path):
    tree = SourceTree(app, tmp_path / "tree")
    assert (tree.root / "manage.py").is_symlink()
    folder = tree.copied(tree.root / "libs" / "foo")
    assert folder == tree.root / "libs" / "foo"
    assert not folder.is_symlink()
    (folder / "foo.egg-info").mkdir()
    assert not (app / "libs" / "foo" / "foo.egg-info").exists()
    assert (tree.root / "libs" / "bar").is_symlink()
    assert (tree.root / "libs" / "bar" / "bar.py").read_text() == "libs/bar/bar.py"
    assert tree.copied(folder) == folder


def test_a_path_of_the_source_itself(app, tmp_path):
    tree = SourceTree(app, tmp_path / "tree")
    assert tree.copied(app / "libs" / "foo") == tree.root / "libs" / "foo"


def test_a_folder_elsewhere_is_copied_aside(app, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.py").write_text("x")
    tree = SourceTree(app, tmp_path / "tree")
    aside = tree.copied(other)
    assert (aside / "x.py").read_text() == "x"
    assert tree.copied(other) == aside != other


def test_the_whole_app_without_its_junk(app, tmp_path):
    tree = SourceTree(app, tmp_path / "tree")
    assert tree.copied(tree.root / ".") == tree.root
    assert not (tree.root / "manage.py").is_symlink()
    assert (tree.root / "node_modules").is_symlink()


def test_the_digest_is_of_contents_not_of_times(tmp_path):
    folder = tmp_path / "foo"
    folder.mkdir()
    (folder / "foo.py").write_text("x = 1")
    first = digest_of(folder)
    (folder / "foo.py").touch()
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "foo.pyc").write_text("x")
    (folder / "foo.egg-info").mkdir()
    (folder / "foo.egg-info" / "SOURCES.txt").write_text("foo.py")
    assert digest_of(folder) == first
    (folder / "foo.py").chmod(0o755)
    second = digest_of(folder)
    assert second != first
    (folder / "foo.py").write_text("x = 2")
    assert digest_of(folder) not in {first, second}
