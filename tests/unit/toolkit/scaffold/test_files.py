import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.scaffold.files import File, Made, digest, made, with_header

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "etc/default/a",
            "x\n",
            "# Made by `toolkit scaffold a`; {}\nx\n",
        ),
        (
            "etc/x",
            "#!/bin/sh\nx\n",
            "#!/bin/sh\n# Made by `toolkit scaffold a`; {}\nx\n",
        ),
        (
            "sorry.html",
            "<!doctype html>\n<p>\n",
            "<!doctype html>\n<!-- Made by `toolkit scaffold a`; {} -->\n<p>\n",
        ),
        (
            "Jenkinsfile",
            "x\n",
            "// Made by `toolkit scaffold a`; {}\nx\n",
        ),
        ("etc/empty", "", "# Made by `toolkit scaffold a`; {}\n"),
    ],
)
def test_the_header(path, text, expected):
    more = f"edit its manifest. sha256:{digest(text)}"
    assert with_header(File(path=path, text=text), "a") == expected.format(more)


def test_what_every_app_has_names_none():
    text = with_header(File(path="x", text="y\n", shared=True), "a")
    assert text == f"# Made by `toolkit scaffold`. sha256:{digest('y' + chr(10))}\ny\n"
    assert made(text) == Made(app="", edited=False)


def test_what_people_fill_in_has_none():
    assert with_header(File(path="x", text="A=\n", filled=True), "a") == "A=\n"


@given(TEXTS, st.sampled_from(["x", "a.html", "Jenkinsfile"]), st.sampled_from(["", "#!/bin/sh\n"]))
def test_a_file_is_known_again(text, path, first):
    whole = with_header(File(path=path, text=first + text), "my-app")
    assert made(whole) == Made(app="my-app", edited=False)


@given(TEXTS, st.integers(0), st.characters(exclude_categories=["Cs"]))
def test_an_edit_is_seen(text, at, letter):
    whole = with_header(File(path="x", text=text), "a")
    body = whole.index("\n") + 1
    at = body + at % (len(whole) - body + 1)
    assert made(whole[:at] + letter + whole[at:]) != Made(app="a", edited=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "x",
        "# Made by hand",
        "1\n2\n# Made by `toolkit scaffold a`; x. sha256:0123456789abcdef\n",
    ],
)
def test_whose_it_is_not(text):
    assert made(text) is None


def test_line_ends_of_another_system_are_an_edit():
    text = with_header(File(path="x", text="a\nb\n"), "a")
    assert made(text.replace("\n", "\r\n")).edited
