import pytest

from settings_lib.errors import Problem
from settings_lib.sources import Found, find, injected
from settings_lib.variables import Var

VAR = Var(name="DB_HOST", aliases=("POSTGRES_HOST",), fallbacks=("LINK_ADDR",), help="A host.")


def test_name():
    assert list(find(VAR, {"DB_HOST": "a"})) == [Found(source="env", text="a")]


def test_alias():
    assert list(find(VAR, {"POSTGRES_HOST": "a"})) == [
        Found(source="alias POSTGRES_HOST", text="a")
    ]


def test_every_name_is_found_but_a_fallback_only_alone():
    found = list(find(VAR, {"DB_HOST": "a", "POSTGRES_HOST": "b", "LINK_ADDR": "c"}))
    assert [each.text for each in found] == ["a", "b"]
    assert [each.text for each in find(VAR, {"DB_HOST": "", "LINK_ADDR": "c"})] == ["c"]


@pytest.mark.parametrize(("content", "text"), [("a\n", "a"), ("a\n\n", "a\n"), (" a ", " a ")])
def test_file_loses_one_newline(tmp_path, content, text):
    path = tmp_path / "host"
    path.write_text(content)
    assert [each.text for each in find(VAR, {"DB_HOST_FILE": str(path)})] == [text]
    assert [each.text for each in find(VAR, {"LINK_ADDR_FILE": str(path)})] == [text]


def test_both_is_a_problem(tmp_path):
    [problem] = find(VAR, {"DB_HOST": "a", "DB_HOST_FILE": str(tmp_path)})
    assert str(problem) == "DB_HOST (DB_HOST and DB_HOST_FILE) is set twice.\nSet one of the two."


@pytest.mark.parametrize(
    ("name", "content"), [("missing", None), ("empty", b"\n"), ("binary", b"\xff\xfe")]
)
def test_bad_file_is_a_problem(tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    [problem] = find(VAR, {"DB_HOST_FILE": str(path)})
    assert isinstance(problem, Problem)
    assert problem.source == "DB_HOST_FILE"
    assert str(path) not in str(problem)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("DB_PORT", "tcp://172.17.0.5:5432", True),
        ("DB_PORT", "tcp://[fd00::1]:5432", True),
        ("DB_NAME", "/app/db", True),
        ("DB_PORT", "5432", False),
        ("DB_NAME", "antisocial", False),
        ("DB_HOST", "tcp://172.17.0.5:5432", False),
    ],
)
def test_what_links_inject_is_known_by_its_shape(name, text, expected):
    assert injected(name, text) is expected
    if expected:
        assert list(find(Var(name=name, help=""), {name: text})) == []


def test_representation_hides_the_text():
    assert "hidden" not in repr(Found(source="env", text="hidden"))
