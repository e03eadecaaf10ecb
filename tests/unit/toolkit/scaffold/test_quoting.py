"""A value arrives as it is at the program that reads it. Values are printable: see the manifest."""

import json
import re
import shlex

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.scaffold import quoting

TEXTS = st.text(st.characters(exclude_categories=["Cs"]).filter(str.isprintable))
HOSTILE = (
    *(
        "",
        " ",
        "a b",
        "'",
        '"',
        "\\",
        "\\\\",
        "\\n",
        "$",
        "$$",
        "$HOME",
        "${HOME}",
        "$(id)",
        "`id`",
    ),
    *("%", "%%", "%n", "%h", ";", "a;b", "#", "# a", "*", "~", "!", "-x", "é", "𝄞", "a" * 100_000),
    *(
        "'a'",
        '"a"',
        "\\'",
        '\\"',
        "{{ a }}",
        "[[ a ]]",
        "a\\",
        "=",
        ": ",
        "- a",
        "null",
        "yes",
        "1e3",
    ),
)


def hostile(function):
    for text in HOSTILE:
        function = example(text)(function)
    return given(TEXTS)(function)


@hostile
def test_a_shell(text):
    assert shlex.split(quoting.shell(text)) == [text]


@given(st.lists(TEXTS, max_size=4))
def test_a_shells_line(texts):
    line = " ".join(map(quoting.shell, texts))
    assert shlex.split(line) == texts


@hostile
def test_systemds_environment(text):
    assert systemd(quoting.systemd(text)) == [text]


@given(st.lists(TEXTS, max_size=4))
def test_systemds_line(texts):
    assert systemd(" ".join(map(quoting.systemd, texts))) == texts


@hostile
def test_systemds_command(text):
    assert systemd(quoting.systemd_argument(text), command=True) == [text]


@given(st.lists(TEXTS, max_size=4))
def test_systemds_command_line(texts):
    line = " ".join(map(quoting.systemd_argument, texts))
    assert systemd(line, command=True) == texts


@hostile
def test_yaml(text):
    assert json.loads(quoting.yaml(text)) == text
    assert "\n" not in quoting.yaml(text)


@hostile
def test_compose(text):
    """As compose does: two dollar signs are one, and one is a variable's."""
    read = json.loads(quoting.compose(text))
    assert not re.search(r"\$", read.replace("$$", ""))
    assert read.replace("$$", "$") == text


@hostile
def test_nginx(text):
    assert nginx(quoting.nginx(text)) == text


def nginx(text):
    """What is between quotation marks, where a backslash escapes one and itself."""
    assert re.fullmatch(r'"(\\.|[^"\\])*"', text)
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def systemd(line, *, command=False):
    """The words of a line, by the grammar of systemd.syntax(7), Quoting, and systemd.unit(5)."""
    words, word, quote, at = [], None, "", 0
    while at < len(line):
        letter = line[at]
        if letter == "\\":
            at += 1
            assert line[at] in "\\\"'", "another escape, which is not meant"
            word = (word or "") + line[at]
        elif quote:
            word, quote = (word + letter, quote) if letter != quote else (word, "")
        elif letter in "\"'":
            assert word is None, "a quotation mark inside a word"
            word, quote = "", letter
        elif letter.isspace():
            words += [] if word is None else [word]
            word = None
        else:
            assert letter != ";", "another command begins"
            word = (word or "") + letter
        at += 1
    assert not quote
    words += [] if word is None else [word]
    return [expanded(word, command=command) for word in words]


def expanded(word, *, command):
    """A word in which no specifier and no variable is left."""
    assert "%" not in word.replace("%%", "")
    word = word.replace("%%", "%")
    if command:
        assert "$" not in word.replace("$$", "")
        word = word.replace("$$", "$")
    return word


@pytest.mark.parametrize("text", ["a", "--volume", "/srv:/data", "worker", "a=b"])
def test_what_needs_no_quotes_has_none(text):
    assert {quoting.shell(text), quoting.systemd(text), quoting.systemd_argument(text)} == {text}
