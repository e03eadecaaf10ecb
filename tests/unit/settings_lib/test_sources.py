import errno
import os

import pytest

from settings_lib.errors import Problem
from settings_lib.sources import LARGEST_FILE, Found, find, injected
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


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\n", "a"),
        (b"a\r\n", "a"),
        (b"a\n\n", "a\n"),
        (b"a\r\n\r\n", "a\r\n"),
        (b" a ", " a "),
        (b"a\nb", "a\nb"),
        (b"$HOME", "$HOME"),
    ],
)
def test_file_loses_one_newline(tmp_path, content, text):
    path = tmp_path / "host"
    path.write_bytes(content)
    for name in VAR.names:
        environ = {f"{name}_FILE": str(path)}
        assert [each.text for each in find(VAR, environ)] == [text]
        assert environ == {f"{name}_FILE": str(path)}


def test_the_source_is_named(tmp_path):
    path = tmp_path / "host"
    path.write_text("a")
    [found] = find(VAR, {"DB_HOST_FILE": str(path)})
    assert found.source == "DB_HOST_FILE"
    [found] = find(VAR, {"POSTGRES_HOST_FILE": str(path)})
    assert found.source == "alias POSTGRES_HOST_FILE"


def test_both_is_a_problem(tmp_path):
    [problem] = find(VAR, {"DB_HOST": "a", "DB_HOST_FILE": str(tmp_path)})
    assert str(problem) == "DB_HOST (DB_HOST and DB_HOST_FILE) is set twice.\nSet one of the two."
    [problem] = find(VAR, {"POSTGRES_HOST": "a", "POSTGRES_HOST_FILE": str(tmp_path)})
    assert problem.source == "POSTGRES_HOST and POSTGRES_HOST_FILE"


def test_a_name_and_the_file_of_an_alias_are_both_found(tmp_path):
    path = tmp_path / "host"
    path.write_text("b")
    found = find(VAR, {"DB_HOST": "a", "POSTGRES_HOST_FILE": str(path)})
    assert [each.text for each in found] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (None, "No such file or directory"),
        (b"\n", "is empty"),
        (b"\r\n", "is empty"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a" * (LARGEST_FILE + 1), "larger than 1 MiB"),
    ],
)
def test_bad_file_is_a_problem(tmp_path, content, wrong):
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    [problem] = find(VAR, {"DB_HOST_FILE": str(path)})
    assert isinstance(problem, Problem)
    assert problem.source == "DB_HOST_FILE"
    assert wrong in problem.wrong
    assert str(path) not in str(problem)


def test_what_is_no_file_is_a_problem_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", "/dev/zero"):
        [problem] = find(VAR, {"DB_HOST_FILE": str(path)})
        assert "it is no regular file" in problem.wrong


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("a")

    def refuse(*arguments):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("pathlib.Path.open", refuse)  # the tests may run as root
    [problem] = find(VAR, {"DB_HOST_FILE": str(path)})
    assert "Permission denied" in problem.wrong


def test_bytes_that_are_no_text_are_a_problem():
    [problem] = find(VAR, {"DB_HOST": os.fsdecode(b"geheim\xff")})
    assert problem.wrong == "is not UTF-8 text"
    assert "geheim" not in str(problem)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("DB_PORT", "tcp://172.17.0.5:5432", True),
        ("DB_PORT", "udp://172.17.0.5:5432", True),
        ("DB_PORT", "sctp://172.17.0.5:5432", True),
        ("DB_PORT", "tcp://[fd00::1]:5432", True),
        ("REDIS_PORT", "tcp://10.96.0.7:6379", True),
        ("EMAIL_PORT", "tcp://10.96.0.9:25", True),
        ("DB_NAME", "/app/db", True),
        ("DB_NAME", "/antisocial-web/db", True),
        ("MY_DB_NAME", "/app/my-db", True),
        ("DB_PORT", "5432", False),
        ("DB_PORT", "http://172.17.0.5:5432", False),
        ("DB_PORT", "tcp://172.17.0.5", False),
        ("DB_PORT", "tcp://172.17.0.5:5432/", False),
        ("DB_NAME", "antisocial", False),
        ("DB_NAME", "/data/db.sqlite3", False),
        ("DB_NAME", "/data/hc", False),
        ("DB_NAME", "/srv/data/db", False),
        ("DB_HOST", "tcp://172.17.0.5:5432", False),
        ("DB_SERVICE_HOST", "10.96.0.7", False),
    ],
)
def test_what_links_inject_is_known_by_its_shape(name, text, expected):
    assert injected(name, text) is expected
    assert list(find(Var(name=name, help=""), {name: text})) == (
        [] if expected else [Found(source="env", text=text)]
    )


def test_a_file_is_read_beside_what_a_link_injects(tmp_path):
    path = tmp_path / "port"
    path.write_text("5432\n")
    environ = {"DB_PORT": "tcp://172.17.0.5:5432", "DB_PORT_FILE": str(path)}
    assert [each.text for each in find(Var(name="DB_PORT", help=""), environ)] == ["5432"]


def test_representation_hides_the_text():
    assert "hidden" not in repr(Found(source="env", text="hidden"))
